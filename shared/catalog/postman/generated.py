"""Collections that a program made of an API description: they send every field there is, needed or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import words_of_description
from shared.catalog.schemas.types import placeholder_type
from shared.identifiers import words_of

_LEAVES = 40
_FIRST = 3
_ROWS_THAT_SAY = 2
# Last words of names that are seldom required, and first words of names of flags.
_SELDOM = frozenset(
    "description message metadata enabled time at link flags tags attachments settings comment note notes default "
    "public private visible color colour position limit offset page sort order filter avatar icon image title "
    "labels".split()
)
_FLAGS = frozenset("is has allow default include enable disable".split())


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


def may_be_left_out(method: str, fields: Sequence[tuple[str, Any]]) -> frozenset[str]:
    """The fields, in the order of the schema, that are seldom required of a body that holds all there are.

    By what 13 public OpenAPI documents require of 2,300 fields: what is changed may be changed in part, flags and
    descriptions are seldom required, and what is required stands first.
    """
    if len(fields) == 1:
        return frozenset()
    if method in ("PUT", "PATCH"):
        return frozenset([name for name, _ in fields])
    return frozenset(
        [
            name
            for place, (name, value) in enumerate(fields)
            if place >= _FIRST or _is_seldom_required(name, value)
        ]
    )


def _is_seldom_required(name: str, value: Any) -> bool:
    words = words_of(name)
    is_flag = isinstance(value, bool) or (isinstance(value, str) and value.strip() == "<boolean>")
    return is_flag or (bool(words) and (words[-1] in _SELDOM or words[0] in _FLAGS))


def _leaves(value: Any) -> Iterator[Any]:
    pending, left = [value], _LEAVES
    while pending and left > 0:
        node = pending.pop()
        if isinstance(node, dict | list):
            pending.extend(node.values() if isinstance(node, dict) else node)
        elif node is not None:
            left -= 1
            yield node
