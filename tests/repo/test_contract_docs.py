"""docs/contracts.md says what the schemas say."""

from __future__ import annotations

from pathlib import Path

from local.contract_docs import PAGE, page
from shared import contracts


def test_the_page_is_written_from_the_schemas() -> None:
    assert PAGE.read_text() == page(), "run: python -m local.contract_docs"


def test_every_contract_is_on_the_page() -> None:
    text = PAGE.read_text()
    for path in Path(contracts.__file__).parent.glob("*.schema.json"):
        assert path.name in text
