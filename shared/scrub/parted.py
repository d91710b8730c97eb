"""Objects whose members are to be read one by one: without the credentials that only their siblings tell."""

from __future__ import annotations

from typing import Any

from shared.scrub.columns import without_cells
from shared.scrub.members import members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import PLACEHOLDER
from shared.scrub.text import scrub_value


def without_told(value: Any) -> Any:
    """`value` without what cells of its tables and members of its own are by what stands beside them.

    What a member is by its own name stays: `{"name": "password", "value": …}` loses its value, `{"password": …}` none.
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
