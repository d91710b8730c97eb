"""Numbers and texts as people read them."""

from __future__ import annotations

from datetime import datetime

from shared.finetune.measure.shares import NOTHING as NOTHING
from shared.finetune.measure.shares import percent as percent
from shared.finetune.measure.shares import points


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
    """$1.23; more decimals below a cent."""
    if amount is None:
        return NOTHING
    return f"${amount:,.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.4f}"


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
