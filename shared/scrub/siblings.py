"""Prepares an object whose members are read one by one: credentials that only siblings reveal are removed."""

from __future__ import annotations

from typing import Any

from shared.scrub.columns import without_cells
from shared.scrub.members import members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import PLACEHOLDER
from shared.scrub.text import scrub_value


def without_sibling_secrets(value: Any) -> Any:
    """`value` without credentials that are recognised only by other members or by the columns of a table.

    `{"name": "password", "value": …}` loses its value; `{"password": …}` stays, because its own name tells later.
    """
    kept = without_cells(value, PLACEHOLDER)
    if not isinstance(kept, dict):
        return kept
    return {
        key: scrub_value(item, name=called) if called not in (key, "") and _is_secret(called) else item
        for key, item, called, _ in members(kept, "", "")
    }


def _is_secret(name: str) -> bool:
    return name_kind(name) is NameKind.SECRET
