"""`plansmith validate` reports on any dataset and says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.validate_dataset import CLEAN, FINDINGS, UNUSABLE, validate
from shared.catalog.serialize import to_json
from testing.plans import good_records
from testing.shop import CATALOG
from tests.builders.records import good_record


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    file = tmp_path / "catalog.json"
    file.write_bytes(to_json(CATALOG))
    return file


def dataset(folder: Path, *rows: Any, name: str = "dataset.jsonl", start: bytes = b"") -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    (folder / name).write_bytes(start + b"".join(line + b"\n" for line in lines))
    return folder / name


def bad(currency: str = "GBP") -> dict[str, Any]:
    record = good_record()
    record["task_nl"] += f", in {currency}"
    record["plan"]["steps"][0]["arguments"]["currency"] = currency
    return record


def test_a_clean_dataset_exits_with_0(tmp_path: Path, catalog: Path) -> None:
    text, status = validate(dataset(tmp_path, *good_records(CATALOG, 20)), [catalog], False)
    assert status == CLEAN
    assert "20 rows, 20 valid, 0 with errors" in text


def test_warnings_are_shown_and_fail_only_when_asked_to(tmp_path: Path, catalog: Path) -> None:
    record = good_record()
    del record["plan"]["steps"][1:]
    record["plan"]["steps"][0]["arguments"]["note"] = "Ring the bell of the northern warehouse"
    file = dataset(tmp_path, {**record, "task_id": "written by hand"})
    text, status = validate(file, [catalog], False)
    assert status == CLEAN
    assert "row 1: warning: ungrounded_value at plan.steps[0].arguments.note" in text
    assert text.endswith("1 rows, 1 valid, 0 with errors, 1 with warnings")
    report, strict = validate(file, [catalog], True, strict=True)
    assert strict == FINDINGS
    assert [one["code"] for one in json.loads(report)["warnings"]] == ["ungrounded_value"]
    assert (json.loads(report)["valid"], json.loads(report)["errors"]) == (0, [])


def test_findings_exit_with_1_and_name_row_code_path_and_message(tmp_path: Path, catalog: Path) -> None:
    file = dataset(tmp_path, good_record(), bad())
    report, status = validate(file, [catalog], True)
    assert status == FINDINGS
    assert json.loads(report) == {
        "rows": 2,
        "valid": 1,
        "errors": [
            {
                "row": 2,
                "code": "not_in_enum",
                "path": "plan.steps[0].arguments.currency",
                "message": '\'currency\': "GBP" is not one of "EUR", "USD", "CHF"',
            }
        ],
        "warnings": [],
    }
    assert "row 2: not_in_enum at plan.steps[0].arguments.currency: " in validate(file, [catalog], False)[0]


def test_a_broken_row_does_not_hide_the_others(tmp_path: Path, catalog: Path) -> None:
    file = dataset(tmp_path, good_record(), b'{"task_nl": "x', b"", bad())
    errors = json.loads(validate(file, [catalog], True)[0])["errors"]
    assert [(error["row"], error["code"]) for error in errors] == [
        (2, "truncated_json"),
        (3, "bad_row"),
        (4, "not_in_enum"),
    ]


def test_a_byte_order_mark_and_a_json_array_are_read(tmp_path: Path, catalog: Path) -> None:
    assert validate(dataset(tmp_path, good_record(), start=b"\xef\xbb\xbf"), [catalog], False)[1] == CLEAN
    assert validate(dataset(tmp_path, [good_record()], name="all.json"), [catalog], False)[1] == CLEAN


def test_many_findings_are_counted_and_not_all_shown(tmp_path: Path, catalog: Path) -> None:
    file = dataset(tmp_path, *(bad(f"X{number}") for number in range(250)))
    text, _ = validate(file, [catalog], False)
    assert "… and 50 more findings" in text
    assert "250  not_in_enum" in text


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x89PNG\r\n\x1a\n", b"hello\n", b"[1, 2"])
def test_a_file_without_a_readable_row_exits_with_2(tmp_path: Path, catalog: Path, content: bytes) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    report, status = validate(file, [catalog], True)
    assert status == UNUSABLE
    assert json.loads(report)["errors"][0]["row"] == 0


def test_a_missing_file_or_an_unusable_catalog_exits_with_2(tmp_path: Path, catalog: Path) -> None:
    assert validate(tmp_path / "none.jsonl", [catalog], False)[1] == UNUSABLE
    file = dataset(tmp_path, good_record())
    text, status = validate(file, [tmp_path / "none.json"], False)
    assert (status, text.startswith("cannot validate: ")) == (UNUSABLE, True)
    (tmp_path / "empty.json").write_bytes(b"{}")
    assert validate(file, [tmp_path / "empty.json"], False)[1] == UNUSABLE


def test_any_catalog_that_can_be_uploaded_will_do(tmp_path: Path) -> None:
    simple = {"apis": [{"name": "ping", "description": "Ping", "parameters": []}]}
    (tmp_path / "simple.json").write_text(json.dumps(simple), encoding="utf-8")
    row = {
        "task_nl": "See whether the service is there",
        "plan": {
            "steps": [{"index": 1, "action": "ping", "api": "ping", "arguments": {}}],
            "expected_end_state": "known",
        },
    }
    assert validate(dataset(tmp_path, row), [tmp_path / "simple.json"], False)[1] == CLEAN
