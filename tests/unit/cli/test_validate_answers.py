"""`plansmith validate --answers` says of each answer of a teacher what a run would say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cli.validate_answers import judged, report
from cli.validate_dataset import CLEAN, FINDINGS, UNUSABLE, validate_answers
from shared.catalog.serialize import to_json
from shared.plan.wire import encode
from testing.shop import CATALOG
from tests.builders.records import decoded


def written(folder: Path, *rows: Any) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def broken() -> dict[str, Any]:
    parts = decoded()
    parts["plan"]["steps"][0]["arguments"]["currency"] = "GBP"
    return parts


def test_each_answer_has_its_errors_and_the_message_that_a_run_would_send(tmp_path: Path):
    rows = [
        {"index": 7, "answer": encode(decoded())},
        {"index": 9, "answer": json.dumps(encode(broken()))},
        {"index": 11, "answer": {}},
        "no json",
    ]
    good, bad, empty, none = judged(written(tmp_path, *rows), CATALOG)
    assert (good["index"], good["errors"], good["repair"]) == (7, [], "")
    assert bad["index"] == 9
    assert [error["code"] for error in bad["errors"]] == ["not_in_enum"]
    assert bad["repair"].startswith("## Errors\n") and "not_in_enum" in bad["repair"]
    assert empty["errors"] and {error["code"] for error in none["errors"]} == {"bad_row"}


def test_the_report_counts_what_is_valid(tmp_path: Path):
    answers = list(judged(written(tmp_path, {"index": 0, "answer": encode(broken())}), CATALOG))
    assert report(answers, as_json=False).endswith("1 answers, 0 valid, 1 with errors")
    assert json.loads(report(answers, as_json=True))["index"] == 0


def test_the_exit_status_is_that_of_datasets(tmp_path: Path):
    catalog = tmp_path / "catalog.json"
    catalog.write_bytes(to_json(CATALOG))
    good = written(tmp_path, {"index": 0, "answer": encode(decoded())})
    assert validate_answers(good, [catalog], as_json=True)[1] == CLEAN
    bad = written(tmp_path, {"index": 0, "answer": encode(broken())})
    assert validate_answers(bad, [catalog], as_json=True)[1] == FINDINGS
    assert validate_answers(tmp_path / "none", [catalog], as_json=False)[1] == UNUSABLE
