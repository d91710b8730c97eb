"""Durations for people."""

from __future__ import annotations

import pytest

from shared.times import duration


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (42, "42 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")]
)
def test_spans_are_short(seconds: float, text: str):
    assert duration(seconds) == text
