"""Credentials that a Postman collection names itself: in authentication blocks and in secret variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shared.catalog.postman.rows import Row, rows_of
from shared.scrub.harvest import Harvest
from shared.scrub.known import KnownSecrets
from shared.scrub.looks import may_be_opaque
from shared.scrub.names import NameKind, name_kind

_REFERENCE = re.compile(r"\{\{\s*([^{}]{1,120}?)\s*\}\}")
# Under a name that says less, a value that looks random.
_SHORTEST_WEAK = 20
_MAX_DEPTH = 100
_HOLDING = (dict, list)
# Rows of an authentication block that say where and how, not what.
_HOW = frozenset(
    "in addtokento addparamstoheader algorithm region service grant_type tokentype tokenname".split()
)


def of_collection(root: dict[str, Any]) -> KnownSecrets:
    """What a collection says of credentials: all of its authentication blocks, variables, texts and values."""
    names: list[str] = []
    values: list[str] = []
    blocks, variables = _found(root)
    for block in blocks:
        for kind, rows in _rows_of_auth(block):
            fields = {row.key: row.value for row in rows}
            if kind == "apikey" and isinstance(fields.get("key"), str):
                names.append(fields["key"])
            values.extend(
                value
                for key, value in fields.items()
                if isinstance(value, str)
                and ((kind, key) == ("apikey", "value") or name_kind(key) is NameKind.SECRET)
            )
    behind = {name for value in values for name in _REFERENCE.findall(value)}
    values.extend(
        row.value
        for listed in variables
        for row in rows_of(listed)
        if isinstance(row.value, str) and (row.key in behind or _is_secret(row))
    )
    found = Harvest(root, names)
    return KnownSecrets(names, [*values, *found.values], found.pairs)


def _found(root: Any) -> tuple[list[Any], list[Any]]:
    """All authentication blocks and lists of variables, wherever they stand, under a saved example as well."""
    blocks: list[Any] = []
    variables: list[Any] = []
    left: list[tuple[Any, int]] = [(root, _MAX_DEPTH)]
    while left:
        node, depth = left.pop()
        if isinstance(node, dict):
            blocks.extend(node[key] for key in ("auth",) if isinstance(node.get(key), dict | list))
            variables.extend(node[key] for key in ("variable", "values") if isinstance(node.get(key), list))
        inside = node.values() if isinstance(node, dict) else node
        if depth > 0:
            left.extend([(item, depth - 1) for item in inside if type(item) in _HOLDING])
    return blocks, variables


def _is_secret(row: Row) -> bool:
    kind = name_kind(row.key)
    return (
        row.kind == "secret"
        or kind is NameKind.SECRET
        or (kind is NameKind.WEAK and len(row.value) >= _SHORTEST_WEAK and may_be_opaque(row.value))
    )


def _rows_of_auth(block: Any) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The parameters of each kind of authentication in a block, including leftovers of other kinds."""
    for one in block if isinstance(block, list) else [block]:
        if isinstance(one, dict):
            for kind, held in one.items():
                if isinstance(held, dict | list):
                    yield str(kind), rows_of(held)
