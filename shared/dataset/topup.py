"""How many more indices to plan so that the accepted records reach what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

_SPARE_PERCENT = 110
"""A tenth more than the rate asks for, as later records repeat earlier ones more often."""


class HasAccepted(Protocol):
    """Whatever knows how many records are accepted, near-duplicates taken off."""

    @property
    def accepted(self) -> int:
        """Accepted records."""


def most_planned(samples: int) -> int:
    """The most indices a run may ever plan."""
    return 3 * samples + 50


def top_up(
    decision: HasAccepted,
    options: Mapping[str, Any],
    planned: int,
    *,
    previous_planned: int = 0,
    previous_accepted: int = 0,
) -> int:
    """Indices to plan in the next wave; 0 when there are enough, or more cannot help or is not wanted.

    `planned` counts all indices so far; `previous_*` are the figures before the last wave, whose rate of
    acceptance is taken for the next. A wave that accepted nothing is the last one.
    """
    samples = int(options.get("samples", 0))
    lacking = samples - decision.accepted
    gained = decision.accepted - previous_accepted
    wave = planned - previous_planned
    if not options.get("top_up", True) or lacking <= 0 or gained <= 0 or wave <= 0:
        return 0
    wanted = -(-lacking * wave * _SPARE_PERCENT // (gained * 100))
    return max(0, min(wanted, most_planned(samples) - planned))
