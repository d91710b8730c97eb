"""Tasks from the command line and from files, and what is shown of their plans."""

from pathlib import Path
from typing import Any

import pytest

from cli.api_error import ApiError
from cli.errors import CommandError
from cli.try_command import LEAST, MOST, execute, tasks, text
from shared.http.openapi import document


class Planner:
    """Plans each task with one call; those with `bad` in them lack an argument."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def try_plan(self, run: str, task: str, arm: str) -> dict[str, Any]:
        self.asked.append((run, task, arm))
        findings = [{"code": "missing_argument", "message": "'get' needs 'id'"}] if "bad" in task else []
        return {
            "task": task, "arm": arm, "model": "m", "deployment": "d", "answer": "{}", "valid": not findings,
            "plan": {"steps": [{"index": 1, "api": "get", "arguments": {"id": 7}}]}, "findings": findings,
            "dry_run": [{"step": 1, "problem": None}], "tokens": {"prompt": 10, "completion": 5}, "usd": 0.25, "latency_ms": 3,
        }  # fmt: skip


def test_tasks_come_from_words_lines_and_json_lines(tmp_path: Path) -> None:
    file = tmp_path / "tasks.txt"
    file.write_text('list the orders\n\n  \n{"task": "cancel one"}\n{"task_nl": "pay two"}\n')
    assert tasks(["show me A-1"], file) == ["show me A-1", "list the orders", "cancel one", "pay two"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ab", "line 2: a task has 3"),
        ('{"task"', "line 2: this is no JSON"),
        ('{"other": 1}', "line 2: a task"),
        ("x" * 4001, "line 2"),
    ],
)
def test_a_line_that_is_no_task_is_named_before_anything_is_paid(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "tasks.txt"
    file.write_text(f"list the orders\n{line}\n")
    with pytest.raises(CommandError, match=why):
        tasks([], file)


def test_the_limits_are_those_of_the_app() -> None:
    body = document()["paths"]["/runs/{run}/try"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert (body["properties"]["task"]["minLength"], body["properties"]["task"]["maxLength"]) == (LEAST, MOST)


def test_many_tasks_end_with_how_many_plans_hold(capsys: pytest.CaptureFixture[str]) -> None:
    planner: Any = Planner()
    assert execute("hub-0123456789", ["list", "a bad one"], planner, arm="student", as_json=False) is False
    shown = capsys.readouterr().out
    assert planner.asked == [
        ("hub-0123456789", "list", "student"),
        ("hub-0123456789", "a bad one", "student"),
    ]
    assert "id = 7" in shown and "missing_argument: 'get' needs 'id'" in shown
    assert shown.endswith("1 of 2 plans are executable on paper, $0.500000 in all\n")


def test_one_task_has_no_line_about_all_and_json_has_only_answers(capsys: pytest.CaptureFixture[str]) -> None:
    planner: Any = Planner()
    assert execute("hub-0123456789", ["list"], planner, arm="base", as_json=False) is True
    assert "in all" not in capsys.readouterr().out
    execute("hub-0123456789", ["list", "more"], planner, arm="base", as_json=True)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_refusal_ends_the_command() -> None:
    class Refusing(Planner):
        def try_plan(self, run: str, task: str, arm: str) -> dict[str, Any]:
            raise ApiError("the model was never deployed")

    refusing: Any = Refusing()
    with pytest.raises(ApiError, match="never deployed"):
        execute("hub-0123456789", ["list"], refusing, arm="student", as_json=False)


def test_a_plan_is_shown_with_what_a_reference_would_send_and_what_nobody_named() -> None:
    calls = [{"index": 1, "api": "find", "arguments": {}}, {"index": 2, "api": "pay", "depends_on": [1], "arguments": {"id": "${steps.1.id}", "sum": 5}}]  # fmt: skip
    ran = [{"step": 1, "arguments": {}, "problem": ""}, {"step": 2, "arguments": {"id": "sample", "sum": 5}, "problem": ""}]  # fmt: skip
    answer = {**Planner().try_plan("r", "pay it", "base"), "plan": {"steps": calls}, "dry_run": ran}
    nobody = {"code": "ungrounded_value", "step": 2, "message": "5 comes from nowhere"}
    told = text({**answer, "warnings": [nobody]})
    assert "2. pay  (after 1)\n     id = ${steps.1.id}  → sample\n     sum = 5\n     dry run: runs" in told
    assert (
        "valid: executable on paper\nto be looked at, as nobody named it:\n  ungrounded_value: step 2: 5 comes"
        in told
    )


def test_one_finding_is_one() -> None:
    assert "not valid, 1 finding:\n  missing_argument: 'get' needs 'id'" in text(
        Planner().try_plan("r", "bad", "base")
    )
