"""Finds values in bodies that an operation fixes: those that all requests to a url send, or that distinguish them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from shared.catalog.draft import Draft
from shared.catalog.model import JsonSchema

type Place = tuple[str, ...]

_VERSION = re.compile(r"v?\d+(\.\d+)+")
_WORD = re.compile(r"[A-Za-z][a-z]+([A-Z][a-z]*|[_-][A-Za-z]+)*")
_COMPOUND = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")
# Fields whose values are data though they are single words.
_DATA = frozenset(
    "name title description text message comment note currency country language locale city state email user username "
    "firstname lastname company author label label_name color colour value unit id uuid key slug".split()
)
_LEAST = 3
"""Requests to one url from which on their agreement is no accident."""


def fix_constants(drafts: Sequence[Draft]) -> None:
    """Turn the examples of leaves into `const` where an operation fixes them, in place.

    A leaf is fixed where all of three or more requests to one url send the same single word or version, and where its
    words tell the requests apart: it takes several, and some are sent by more than one request, or by each another.
    """
    groups: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.method, draft.path].append(draft)
    for group in groups.values():
        if len(group) >= _LEAST:
            _fix(group)


def _fix(group: Sequence[Draft]) -> None:
    values: dict[Place, list[Any]] = defaultdict(list)
    for draft in group:
        for place, value in _leaves(draft):
            values[place].append(value)
    fixed = {place for place, found in values.items() if _is_fixed(place, found)}
    if not fixed:
        return
    for draft in group:
        draft.parameters = tuple(
            replace(p, schema=_with_constants(p.schema, (p.name,), fixed)) if p.location == "body" else p
            for p in draft.parameters
        )


def _leaves(draft: Draft) -> Iterator[tuple[Place, Any]]:
    for parameter in draft.parameters:
        if parameter.location == "body":
            yield from _examples(parameter.schema, (parameter.name,))


def _examples(schema: JsonSchema, place: Place) -> Iterator[tuple[Place, Any]]:
    for name, node in schema.get("properties", {}).items():
        yield from _examples(node, (*place, name))
    if isinstance(schema.get("items"), dict):
        yield from _examples(schema["items"], (*place, "[]"))
    if "examples" in schema:
        yield place, schema["examples"][0]


def _is_fixed(place: Place, values: Sequence[Any]) -> bool:
    """Whether the values at a place belong to the protocol: single words or versions, equal or distinguishing."""
    if len(values) < _LEAST or not all(isinstance(value, str) and len(value) <= 40 for value in values):
        return False
    if place[-1].lower() in _DATA:
        return False
    if place[-1].lower().endswith("id"):  # who or what it is, unless it is as telling as `GetConfirmation`
        return all(_COMPOUND.fullmatch(value) for value in values)
    if all(_VERSION.fullmatch(value) for value in values):
        return len(set(values)) == 1
    return all(_WORD.fullmatch(value) and len(value) > 3 for value in values)


def _with_constants(schema: JsonSchema, place: Place, fixed: set[Place]) -> JsonSchema:
    if place in fixed and "examples" in schema:
        return {"type": schema.get("type", "string"), "const": schema["examples"][0]}
    if "properties" in schema:
        found = {
            name: _with_constants(node, (*place, name), fixed) for name, node in schema["properties"].items()
        }
        return {**schema, "properties": found}
    if isinstance(schema.get("items"), dict):
        return {**schema, "items": _with_constants(schema["items"], (*place, "[]"), fixed)}
    return schema
