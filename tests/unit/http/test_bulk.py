"""Many rows at once: what would happen is seen first, and what is applied is what was seen."""

from __future__ import annotations

from typing import Any

import pytest

from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, decide, on, own_example, published, row, rows


async def _preview(pipeline: Pipeline, run: str, **body: Any) -> dict[str, Any]:
    answer = await pipeline.app.api.bulk(run, asked(body))
    assert answer.status == 200, answer.body
    return read(answer)


async def _apply(
    pipeline: Pipeline, run: str, token: str, key: str | None = None, **body: Any
) -> dict[str, Any]:
    answer = await pipeline.app.api.bulk(run, asked({**body, "token": token}, key=key))
    assert answer.status == 200, answer.body
    return read(answer)


async def test_a_verdict_on_all_rows_of_a_filter_is_one_act() -> None:
    pipeline, run = await published(40)
    found = await rows(pipeline, run, difficulty="S", status="accepted")
    wanted: dict[str, Any] = {
        "filter": {"difficulty": "S", "status": "accepted"},
        "verdict": "reject",
        "reason": "easy",
    }
    seen = await _preview(pipeline, run, **wanted)
    assert (seen["matched"], seen["changes"], seen["valid"]) == (len(found),) * 3
    assert await rows(pipeline, run, touched="yes") == []
    done = await _apply(pipeline, run, seen["token"], **wanted)
    assert (done["applied"], done["left"]) == (len(found), 0)
    assert [r["index"] for r in await rows(pipeline, run, verdict="rejected")] == [r["index"] for r in found]
    (act,) = read(await pipeline.app.api.decisions(run, {}))["decisions"]
    assert (act["kind"], act["rows"], act["verdicts"]) == ("bulk", len(found), {"rejected": len(found)})
    undone = read(await pipeline.app.api.undo(run, act["id"], asked({})))
    assert len(undone["rows"]) == len(found)
    assert await rows(pipeline, run, touched="yes") == []


async def test_rows_that_have_the_verdict_are_not_judged_again() -> None:
    pipeline, run = await published(12)
    every = await rows(pipeline, run, status="accepted")
    await decide(pipeline, run, on(every[0], "approve"))
    seen = await _preview(pipeline, run, filter={"status": "accepted"}, verdict="approve")
    assert (seen["matched"], seen["changes"]) == (len(every), len(every) - 1)


async def test_reverting_in_bulk_takes_back_what_stands() -> None:
    pipeline, run = await published(12)
    one, two, *_ = await rows(pipeline, run, status="accepted")
    record = (await row(pipeline, run, one["index"]))["record"]
    await pipeline.app.api.add_examples(
        run, asked({"examples": [own_example(record, "For my aunt in spring:")]})
    )
    await decide(pipeline, run, on(one, "approve"), on(two, "edit", task=f"{two['task']} Please."))
    seen = await _preview(pipeline, run, filter={}, verdict="revert")
    assert seen["changes"] == 2
    await _apply(pipeline, run, seen["token"], filter={}, verdict="revert")
    assert [r["verdict"] for r in await rows(pipeline, run, touched="yes")] == ["own"]
    assert (await row(pipeline, run, two["index"]))["record"]["task_nl"] == two["task"]


async def test_a_fix_shows_before_and_after_and_is_done_as_shown() -> None:
    pipeline, run = await published(24)
    record = next(r for r in pipeline.dataset(run) if "cedar 2" in str(r["plan"]))
    before = {r["task_id"]: r for r in await rows(pipeline, run)}
    wanted: dict[str, Any] = {
        "filter": {"status": "accepted"},
        "fix": {"kind": "value", "find": "cedar 2", "replace": "birch 2"},
    }
    seen = await _preview(pipeline, run, **wanted)
    assert seen["changes"] == seen["valid"] + seen["invalid"] and seen["valid"] >= 1
    shown = next(one for one in seen["examples"] if one["task_id"] == record["task_id"])
    assert "cedar 2" in str(shown["before"]["plan"]) and "birch 2" in str(shown["after"]["plan"])
    assert await rows(pipeline, run, touched="yes") == []
    done = await _apply(pipeline, run, seen["token"], **wanted)
    assert (done["applied"], done["left"]) == (seen["valid"], seen["invalid"])
    for entry in await rows(pipeline, run, verdict="edited"):
        now = await row(pipeline, run, entry["index"])
        assert now["source"] == "mixed" and "cedar 2" not in str(now["record"]["plan"])
        assert not [found for found in now["checks"] if found["severity"] == "error"]
        assert before[entry["task_id"]]["hash"] != entry["hash"]


