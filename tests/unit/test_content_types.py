"""Files are stored and served with the type that their name says."""

from __future__ import annotations

import pytest

from shared.content_types import content_type


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("run/manifest.json", "application/json"),
        ("sft/train.jsonl", "application/jsonl"),
        ("charts/steps.svg", "image/svg+xml"),
        ("finetune/metrics.csv", "text/csv"),
        ("a.b/README", "application/octet-stream"),
    ],
)
def test_a_name_says_the_type(path: str, expected: str) -> None:
    assert content_type(path) == expected
