"""Numbers and texts as people read them."""

from __future__ import annotations

from datetime import datetime

from shared.finetune.measure.shares import NOTHING as NOTHING
from shared.finetune.measure.shares import percent as percent
from shared.finetune.measure.shares import points

_DIME = 0.1
_LEAST_SHOWN = 0.00005
"""US dollars; less would be $0.0000."""


def whole(number: float | None) -> str:
    """1,170"""
    return NOTHING if number is None else f"{number:,.0f}"


def loss(number: float | None) -> str:
    """0.512; three decimals, fewer from 100 on."""
    return NOTHING if number is None else f"{number:.3f}" if abs(number) < 100 else f"{number:,.1f}"


def share(part: float | None) -> str:
    """87.3%"""
    return NOTHING if part is None else f"{part:.1%}"


def signed(part: float) -> str:
    """+12.3 points, with a real minus sign."""
    return points(part, 1)


def dollars(amount: float | None) -> str:
    """$1.23; four decimals below ten cents, and no amount that is one reads as nothing."""
    return dollars_alike(amount)[0]


def dollars_alike(*amounts: float | None) -> list[str]:
    """Amounts that stand beside one another, all with as many decimals as the least of them needs."""
    decimals = 4 if any(amount and amount < _DIME for amount in amounts) else 2
    return [_dollars(amount, decimals) for amount in amounts]


def _dollars(amount: float | None, decimals: int) -> str:
    if amount is None:
        return NOTHING
    return "under $0.0001" if 0 < amount < _LEAST_SHOWN else f"${amount:,.{decimals}f}"


def moment(text: str) -> str:
    """A stored time (ISO 8601 UTC) to the second."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text or NOTHING


def clipped(text: str, most: int) -> str:
    """`text` with at most `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def spoken(name: str) -> str:
    """A stable name as words: `fine_tuning` as "fine tuning"."""
    return name.replace("_", " ")
