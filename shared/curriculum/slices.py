"""Cuts a catalog that is larger than the prompt's budget into slices that keep related operations together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson

from shared.catalog.model import Api, Catalog
from shared.curriculum.blueprint import Flow
from shared.curriculum.flows import flows
from shared.curriculum.twins import representatives

_MAX_RESPONSE_CHARS = 1_200
# Part of the budget that is left for producers borrowed from other slices.
_BORROWED = 0.15


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a catalog that one prompt shows: its index and the APIs' names in catalog order."""

    index: int
    apis: tuple[str, ...]


def prompt_chars(api: Api) -> int:
    """About the characters of the API's line in a prompt: name, texts, parameters with schemas, response outline."""
    parameters = sum(
        len(p.name)
        + len(p.type)
        + min(len(p.description), 300)
        + 48
        + min(len(orjson.dumps(p.schema, default=str)), 1_500)
        for p in api.parameters
    )
    response = min(len(orjson.dumps(api.responses, default=str)), _MAX_RESPONSE_CHARS)
    return len(api.name) + min(len(api.description), 600) + parameters + response + 80


def cut(
    catalog: Catalog, *, budget_chars: int = 60_000, cost: Callable[[Api], int] = prompt_chars
) -> tuple[Slice, ...]:
    """Slices of at most `budget_chars` by `cost`; a single one when all fit. Every API is in at least one, of several
    that make the same call one: two names for a call cannot be told apart, and neither is wrong.

    APIs of a tag, and producers with their consumers, share a slice as far as the budget lets them; a
    consumer whose producers all fell into other slices borrows the best of them, so an API can be in
    several slices. An API dearer than the budget stands alone. Same catalog, same slices.
    """
    represented = representatives(catalog.apis)
    apis = tuple(api for api in catalog.apis if represented[api.name] == api.name)
    costs = {api.name: cost(api) for api in apis}
    names = [api.name for api in apis]
    if sum(costs.values()) <= budget_chars:
        return (Slice(0, tuple(names)),) if names else ()
    edges = [flow for flow in flows(catalog) if flow.producer in costs and flow.consumer in costs]
    home_budget = int(budget_chars * (1 - _BORROWED))
    bins = _filled(_ordered(apis, edges), costs, home_budget)
    _borrow(bins, edges, costs, budget_chars)
    place = {name: i for i, name in enumerate(names)}
    return tuple(Slice(i, tuple(sorted(found, key=place.__getitem__))) for i, found in enumerate(bins))


def _ordered(apis: Sequence[Api], edges: Iterable[Flow]) -> list[list[str]]:
    """Groups of APIs by tags, in order of appearance; inside, each API is followed by what it feeds."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for api in apis:
        groups[api.tags[:1]].append(api.name)
    fed: dict[str, list[str]] = defaultdict(list)
    for flow in edges:
        fed[flow.producer].append(flow.consumer)
    return [_by_flow(group, fed) for group in groups.values()]


def _by_flow(group: list[str], fed: dict[str, list[str]]) -> list[str]:
    members, seen = set(group), set[str]()
    ordered: list[str] = []
    for root in group:
        stack = [root]
        while stack:
            name = stack.pop()
            if name not in seen:
                seen.add(name)
                ordered.append(name)
                stack.extend(reversed([c for c in fed.get(name, ()) if c in members and c not in seen]))
    return ordered


def _filled(groups: list[list[str]], costs: dict[str, int], budget: int) -> list[list[str]]:
    """Bins filled in order; a group that fits into a bin of its own is not torn apart."""
    bins: list[list[str]] = [[]]
    used = 0
    for group in groups:
        total = sum(costs[name] for name in group)
        if bins[-1] and used + total > budget and (total <= budget or used > budget // 2):
            bins.append([])
            used = 0
        for name in group:
            if bins[-1] and used + costs[name] > budget:
                bins.append([])
                used = 0
            bins[-1].append(name)
            used += costs[name]
    return bins


def _borrow(bins: list[list[str]], edges: Iterable[Flow], costs: dict[str, int], budget: int) -> None:
    producers: dict[str, list[str]] = defaultdict(list)
    for flow in edges:
        producers[flow.consumer].append(flow.producer)
    for found in bins:
        members = set(found)
        room = budget - sum(costs[name] for name in found)
        for name in tuple(found):
            wanted = producers.get(name)
            if wanted and members.isdisjoint(wanted) and costs[wanted[0]] <= room:
                found.append(wanted[0])
                members.add(wanted[0])
                room -= costs[wanted[0]]
