"""How shares and their differences are told."""

from __future__ import annotations

NOTHING = "–"
"""Stands for what is not known."""


def percent(share: float | None) -> str:
    """87 %"""
    return NOTHING if share is None else f"{100 * share:.0f} %"


def points(difference: float | None, decimals: int = 0) -> str:
    """+12, with a real minus sign; ±0 for what rounds to nothing."""
    if difference is None:
        return NOTHING
    text = f"{100 * difference:+.{decimals}f}"
    return text.replace("-", "−") if float(text) else f"±{text[1:]}"
