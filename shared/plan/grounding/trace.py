"""Where each value of a plan comes from: the task, an earlier output, the catalog, an assumption, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.plan.case import Case, leaves
from shared.plan.case import Literal as Value
from shared.plan.catalog_words import CatalogWords
from shared.plan.grounding.origin import origin
from shared.plan.grounding.said import GROUNDED, INVENTED, Said, Sources
from shared.plan.references import REFERENCE, Part, format_path

Source = Literal["task", "output", "catalog", "assumption", "nowhere"]

_SHORTEST = 2
"""Characters of a value that is looked for in the task's text."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One value of a step's arguments.

    Attributes:
        step: index of the step.
        path: inside the arguments, the argument's name first.
        value: as it stands there.
        source: where it comes from.
        producers: the steps whose outputs it takes.
    """

    step: int
    path: str
    value: Any
    source: Source
    producers: tuple[int, ...] = ()


def trace(case: Case) -> list[Traced]:
    """Every value of every step, in document order; an argument that the API does not have comes from nowhere."""
    known = {(value.position, value.place.where): value for value in case.literals}
    sources = _Split(case)
    return [
        Traced(step["index"], format_path(where), leaf, *_source(known.get((position, where)), leaf, sources))
        for position, step in enumerate(case.steps)
        for where, leaf in _values(step["arguments"])
    ]


def _values(arguments: Mapping[str, Any]) -> Iterator[tuple[tuple[Part, ...], Any]]:
    """Every leaf; an empty list or object counts as a leaf."""
    for name, value in arguments.items():
        found = list(leaves(value, (name,)))
        yield from found or [((name,), value)]


class _Split:
    """The sources of a record, one by one, so that it can be told which of them has a value."""

    def __init__(self, case: Case) -> None:
        task, assumed, nothing = Said(case.task), Said(" ".join(case.assumptions)), Said("")
        self.task = task
        self.all = Sources(task, assumed, case.words)
        self.of_task = Sources(task, nothing, _NO_WORDS)
        self.of_catalog = Sources(nothing, nothing, case.words)


class _NoWords(CatalogWords):
    """A catalog that says nothing."""

    def __init__(self) -> None:
        pass

    @property
    def tokens(self) -> frozenset[str]:
        return frozenset()


_NO_WORDS = _NoWords()


def _source(value: Value | None, leaf: Any, sources: _Split) -> tuple[Source, tuple[int, ...]]:
    producers = _producers(leaf)
    if value is None:
        is_empty = leaf in ([], {})
        return ("output" if producers else "catalog" if is_empty else "nowhere"), producers
    code = origin(value, sources.all)
    if code != GROUNDED:
        return ("assumption" if code == INVENTED else "nowhere"), producers
    return ("output" if producers else _of_grounded(value, sources)), producers


def _producers(leaf: Any) -> tuple[int, ...]:
    found = REFERENCE.finditer(leaf) if isinstance(leaf, str) else ()
    return tuple(dict.fromkeys(int(match[1]) for match in found))


def _of_grounded(value: Value, sources: _Split) -> Source:
    """Which source a sound value is of; the task before the catalog, where both say it."""
    if _is_said(value.value, sources.task):
        return "task"
    if any(value.value == other for other in value.place.documented):
        return "catalog"
    if value.value is None:
        return "catalog"
    if origin(value, sources.of_task) == GROUNDED:
        return "task"
    return "catalog" if origin(value, sources.of_catalog) == GROUNDED else "assumption"


def _is_said(value: Any, task: Said) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and task.has(value)
    return isinstance(value, int | float) and not isinstance(value, bool) and value in task.numbers


def spans(task: str, found: list[Traced]) -> list[tuple[int, int]]:
    """Where the task says the values that come from it: `(first, end)` in order, none within another."""
    texts = {str(one.value).strip() for one in found if one.source == "task" and _is_sought(one.value)}
    lowered, taken = task.casefold(), [False] * len(task)
    if len(lowered) != len(task):  # a letter that folds to two
        return []
    places = []
    for text in sorted(texts, key=lambda text: (-len(text), text)):
        at = _place(lowered, text.casefold())
        if at >= 0 and not any(taken[at : at + len(text)]):
            taken[at : at + len(text)] = [True] * len(text)
            places.append((at, at + len(text)))
    return sorted(places)


def _is_sought(value: Any) -> bool:
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return is_plain and (len(str(value).strip()) >= _SHORTEST or isinstance(value, int))


def _place(text: str, sought: str) -> int:
    """Where `sought` stands as words of its own, -1 if it does not."""
    at = text.find(sought)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(sought) : at + len(sought) + 1]
        if not before.isalnum() and not after.isalnum():
            return at
        at = text.find(sought, at + 1)
    return -1
