"""Plans of a few calls for the tests of metrics, each part open to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def step(api: str, needs: Sequence[int] = (), **arguments: Any) -> dict[str, Any]:
    """A call, not numbered yet."""
    return {
        "action": f"Call {api}",
        "api": api,
        "arguments": arguments,
        "depends_on": list(needs),
        "outputs": ["id"],
        "reasoning": "It is needed.",
        "failure_modes": [],
        "retries": 0,
    }


def plan(*steps: dict[str, Any]) -> dict[str, Any]:
    """The calls as a plan, numbered from 1."""
    return {
        "global_constraints": {},
        "steps": [{"index": place, **made} for place, made in enumerate(steps, start=1)],
        "validation_checks": [],
        "expected_end_state": "Done.",
    }
