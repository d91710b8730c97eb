"""Decisions about rows: on what was seen, once, validated, all or none; and what may be taken back."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from shared import names
from shared.contracts import schema
from shared.dataset.review.decisions import OWN_FIRST
from shared.http.reviewing import Asked
from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, decide, on, own_example, published, row, rows, with_api


async def _log(pipeline: Pipeline, run: str) -> list[dict[str, Any]]:
    data = await pipeline.app.deps.log.read(paths.reviews(run))
    return [orjson.loads(line) for line in data.splitlines()]


async def test_verdicts_are_kept_with_author_time_and_what_was_judged() -> None:
    pipeline, run = await published()
    one, two, *_ = await rows(pipeline, run, status="accepted")
    done = read(await decide(pipeline, run, on(one, "approve"), on(two, "reject")))
    assert [(r["task_id"], r["verdict"]) for r in done["rows"]] == [
        (one["task_id"], "approved"),
        (two["task_id"], "rejected"),
    ]
    (line,) = await _log(pipeline, run)
    assert (line["author"], line["at"]) == ("Ines", pipeline.app.deps.runs.now())
    assert [d["judged"] for d in line["decisions"]] == [one["hash"], two["hash"]]
    from jsonschema import Draft202012Validator

    assert list(Draft202012Validator(schema("review")).iter_errors(line)) == []
    seen = await row(pipeline, run, two["task_id"])
    assert (seen["verdict"], seen["touched"], seen["author"]) == ("rejected", True, "Ines")
    assert seen["review"]["reason"] == "nobody asks for this"


async def test_the_platforms_sign_in_beats_the_name_given() -> None:
    pipeline, run = await published()
    first = (await rows(pipeline, run))[0]
    await decide(pipeline, run, on(first, "approve"), signed_in="ines@example.com", by="somebody")
    assert (await row(pipeline, run, 0))["author"] == "ines@example.com"


async def test_rows_are_found_by_what_was_decided() -> None:
    pipeline, run = await published()
    every = await rows(pipeline, run, status="accepted")
    one, two = every[:2]
    await decide(pipeline, run, on(one, "approve"), on(two, "reject"))
    assert [r["index"] for r in await rows(pipeline, run, verdict="approved")] == [one["index"]]
    assert [r["index"] for r in await rows(pipeline, run, verdict="rejected")] == [two["index"]]
    assert [r["index"] for r in await rows(pipeline, run, touched="yes")] == [one["index"], two["index"]]
    assert len(await rows(pipeline, run, verdict="none", status="accepted")) == len(every) - 2
    assert [r["index"] for r in await rows(pipeline, run, author="Ines")] == [one["index"], two["index"]]
    assert_problem(await pipeline.app.api.rows(run, {"touched": "perhaps"}), 400, "bad_filter")


async def test_the_same_request_again_is_in_the_log_once() -> None:
    pipeline, run = await published()
    first = (await rows(pipeline, run))[0]
    done = read(await decide(pipeline, run, on(first, "approve"), key="k1"))
    again = read(await decide(pipeline, run, on(first, "approve"), key="k1"))
    assert again == {**done, "repeated": True}
    assert len(await _log(pipeline, run)) == 1
    other = await decide(pipeline, run, on(first, "reject"), key="k1")
    assert_problem(other, 409, "key_reused")


async def test_an_edit_that_is_good_becomes_the_row() -> None:
    pipeline, run = await published()
    seen = await row(pipeline, run, 0)
    task = f"{seen['record']['task_nl']} Please."
    done = await decide(pipeline, run, on(seen, "edit", task=task))
    assert done.status == 200, done.body
    now = await row(pipeline, run, 0)
    assert (now["record"]["task_nl"], now["original"]) == (task, seen["record"])
    assert (now["source"], now["verdict"]) == ("mixed", "edited")
    assert now["record"]["metadata"]["source"] == "mixed"
    assert now["hash"] == read(done)["rows"][0]["hash"] != seen["hash"]
    assert [r["index"] for r in await rows(pipeline, run, q="PLEASE.")] == [0]


async def test_an_edit_with_errors_is_refused_with_its_findings_and_nothing_is_stored() -> None:
    pipeline, run = await published()
    one, two = await row(pipeline, run, 0), await row(pipeline, run, 1)
    wrong = on(one, "edit", plan=with_api(one["record"], "launch_rocket"))
    problem = assert_problem(await decide(pipeline, run, on(two, "approve"), wrong), 422, "invalid_row")
    assert problem["refused"][0]["row"] == one["task_id"]
    assert "unknown_api" in {found["code"] for found in problem["refused"][0]["findings"]}
    assert await _log(pipeline, run) == []


@pytest.mark.parametrize("plan", [None, 7, {}, {"steps": []}, {"steps": [1]}, {"steps": [{"index": "x"}]}])
async def test_an_edit_without_the_shape_of_a_plan_is_refused(plan: Any) -> None:
    pipeline, run = await published(6)
    seen = await row(pipeline, run, 0)
    answer = await decide(pipeline, run, on(seen, "edit", plan=plan))
    found = assert_problem(answer, 422, "invalid_row")["refused"][0]["findings"]
    assert {item["code"] for item in found} == {"schema"}
    checked = read(await pipeline.app.api.check_row(run, "0", asked({"plan": plan})))
    assert (checked["errors"], checked["dry_run"]["calls"]) == (len(found), [])


async def test_secrets_are_refused_in_edits_and_in_reasons() -> None:
    pipeline, run = await published(6)
    seen = await row(pipeline, run, 0)
    secret = "password=Tr0ub4dor-and-3-horses"
    for decision in (
        on(seen, "edit", task=f"{seen['record']['task_nl']} {secret}"),
        on(seen, "reject", reason=f"it says {secret}"),
    ):
        problem = assert_problem(await decide(pipeline, run, decision), 422, "invalid_row")
        assert "secret" in {item["code"] for item in problem["refused"][0]["findings"]}
        assert "Tr0ub4dor" not in orjson.dumps(problem).decode()
    assert await _log(pipeline, run) == []


async def test_a_decision_on_what_is_not_there_any_more_shows_what_is() -> None:
    pipeline, run = await published()
    seen = await row(pipeline, run, 0)
    task = f"{seen['record']['task_nl']} Please."
    await decide(pipeline, run, on(seen, "edit", task=task), by="Ines")
    late = await decide(pipeline, run, on(seen, "approve"), by="Olu")
    problem = assert_problem(late, 409, "row_changed")
    assert problem["rows"][0]["record"]["task_nl"] == task
    assert problem["rows"][0]["author"] == "Ines"
    now = await decide(pipeline, run, on(problem["rows"][0], "approve"), by="Olu")
    assert now.status == 200
    assert (await row(pipeline, run, 0))["source"] == "mixed"


async def test_one_request_decides_once_about_a_row_whatever_it_is_called() -> None:
    pipeline, run = await published(3)
    seen = await row(pipeline, run, 0)
    twice = on(seen, "approve"), {**on(seen, "reject"), "row": seen["task_id"]}
    assert_problem(await decide(pipeline, run, *twice), 400, "bad_request")
    assert await _log(pipeline, run) == []


async def test_of_two_edits_at_once_one_is_stored_and_the_other_told() -> None:
    pipeline, run = await published()
    seen = await row(pipeline, run, 0)
    other = pipeline.new_process()
    edits = [on(seen, "edit", task=f"{seen['record']['task_nl']} {word}.") for word in ("Please", "Thanks")]
    await pipeline.app.deps.reviews.of(run)
    answers = await asyncio.gather(
        pipeline.app.api.decide(run, asked({"decisions": [edits[0]]})),
        other.api.decide(run, asked({"decisions": [edits[1]]}, by="Olu")),
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len(await _log(pipeline, run)) == 1


async def test_reverting_takes_a_row_back_to_how_it_was_made() -> None:
    pipeline, run = await published()
    seen = await row(pipeline, run, 0)
    await decide(pipeline, run, on(seen, "edit", task=f"{seen['record']['task_nl']} Please."))
    done = await decide(pipeline, run, on(await row(pipeline, run, 0), "revert"))
    assert done.status == 200
    now = await row(pipeline, run, 0)
    assert (now["record"], now["verdict"], now["touched"]) == (seen["record"], "", False)
    assert (now["hash"], now["source"]) == (seen["hash"], "synthetic")
    assert [state["verdict"] for state in now["review"]["history"]] == ["edited", ""]


async def test_taking_back_brings_the_state_before_and_leaves_what_was_decided_since() -> None:
    pipeline, run = await published()
    one, two, three = (await rows(pipeline, run, status="accepted"))[:3]
    await decide(pipeline, run, on(one, "approve"))
    act = read(await decide(pipeline, run, *[on(r, "reject") for r in (one, two, three)]))
    await decide(pipeline, run, on(three, "approve"))
    undone = read(await pipeline.app.api.undo(run, act["id"], asked({})))
    assert undone["skipped"] == [three["task_id"]]
    verdicts = [(await row(pipeline, run, r["index"]))["verdict"] for r in (one, two, three)]
    assert verdicts == ["approved", "", "approved"]
    assert_problem(await pipeline.app.api.undo(run, act["id"], asked({})), 409, "nothing_to_undo")
    assert_problem(await pipeline.app.api.undo(run, "0" * 16, asked({})), 404, "unknown_decision")
    redone = await pipeline.app.api.undo(run, undone["id"], asked({}))
    assert redone.status == 200
    assert (await row(pipeline, run, one["index"]))["verdict"] == "rejected"


async def test_decisions_are_listed_newest_first_in_pages() -> None:
    pipeline, run = await published()
    found = await rows(pipeline, run, status="accepted")
    for one in found[:5]:
        await decide(pipeline, run, on(one, "approve"), by="Olu" if one["index"] % 2 else "Ines")
    api = pipeline.app.api
    first = read(await api.decisions(run, {"limit": "2"}))
    assert [d["sample"] for d in first["decisions"]] == [[found[4]["task_id"]], [found[3]["task_id"]]]
    assert first["counts"] == {"approved": 5, "rejected": 0, "edited": 0, "own": 0}
    second = read(await api.decisions(run, {"limit": "9", "cursor": first["next"]}))
    assert [d["sample"][0] for d in second["decisions"]] == [r["task_id"] for r in found[2::-1]]
    assert second["next"] is None
    mine = read(await api.decisions(run, {"author": "Olu", "row": str(found[1]["index"])}))
    assert [d["author"] for d in mine["decisions"]] == ["Olu" if found[1]["index"] % 2 else "Ines"][
        :1
    ] or mine
    tag = (await api.decisions(run, {})).headers["ETag"]
    assert (await api.decisions(run, {}, tag)).status == 304
    assert_problem(await api.decisions(run, {"cursor": "x"}), 400, "bad_cursor")
    for limit in ("0", "9" * 5000, "²"):
        assert_problem(await api.decisions(run, {"limit": limit}), 400, "bad_filter")


async def test_own_examples_are_rows_with_ids_of_their_own() -> None:
    pipeline, run = await published()
    record = (await row(pipeline, run, 0))["record"]
    given = [own_example(record, "For my aunt:"), own_example(record, "As every Friday:")]
    done = await pipeline.app.api.add_examples(run, asked({"examples": given}, key="e1"))
    assert done.status == 201, done.body
    assert [r["index"] for r in read(done)["rows"]] == [OWN_FIRST, OWN_FIRST + 1]
    again = read(await pipeline.app.api.add_examples(run, asked({"examples": given}, key="e1")))
    assert again == {**read(done), "repeated": True}
    own = await rows(pipeline, run, verdict="own")
    every = await rows(pipeline, run)
    assert own == every[-2:]
    assert len({r["task_id"] for r in every if r["task_id"]}) == sum(bool(r["task_id"]) for r in every)
    one = await row(pipeline, run, own[0]["task_id"])
    assert one["record"]["metadata"]["source"] == "human"
    assert (one["calls"], one["record"]["metadata"]["generator_model"]) == ([], "Ines")
    assert one == await row(pipeline, run, OWN_FIRST)


async def test_examples_come_as_json_lines_and_are_added_all_or_none() -> None:
    pipeline, run = await published()
    record = (await row(pipeline, run, 0))["record"]
    good = own_example(record, "For my aunt:")
    bad = {**own_example(record, "And:"), "plan": with_api(record, "launch_rocket")}
    lines = b"\n".join(orjson.dumps(one) for one in (good, bad, good)) + b"\n"
    api = pipeline.app.api
    problem = assert_problem(
        await api.add_examples(run, Asked(lines, content_type="application/jsonl")), 422, "invalid_row"
    )
    assert [refused["row"] for refused in problem["refused"]] == ["line 2", "line 3"]
    assert problem["refused"][1]["findings"][0]["code"] == "duplicate"
    assert await rows(pipeline, run, verdict="own") == []
    whole = orjson.dumps({**record, "task_nl": good["task"]})
    done = await api.add_examples(run, Asked(whole, content_type="application/x-ndjson; charset=utf-8"))
    assert done.status == 201
    for body in (b"[1]", b"x", b"{}\nx"):
        answer = await api.add_examples(run, Asked(body, content_type="application/jsonl"))
        assert answer.status in (400, 422)


async def test_a_check_tells_findings_dry_run_and_origins_and_stores_nothing() -> None:
    pipeline, run = await published()
    seen = await row(pipeline, run, 0)
    api = pipeline.app.api
    good = read(await api.check_row(run, "0", asked({"task": f"{seen['record']['task_nl']} Please."})))
    assert (good["errors"], good["dry_run"]["stops"]) == (0, None)
    assert [c["api"] for c in good["dry_run"]["calls"]] == [s["api"] for s in seen["record"]["plan"]["steps"]]
    assert good["hash"] == seen["hash"] != good["becomes"]
    assert {origin["from"] for origin in good["origins"]} <= {"task", "output", "catalog", "assumption"}
    same = read(await api.check_row(run, "0", asked({})))
    assert same["becomes"] == seen["hash"]
    bad = read(await api.check_row(run, "0", asked({"task": "x"})))
    assert bad["errors"] > 0 and "task_too_short" in {found["code"] for found in bad["findings"]}
    own = read(await api.check_example(run, asked(own_example(seen["record"], "For my aunt:"), by="x")))
    assert own["errors"] == 0 and own["hash"] == ""
    assert await _log(pipeline, run) == []
    assert_problem(await api.check_row(run, "999999", asked({})), 404, "no_such_row")


async def test_a_check_notices_what_would_repeat_another_row() -> None:
    pipeline, run = await published()
    one, other, *_ = await rows(pipeline, run, status="accepted")
    record = (await row(pipeline, run, other["index"]))["record"]
    copied = {"task": record["task_nl"], "plan": record["plan"]}
    api = pipeline.app.api

    async def repeated(index: int, **changes: Any) -> Any:
        return read(await api.check_row(run, str(index), asked(changes)))["repeats"]

    assert await repeated(one["index"], **copied) == {"task_id": other["task_id"], "similarity": 1.0}
    assert await repeated(other["index"], task=f"{record['task_nl']} Please") is None
    own = read(await api.check_example(run, asked(copied)))
    assert own["repeats"]["task_id"] == other["task_id"]
    await decide(pipeline, run, on(other, "reject"))
    assert await repeated(one["index"], **copied) is None
    example = own_example(record, "For my aunt in the country, and soon:")
    added = read(await api.add_examples(run, asked({"examples": [example]})))["rows"][0]
    again = read(await api.check_example(run, asked(example)))
    assert again["repeats"]["task_id"] == added["task_id"]


@pytest.mark.parametrize(
    "decision",
    [
        {"row": 0, "hash": "x"},
        {"row": 0, "hash": "x", "verdict": "praise"},
        {"row": 0, "verdict": "approve"},
        {"row": True, "hash": "x", "verdict": "approve"},
        {"row": 0, "hash": "x", "verdict": "reject"},
        {"row": 0, "hash": "x", "verdict": "reject", "reason": "x" * 501},
        {"row": 0, "hash": "x", "verdict": "edit"},
        {"row": 0, "hash": "x", "verdict": "approve", "task": "another"},
        7,
    ],
)
async def test_what_is_no_decision_is_refused(decision: Any) -> None:
    pipeline, run = await published(3)
    assert_problem(await decide(pipeline, run, decision), 400, "bad_request")


async def test_a_row_without_a_record_cannot_be_judged() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    answer = await decide(pipeline, run, {"row": 0, "hash": "", "verdict": "approve"})
    assert_problem(answer, 404, "no_such_row")
    await pipeline.app.deps.runs.standing(run).stop("cancelled", "x")
    await pipeline.drain()
    answer = await decide(pipeline, run, {"row": 0, "hash": "", "verdict": "approve"})
    assert_problem(answer, 409, "no_record")


async def test_rows_are_judged_while_the_run_goes_on() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=4)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    await pipeline.deliver(names.GENERATE_RECORDS, pipeline.queue.take(names.GENERATE_RECORDS)[2])
    (seen,) = await rows(pipeline, run)
    assert (await decide(pipeline, run, on(seen, "reject"))).status == 200
    assert [r["verdict"] for r in await rows(pipeline, run)] == ["rejected"]


async def test_an_unknown_run_has_nothing_to_decide() -> None:
    pipeline = Pipeline()
    api = pipeline.app.api
    run = "none-0123456789"
    request = asked({"decisions": [{"row": 0, "hash": "x", "verdict": "approve"}]})
    for answer in (
        await api.decide(run, request),
        await api.undo(run, "0" * 16, asked({})),
        await api.decisions(run, {}),
        await api.check_row(run, "0", asked({})),
        await api.check_example(run, asked({})),
        await api.add_examples(run, asked({"examples": [{}]})),
        await api.bulk(run, asked({"filter": {}, "verdict": "approve"})),
        await api.revisions(run),
        await api.revision(run, "1"),
        await api.publish_revision(run, asked({})),
        await api.export(run, {}),
    ):
        assert_problem(answer, 404, "unknown_run")