async def test_a_fix_that_makes_rows_invalid_changes_none_of_them() -> None:
    pipeline, run = await published(20)
    first = (await row(pipeline, run, 0))["record"]["plan"]["steps"][0]["api"]
    wanted: dict[str, Any] = {
        "filter": {"operation": first},
        "fix": {"kind": "argument", "operation": first, "argument": "nonsense", "set": 1},
    }
    seen = await _preview(pipeline, run, **wanted)
    assert seen["invalid"] == seen["changes"] > 0
    codes = {found["code"] for one in seen["examples"] for found in one["findings"]}
    assert "unknown_argument" in codes
    answer = await pipeline.app.api.bulk(run, asked({**wanted, "token": seen["token"]}))
    assert_problem(answer, 400, "nothing_changed")


async def test_what_would_do_something_else_by_now_is_shown_again() -> None:
    pipeline, run = await published(12)
    wanted: dict[str, Any] = {"filter": {"status": "accepted"}, "verdict": "approve"}
    seen = await _preview(pipeline, run, **wanted)
    await decide(pipeline, run, on((await rows(pipeline, run))[0], "approve"))
    late = await pipeline.app.api.bulk(run, asked({**wanted, "token": seen["token"]}))
    again = assert_problem(late, 409, "changed")["preview"]
    assert again["changes"] == seen["changes"] - 1
    assert (await _apply(pipeline, run, again["token"], **wanted))["applied"] == again["changes"]


async def test_a_repeated_request_is_done_once() -> None:
    pipeline, run = await published(12)
    wanted: dict[str, Any] = {"filter": {}, "verdict": "approve"}
    seen = await _preview(pipeline, run, **wanted)
    first = await _apply(pipeline, run, seen["token"], key="b", **wanted)
    again = await _apply(pipeline, run, seen["token"], key="b", **wanted)
    assert (again["id"], again["applied"], again["repeated"]) == (first["id"], first["applied"], True)
    assert len((await pipeline.app.deps.log.read(paths.reviews(run))).splitlines()) == 1


async def test_what_is_too_long_for_a_line_is_kept_beside_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.runs import reviews

    monkeypatch.setattr(reviews, "_MOST_LINE", 300)
    pipeline, run = await published(12)
    wanted: dict[str, Any] = {"filter": {}, "verdict": "approve"}
    seen = await _preview(pipeline, run, **wanted)
    await _apply(pipeline, run, seen["token"], **wanted)
    (line,) = (await pipeline.app.deps.log.read(paths.reviews(run))).splitlines()
    assert b'"kept_in"' in line and b'"decisions"' not in line
    pipeline.app = pipeline.new_process()
    assert len(await rows(pipeline, run, verdict="approved")) == seen["changes"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_request"),
        ({"filter": {}, "verdict": "edit"}, "bad_request"),
        ({"filter": {}, "verdict": "reject"}, "bad_request"),
        ({"filter": {}, "verdict": "approve", "fix": {"kind": "value"}}, "bad_request"),
        ({"filter": {"colour": "red"}, "verdict": "approve"}, "bad_filter"),
        ({"filter": ["q"], "verdict": "approve"}, "bad_filter"),
        ({"filter": {"q": 7}, "verdict": "approve"}, "bad_filter"),
        ({"fix": {}}, "bad_fix"),
        ({"fix": []}, "bad_fix"),
        ({"fix": {"kind": "value", "find": "a"}}, "bad_fix"),
        ({"fix": {"kind": "value", "find": "", "replace": "b"}}, "bad_fix"),
        ({"fix": {"kind": "value", "find": {}, "replace": "b"}}, "bad_fix"),
        ({"fix": {"kind": "value", "find": "a", "replace": "b", "in": "task"}}, "bad_fix"),
        ({"fix": {"kind": "value", "find": "a", "replace": "b", "colour": 1}}, "bad_fix"),
        ({"fix": {"kind": "value", "find": True, "replace": [], "in": ["task"]}}, "bad_fix"),
        ({"fix": {"kind": "argument", "operation": "x", "argument": "y"}}, "bad_fix"),
        ({"fix": {"kind": "argument", "operation": "x", "argument": "y", "remove": False}}, "bad_fix"),
        (
            {"fix": {"kind": "argument", "operation": "x", "argument": "y", "set": 1, "remove": True}},
            "bad_fix",
        ),
        ({"fix": {"kind": "step", "operation": "x", "field": "index", "set": 1}}, "bad_fix"),
    ],
)
async def test_what_is_no_bulk_request_is_refused(body: dict[str, Any], code: str) -> None:
    pipeline, run = await published(2)
    assert_problem(await pipeline.app.api.bulk(run, asked(body)), 400, code)
