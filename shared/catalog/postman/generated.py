"""Required fields in collections that a program made of an API description, which send every field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from shared.catalog.postman.likelihood import Body, log_odds
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import words_of_description
from shared.catalog.schemas.types import placeholder_type

_LEAVES = 40
_ROWS_THAT_SAY = 2
# The logarithm of the odds that no field is required behind those that are for sure.
_ENDS_THERE = 1.5
# Fields of a body that tells something of their order, bodies that tell it of a collection, and how many of them.
_LONG = 4
_SORTED_BODIES = 5
_SORTED = 0.7


def says_required(requests: Sequence[Request]) -> bool:
    """Whether rows of the collection have descriptions of generators, which begin with `(Required)`."""
    count = 0
    for request in requests:
        for row in (*request.url.variables, *request.url.query, *request.headers, *request.form):
            count += words_of_description(row.description).startswith("(Required)")
        if count >= _ROWS_THAT_SAY:
            return True
    return False


def has_placeholders(body: Any) -> bool:
    """Whether a body has fields, and most of its texts are placeholders such as `<string>` and Latin filler."""
    if not isinstance(body, dict):
        return False
    found = [placeholder_type(leaf) is not None for leaf in _texts(body)]
    return bool(found) and 2 * sum(found) > len(found)


class Orders:
    """What the order of fields tells in generated bodies, which have required fields first."""

    def __init__(self, requests: Sequence[Request]) -> None:
        bodies = [(one, [*one.body]) for one in requests if one.is_generated]
        long = [names for _, names in bodies if len(names) >= _LONG]
        with_tail = sum(len(_descents(names)) <= 1 for names in long)
        self.are_sorted = len(long) >= _SORTED_BODIES and with_tail >= _SORTED * len(long)
        self._changes: dict[str, list[list[str]]] = defaultdict(list)
        for one, names in bodies:
            if one.method in ("PUT", "PATCH"):
                base = one.url.base.rstrip("/")
                for whole in {base, base.rpartition("/")[0]}:
                    self._changes[whole].append(names)

    def sure(self, request: Request) -> int:
        """How many fields at the front of a body are required for sure.

        Where the others are in alphabetical order, those before the last that is out of order; of what is created,
        those that stand before others that they stand behind where it is changed.
        """
        names = [*request.body]
        found = max(_descents(names), default=0) if self.are_sorted else 0
        if request.method == "POST":
            for changed in self._changes.get(request.url.base.rstrip("/"), ()):
                found = max(found, _moved_ahead(names, changed))
        return found


def may_be_left_out(request: Request, orders: Orders) -> frozenset[str]:
    """The fields of a generated body that are more likely optional than not."""
    is_whole = request.is_generated
    sure = orders.sure(request) if is_whole else 0
    form: Literal["whole", "sorted", "example"] = "whole" if is_whole else "example"
    if is_whole and orders.are_sorted and not sure:
        form = "sorted"
    names = [str(name) for name in request.body]
    fields = list(zip(names, request.body.values(), strict=True))
    odds = log_odds(Body(request.method, request.url.base, request.name, fields, form))
    if request.method == "PATCH" and len(fields) > 1:
        odds = [-1.0] * len(fields)  # which changes in part, whatever the fields
    if not is_whole:
        return frozenset([name for name, odd in zip(names, odds, strict=True) if odd < 0])
    sums = [sum(odds[:end]) for end in range(sure, len(names) + 1)]
    if sure and orders.are_sorted:
        sums[0] += _ENDS_THERE
    return frozenset(names[sure + sums.index(max(sums)) :])


def _descents(names: Sequence[str]) -> list[int]:
    """Indexes of names that come alphabetically before the name in front of them."""
    return [place for place in range(1, len(names)) if names[place - 1] > names[place]]


def _moved_ahead(names: Sequence[str], others: Sequence[str]) -> int:
    """How many names at the front include all that follow a later one of them in `others`."""
    places = {name: place for place, name in enumerate(others)}
    found, first = 0, len(others)
    for at in range(len(names) - 1, -1, -1):
        place = places.get(names[at])
        if place is not None:
            if place > first:
                found = max(found, at + 1)
            first = min(first, place)
    return found


def _texts(value: Any) -> Iterator[str]:
    pending, left = [value], _LEAVES
    while pending and left > 0:
        node = pending.pop()
        if isinstance(node, dict | list):
            pending.extend(node.values() if isinstance(node, dict) else node)
        elif isinstance(node, str):
            left -= 1
            yield node
