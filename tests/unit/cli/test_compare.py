"""`plansmith compare` as people, programs and CI use it."""

import json

import pytest

from cli import main as cli
from shared.finetune.measure.report import task_line
from tests.builders.arms import right, task, wrong


@pytest.fixture
def runs(tmp_path):
    """Two downloaded runs: the second fixes one task and breaks two."""
    for name, exact in (("before", [1, 1, 0, 1]), ("after", [0, 0, 1, 1])):
        folder = tmp_path / name / "evaluation"
        folder.mkdir(parents=True)
        lines = [
            task_line(task(n), {"student": right(n) if good else wrong(n)}) for n, good in enumerate(exact)
        ]
        (folder / "tasks.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(tmp_path / "before"), str(tmp_path / "after")


def test_it_says_how_many_tasks_were_fixed_and_broken(runs, capsys):
    assert cli.main(["compare", *runs]) == 0
    out = capsys.readouterr().out
    assert "Over 4 tasks: 1 fixed, 2 broken, 1 the same; exact plans 75 % → 50 %" in out
    assert "broken: Pay for order A-1" in out and "fixed: Pay" in out
    assert "(unknown_api)" in out


def test_a_missed_threshold_is_status_2_and_a_passed_one_0(runs, capsys):
    assert cli.main(["compare", *runs, "--min", "exact_plan=0.6", "--max-drop", "0.02"]) == 2
    assert capsys.readouterr().err.count("missed: ") == 2
    assert cli.main(["compare", *runs, "--min", "exact_plan=0.5", "--max-drop", "0.25"]) == 0


def test_an_error_is_status_1(runs, tmp_path, capsys):
    (tmp_path / "empty" / "evaluation").mkdir(parents=True)
    (tmp_path / "empty" / "evaluation" / "tasks.jsonl").write_text("")
    assert cli.main(["compare", runs[0], str(tmp_path / "empty")]) == 1
    assert "has no evaluation to compare" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        "--min beauty=1",
        "--min exact_plan",
        "--min exact_plan=60",
        "--min exact_plan=nan",
        "--max-drop x",
        "--odd",
    ],
)
def test_a_wrong_command_line_is_status_1_so_that_a_gate_tells_it_from_a_missed_threshold(
    runs, wrong, capsys
):
    assert cli.main(["compare", *runs, *wrong.split()]) == 1
    assert "Error: " in capsys.readouterr().err
    assert cli.main(["try", "hub-0123456789"]) == 1


def test_programs_are_told_that_the_line_is_wrong(runs, capsys):
    assert cli.main(["compare", *runs, "--json", "--min", "beauty=1"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "wrong_use"


def test_json_and_a_page_are_for_programs_and_browsers(runs, tmp_path, capsys):
    page = tmp_path / "changed.html"
    assert cli.main(["compare", *runs, "--json", "--broken", "--page", str(page)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"fixed": 1, "broken": 2, "same": 1}
    assert [row["change"] for row in told["tasks"]] == ["broken", "broken"]
    assert page.read_bytes().startswith(b"<!doctype html>")
