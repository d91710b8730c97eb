"""Outcomes of an evaluation and the report made of them."""

from __future__ import annotations

import jsonschema_rs
import pytest

from shared.contracts import schema
from shared.finetune.evaluation import ExampleOutcome, folded, report, sample, segments
from shared.finetune.metrics import Score
from tests.builders.finetune import RUN


def answered(index: int, value: float = 1.0) -> ExampleOutcome:
    scores = Score(value, value, value, value, value, value).to_json()
    return ExampleOutcome(index, "answered", "", scores, "{}", 10, 20)


def test_the_first_outcome_of_an_index_counts_whatever_the_order() -> None:
    lines = answered(2).to_line() + answered(0, 0.0).to_line() + answered(0).to_line()
    found = folded(lines)
    assert list(found) == [0, 2]
    assert found[0].scores["clean"] == 0.0


@pytest.mark.parametrize(
    ("rows", "most", "expected"), [(0, 5, []), (3, 5, [0, 1, 2]), (10, 5, [0, 2, 4, 6, 8]), (7, 3, [0, 2, 4])]
)
def test_measured_rows_are_spread_over_the_file(rows: int, most: int, expected: list[int]) -> None:
    assert sample(rows, most) == expected


@pytest.mark.parametrize(("rows", "expected"), [(0, 0), (1, 1), (256, 1), (257, 2)])
def test_a_log_holds_256_examples(rows: int, expected: int) -> None:
    assert len(segments(rows)) == expected


def test_a_report_compares_both_deployments_and_keeps_its_contract() -> None:
    student = {0: answered(0), 1: answered(1), 2: ExampleOutcome(2, "failed", "content_filter")}
    baseline = {0: answered(0, 0.0), 1: answered(1, 0.0)}
    found = report(
        RUN, "m", 3, [("s", "student", student), ("b", "baseline", baseline)], "2026-01-01T00:00:00.000Z"
    )
    jsonschema_rs.validate(schema("evaluation"), found)
    ours = found["deployments"][0]
    assert ours["counts"] == {"asked": 3, "answered": 2, "failed": 1}
    assert ours["metrics"]["clean"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert ours["reasons"] == {"content_filter": 1}
    assert found["difference"]["clean"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_a_report_of_nothing_is_still_a_report() -> None:
    found = report(RUN, "m", 1, [("s", "student", {})], "2026-01-01T00:00:00.000Z")
    jsonschema_rs.validate(schema("evaluation"), found)
    assert found["difference"] is None


@pytest.mark.parametrize("name", ["finetune-job", "evaluation"])
def test_the_examples_of_a_contract_keep_it(name: str) -> None:
    for example in schema(name)["examples"]:
        jsonschema_rs.validate(schema(name), example)
