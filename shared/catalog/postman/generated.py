"""Collections that a program made of an API description: they send every field there is, needed or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.catalog.postman.likelihood import likelihood, log_odds
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import words_of_description
from shared.catalog.schemas.types import placeholder_type, type_of_value

_LEAVES = 40
_ROWS_THAT_SAY = 2
# The likelihood from which a field of an example is read as required.
_LIKELY = 0.45
# Fields of a body that tells something of their order, bodies that tell it of a collection, and how many of them.
_LONG = 4
_SORTED_BODIES = 5
_SORTED = 0.7


def says_required(requests: Sequence[Request]) -> bool:
    """Whether rows of the collection are described as generators do: `(Required) …` where they are."""
    count = 0
    for request in requests:
        for row in (*request.url.variables, *request.url.query, *request.headers, *request.form):
            count += words_of_description(row.description).startswith("(Required)")
        if count >= _ROWS_THAT_SAY:
            return True
    return False


def has_placeholders(body: Any) -> bool:
    """Whether most scalars of a body are placeholders such as `<string>`."""
    found = [isinstance(leaf, str) and placeholder_type(leaf) is not None for leaf in _leaves(body)]
    return bool(found) and 2 * sum(found) > len(found)


def are_sorted(bodies: Sequence[dict[str, Any]]) -> bool:
    """Whether generated bodies have their fields in alphabetical order but for those that a generator puts first."""
    long = [[*body] for body in bodies if len(body) >= _LONG]
    with_tail = sum(len(_descents(names)) <= 1 for names in long)
    return len(long) >= _SORTED_BODIES and with_tail >= _SORTED * len(long)


def may_be_left_out(method: str, path: str, body: dict[str, Any], *, is_sorted: bool) -> frozenset[str]:
    """The fields of a generated body that are more likely optional than not.

    Where values are placeholders, required fields stand first, as the generator puts them there; with fields that are
    sorted otherwise (`is_sorted`), those before the last that is out of order are required for sure.
    """
    fields = [(str(name), _type_of(value)) for name, value in body.items()]
    names = [name for name, _ in fields]
    odds = log_odds(method, path, fields)
    if method == "PATCH" and len(fields) > 1:
        odds = [-1.0] * len(fields)  # which changes in part, whatever the fields
    if not has_placeholders(body):
        return frozenset([name for name, odd in zip(names, odds, strict=True) if likelihood(odd) < _LIKELY])
    sure = max(_descents(names), default=0) if is_sorted else 0
    sums = [sum(odds[:end]) for end in range(sure, len(names) + 1)]
    return frozenset(names[sure + sums.index(max(sums)) :])


def _descents(names: Sequence[str]) -> list[int]:
    """Places of names before which one stands that should come after them."""
    return [place for place in range(1, len(names)) if names[place - 1] > names[place]]


def _type_of(value: Any) -> str:
    told = placeholder_type(value) if isinstance(value, str) else None
    return str(told["type"]) if told is not None else type_of_value(value) or "any"


def _leaves(value: Any) -> Iterator[Any]:
    pending, left = [value], _LEAVES
    while pending and left > 0:
        node = pending.pop()
        if isinstance(node, dict | list):
            pending.extend(node.values() if isinstance(node, dict) else node)
        elif node is not None:
            left -= 1
            yield node
