"""What others say of an error can always be stored."""

from __future__ import annotations

import orjson
import pytest

from shared.adapters.short import short


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("half \ud800 a\ncharacter", "half ? a character"),
        (ValueError(), "ValueError"),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_any_text_becomes_a_line_that_can_be_stored(said: object, stored: str) -> None:
    assert orjson.loads(orjson.dumps(short(said))) == stored
