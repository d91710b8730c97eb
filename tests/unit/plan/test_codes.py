"""Every code is documented, and only known codes are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.plan.codes import CODES, finding

QUALITY = Path(__file__).parents[3] / "docs" / "quality.md"


def test_the_documentation_lists_every_code_with_its_meaning() -> None:
    text = QUALITY.read_text(encoding="utf-8")
    assert [code for code, meaning in CODES.items() if f"| `{code}` | {meaning} |" not in text] == []


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="no such code"):
        finding("new_code", "x")
