from pathlib import Path

import pytest

from cli import results
from cli import tables as report
from cli.downloads import LocalFile
from tests.builders.fake_api import RUN_ID, a_run, described


def test_columns_are_aligned_and_nothing_is_cut_off():
    assert report.table(("A", "LONG"), [("x" * 100, "1"), ("y", "2")]).splitlines() == [
        "A" + " " * 101 + "LONG",
        "x" * 100 + "  1",
        "y" + " " * 101 + "2",
    ]


def test_what_was_written_is_listed_with_paths_that_open_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    text = results.written(a_run(), [LocalFile(tmp_path / "out" / RUN_ID / "dataset.jsonl", 3, 2048)], 12.34)
    assert f"out/{RUN_ID}/dataset.jsonl  3     2.0 KiB" in text
    assert "12.3 s in all" in text


def test_the_list_of_runs_tells_errors_and_messages_that_belong_to_no_run():
    failed = a_run(
        run_id="bad-0123456789", status="failed", error={"code": "empty_file", "message": "it is empty"}
    )
    poison = [
        {"queue": "run-requests", "code": "not_json", "message": "not JSON", "at": "2026-01-01T00:00:00Z"}
    ]
    text = report.runs({"runs": [a_run(), failed], "poison": poison})
    assert RUN_ID in text
    assert "bad-0123456789: it is empty (empty_file)" in text
    assert "2026-01-01T00:00:00Z  run-requests  not JSON (not_json)" in text


def test_no_runs_says_how_to_start_one():
    assert "plansmith run" in report.runs({"runs": [], "poison": []})


def test_one_run_is_told_in_full():
    job = {"state": "complete", "job_id": "ftjob-1", "fine_tuned_model": "student:ft"}
    files = described({"dataset.jsonl": b"{}\n"})
    text = report.run_detail(a_run(status="complete", finetune=job, diagnostics=3, files=files))
    for told in (
        "complete",
        "ftjob-1",
        "student:ft",
        "3 on the catalog; `plansmith catalog inspect FILE` lists them",
        "dataset.jsonl  1     3 B",
    ):
        assert told in text


def test_the_end_says_how_the_training_went(tmp_path: Path):
    metrics = tmp_path / "metrics.csv"
    metrics.write_text("step,train_loss,full_valid_loss\n1,2.5,\n2,1.25,\n3,0.5,0.75\n")
    text = results.written(a_run(), [LocalFile(metrics, None, 10)], 1.0)
    assert "3 training steps, training loss 2.500 → 0.500, validation loss 0.750" in text


@pytest.mark.parametrize(
    ("stopped", "why"),
    [
        (None, "rejected.jsonl says why"),
        (
            {"reason": "budget", "message": "the run's budget is used up", "at": ""},
            "the run's budget is used up",
        ),
    ],
)
def test_the_end_says_why_there_are_fewer_records_than_asked_for(
    tmp_path: Path, stopped: dict[str, str] | None, why: str
):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"options": {"samples": 50}, "counts": {"accepted": 4}}')
    files = [LocalFile(manifest, None, 10)]
    expected = f"4 of the 50 records asked for were accepted: {why}"
    assert results.shortage(a_run(stopped=stopped), files) == expected
    manifest.write_text('{"options": {"samples": 4}, "counts": {"accepted": 4}}')
    assert results.shortage(a_run(), files) == ""


def test_records_that_were_not_to_be_topped_up_are_no_shortage(tmp_path: Path):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"options": {"samples": 50, "top_up": false}, "counts": {"accepted": 4}}')
    assert results.shortage(a_run(), [LocalFile(manifest, None, 10)]) == ""


def test_the_page_to_look_at_is_named_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    page = LocalFile(tmp_path / "out" / RUN_ID / "report.html", None, 10)
    assert f"out/{RUN_ID}/report.html" in results.written(a_run(), [page], 1.0).splitlines()[-1]
