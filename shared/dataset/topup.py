"""How many more indices to plan so that the accepted records reach exactly what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

MAX_WAVES = 16
"""Each wave plans what is lacking, so even at half the records rejected ten waves make up for a thousand."""
_LUCK = 10
"""A wave smaller than this may fail whole by bad luck; a larger one shows that more of the same is no use."""


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
    waves: int = 1,
    previous_planned: int = 0,
    previous_accepted: int = 0,
) -> int:
    """Indices to plan in the next wave; 0 when there are enough, or more cannot help or is not wanted.

    A wave is never larger than what is lacking, so the accepted records never exceed `samples` and no
    good record is paid for in vain. `planned` counts all indices in `waves` so far; `previous_*` are the
    figures before the last wave.
    """
    samples = int(options.get("samples", 0))
    lacking = samples - decision.accepted
    if not options.get("top_up", True) or lacking <= 0 or decision.accepted == 0 or waves >= MAX_WAVES:
        return 0
    if decision.accepted == previous_accepted and planned - previous_planned >= _LUCK:
        return 0
    return max(0, min(lacking, most_planned(samples) - planned))
