"""What may lie beside the checkout: public catalogs, specifications, rows that services accepted.

Tests have small files of their own in `tests/data` and need none of this; where it is there, they use it besides.
"""

from __future__ import annotations

from pathlib import Path

from testing.documents import PUBLIC_CATALOGS

PUBLIC = PUBLIC_CATALOGS
REFERENCE = PUBLIC.parent / "reference"
SPECS = REFERENCE / "specs"


def present(*paths: Path) -> list[Path]:
    """Those of `paths` that are there."""
    return [path for path in paths if path.exists()]


MODEL_SERVICE = [
    Path(__file__).parents[1] / "data" / "specs" / "model_service.json",
    *present(SPECS / "azure-openai-v1.json"),
]
"""The part of the model service's specification that this app uses, and the whole where it is."""
