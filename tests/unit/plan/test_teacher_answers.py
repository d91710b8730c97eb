"""Answers as a good teacher gives them: each kind of fault is found by its own rule, and nothing is said of sound ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.validate_answers import judged
from shared.plan.codes import CODES
from testing.office import CATALOG

ANSWERS = Path(__file__).parents[2] / "data" / "answers" / "office.jsonl"
ROWS: list[dict[str, Any]] = [orjson.loads(line) for line in ANSWERS.read_bytes().splitlines()]
FOUND = {
    one["index"]: {item["code"] for item in (*one["errors"], *one["warnings"])}
    for one in judged(ANSWERS, CATALOG)
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
def test_just_the_fault_that_an_answer_has_is_found(row: dict[str, Any]) -> None:
    assert FOUND[row["index"]] == set(row["found"])


def test_every_rule_of_sense_and_grounding_has_an_answer_that_it_is_for() -> None:
    start, end = "retries_break_limit", "spoken_constant"
    codes = list(CODES)
    rules = codes[codes.index(start) : codes.index(end) + 1]
    assert set(rules) <= {code for row in ROWS for code in row["found"]}
    assert sum(not row["found"] for row in ROWS) >= len(ROWS) / 5
