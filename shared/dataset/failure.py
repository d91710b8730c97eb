"""Why a dataset without a record has none; pure."""

from __future__ import annotations

from typing import Any

from shared.dataset.manifest import Counts


def failure_of(counts: Counts) -> dict[str, Any] | None:
    """`{"code", "message"}` for the counts of a manifest without an accepted record, None for any other.

    The code is the commonest reason, the first by name among equals.
    """
    if counts.accepted:
        return None
    known = [(reason, times) for reason, times in counts.by_reason.items() if isinstance(times, int)]
    reasons = sorted(known, key=lambda pair: (-pair[1], pair[0]))
    code, times = reasons[0] if reasons else ("no_records", 0)
    message = (
        f"not one of {counts.planned} records was accepted; {times} for '{code}': rejected.jsonl says more"
    )
    return {"code": code, "message": message}
