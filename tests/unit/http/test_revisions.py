"""Revisions: whole datasets beside the first one, made of what is decided, that name their parent and every decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from jsonschema import Draft202012Validator

from shared import names
from shared.contracts import schema
from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.counting_store import CountingStore
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, decide, on, own_example, publish, published, row, rows


def _lines(data: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in data.splitlines()]


def _sides(files: dict[str, bytes], folder: str = "") -> dict[str, str]:
    """Task → side."""
    found = {}
    for side in ("train", "validation", "test"):
        for line in _lines(files[f"{folder}sft/{side}.jsonl"]):
            found[line["messages"][1]["content"].split("Input: ", 1)[1]] = side
    return found


async def _reviewed() -> tuple[Pipeline, str, dict[str, Any]]:
    """A run of which one row is rejected, one edited, one approved, and to which one was added."""
    pipeline, run = await published(60)
    one, two, three = (await rows(pipeline, run, status="accepted"))[:3]
    record = (await row(pipeline, run, two["index"]))["record"]
    edit = on(two, "edit", task=f"{record['task_nl']} Please.")
    assert (await decide(pipeline, run, on(one, "reject"), edit, on(three, "approve"))).status == 200
    example = own_example(
        (await row(pipeline, run, three["index"]))["record"], "For my aunt in the country, and soon:"
    )
    added = read(await pipeline.app.api.add_examples(run, asked({"examples": [example]})))
    return pipeline, run, {"rejected": one, "edited": two, "approved": three, "own": added["rows"][0]}


async def test_a_revision_is_a_whole_dataset_of_what_was_decided() -> None:
    pipeline, run, decided = await _reviewed()
    before = pipeline.published(run)
    answer = await publish(pipeline, run)
    assert (answer.status, read(answer)["revision"]) == (202, 1)
    files = pipeline.published(run)
    assert {path: data for path, data in files.items() if not path.startswith("revisions/")} == before
    folder = "revisions/1/"
    assert {path.removeprefix(folder) for path in files if path.startswith(folder)} == set(before)
    records = {r["task_id"]: r for r in _lines(files[f"{folder}dataset.jsonl"])}
    assert decided["rejected"]["task_id"] not in records
    assert records[decided["edited"]["task_id"]]["metadata"]["source"] == "mixed"
    assert records[decided["edited"]["task_id"]]["task_nl"].endswith("Please.")
    assert records[decided["approved"]["task_id"]]["metadata"]["source"] == "synthetic"
    assert records[decided["own"]["task_id"]]["metadata"]["source"] == "human"
    (lost,) = [r for r in _lines(files[f"{folder}rejected.jsonl"]) if r["reason"] == "rejected_in_review"]
    assert lost["index"] == decided["rejected"]["index"]
    assert (lost["review"]["author"], lost["review"]["reason"]) == ("Ines", "nobody asks for this")


async def test_its_manifest_names_the_parent_and_every_decision_and_accounts_for_each_row() -> None:
    pipeline, run, _ = await _reviewed()
    await publish(pipeline, run)
    files = pipeline.published(run)
    manifest = orjson.loads(files["revisions/1/manifest.json"])
    assert list(Draft202012Validator(schema("manifest")).iter_errors(manifest)) == []
    first = orjson.loads(files["manifest.json"])
    assert "revision" not in first
    counts = manifest["counts"]
    assert counts["planned"] == first["counts"]["planned"] + 1 == counts["accepted"] + counts["rejected"]
    told = manifest["revision"]
    assert (told["number"], told["parent"]["revision"], told["author"]) == (1, 0, "Ines")
    assert told["note"] == "looked through"
    from hashlib import sha256

    assert told["parent"]["manifest_sha256"] == sha256(files["manifest.json"]).hexdigest()
    listed = read(await pipeline.app.api.decisions(run, {}))["decisions"]
    assert [d["id"] for d in told["decisions"]] == [d["id"] for d in reversed(listed)]
    assert told["changes"] == {"approved": 1, "rejected": 1, "edited": 1, "own": 1}
    for file in manifest["files"]:
        data = files[f"revisions/1/{file['path']}"]
        assert (len(data), sha256(data).hexdigest()) == (file["bytes"], file["sha256"])


async def test_its_card_tells_what_people_did() -> None:
    pipeline, run, _ = await _reviewed()
    await publish(pipeline, run)
    files = pipeline.published(run)
    assert b"## Review" not in files["README.md"]
    card = files["revisions/1/README.md"].decode()
    assert "Revision 1, on from the first publication, published by Ines: looked through." in card
    assert "1 rows stand approved, 1 rejected, 1 edited, and 1 were added" in card


async def test_rows_that_nobody_changed_stay_in_their_split() -> None:
    pipeline, run, decided = await _reviewed()
    await publish(pipeline, run)
    files = pipeline.published(run)
    before, after = _sides(files), _sides(files, "revisions/1/")
    touched = {decided["rejected"]["task"], decided["edited"]["task"]}
    assert {task: side for task, side in before.items() if task not in touched} == {
        task: side for task, side in after.items() if task in before
    }
    edited = next(task for task in after if task.endswith("Please."))
    assert after[edited] == before[decided["edited"]["task"]]
    report = orjson.loads(files["revisions/1/decontamination.json"])
    assert (report["pairs_above_threshold"], report["moved_to_train"]) == (0, 0)


async def test_a_duplicate_does_not_take_the_place_of_a_rejected_row() -> None:
    pipeline, run = await published(12, top_up=False)
    segment = paths.segment(run, 0)
    blob = await pipeline.storage.read(names.RUNS, segment)
    assert blob is not None
    outcomes = _lines(blob.data)
    outcomes[5]["record"] = {**outcomes[1]["record"], "task_id": outcomes[5]["record"]["task_id"]}
    await pipeline.storage.write(names.RUNS, segment, b"".join(orjson.dumps(o) + b"\n" for o in outcomes))
    await pipeline.storage.delete(names.DATASETS, paths.manifest(run))
    await pipeline.storage.delete(names.RUNS, paths.published(run))
    await pipeline.deliver(names.PUBLISH, {"run_id": run})
    assert [r["index"] for r in await rows(pipeline, run, reason="duplicate")] == [5]
    await decide(pipeline, run, on(await row(pipeline, run, 1), "reject"))
    await publish(pipeline, run)
    (left,) = await rows(pipeline, run, revision="1", reason="duplicate")
    assert (left["index"], left["split"], left["task"]) == (5, "", outcomes[1]["record"]["task_nl"])
    await decide(pipeline, run, on(await row(pipeline, run, 5), "approve"))
    await publish(pipeline, run)
    assert await rows(pipeline, run, revision="2", reason="duplicate") == []
    assert (await rows(pipeline, run, revision="2", verdict="approved"))[0]["split"] != ""


async def test_a_second_revision_goes_on_from_the_first() -> None:
    pipeline, run, decided = await _reviewed()
    await publish(pipeline, run)
    kept = pipeline.published(run)
    assert_problem(await publish(pipeline, run), 409, "nothing_new")
    await decide(pipeline, run, on(await row(pipeline, run, decided["rejected"]["index"]), "revert"))
    assert read(await publish(pipeline, run))["revision"] == 2
    files = pipeline.published(run)
    assert {path: files[path] for path in kept} == kept
    manifest = orjson.loads(files["revisions/2/manifest.json"])
    assert manifest["revision"]["parent"]["revision"] == 1
    before, after = _sides(files, "revisions/1/"), _sides(files, "revisions/2/")
    assert {task: after[task] for task in before} == before
    assert set(after) - set(before) == {decided["rejected"]["task"]}


async def test_rows_files_and_archives_are_had_by_revision() -> None:
    pipeline, run, decided = await _reviewed()
    await publish(pipeline, run)
    api = pipeline.app.api
    (lost,) = await rows(pipeline, run, revision="1", reason="rejected_in_review")
    assert (lost["index"], lost["verdict"], lost["split"]) == (decided["rejected"]["index"], "rejected", "")
    (own,) = await rows(pipeline, run, revision="1", source="human")
    of_its_family = decided["approved"]["split"]
    assert (own["task_id"], own["split"]) == (decided["own"]["task_id"], of_its_family)
    assert await rows(pipeline, run, revision="0", touched="yes") == []
    assert_problem(await api.rows(run, {"revision": "2"}), 404, "unknown_revision")
    assert_problem(await api.rows(run, {"revision": "x"}), 400, "bad_filter")
    files = pipeline.published(run)
    for path, revision in (("dataset.jsonl", "1"), ("revisions/1/dataset.jsonl", None)):
        assert (await api.file(run, path, None, revision)).body == files["revisions/1/dataset.jsonl"]
    assert_problem(await api.file(run, "dataset.jsonl", None, "2"), 404, "no_such_file")
    assert_problem(await api.file(run, "dataset.jsonl", None, "two"), 400, "bad_filter")
    assert _names((await api.archive(run)).body) == {p for p in files if not p.startswith("revisions/")}
    assert _names((await api.archive(run, None, "1")).body) == {
        p.removeprefix("revisions/1/") for p in files if p.startswith("revisions/1/")
    }
    assert (await api.archive(run, None, "7")).status == 404


def _names(data: bytes) -> set[str]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return set(made.namelist())


async def test_a_run_does_not_list_its_revisions_files_as_its_own() -> None:
    pipeline, run, _ = await _reviewed()
    before = read(await pipeline.app.api.run(run))["files"]
    await publish(pipeline, run)
    assert read(await pipeline.app.api.run(run))["files"] == before


async def test_revisions_are_listed_with_what_was_decided_since() -> None:
    pipeline, run, decided = await _reviewed()
    api = pipeline.app.api
    assert read(await api.revisions(run)) == {"run_id": run, "revisions": [], "pending": {"decisions": 2}}
    await api.publish_revision(run, asked({"note": "first"}))
    (waiting,) = read(await api.revisions(run))["revisions"]
    assert (waiting["status"], waiting["counts"]) == ("publishing", None)
    assert_problem(await api.file(run, "dataset.jsonl", None, "1"), 404, "no_such_file")
    await pipeline.drain()
    body = read(await api.revisions(run))
    (entry,) = body["revisions"]
    assert (entry["status"], entry["note"], body["pending"]) == ("published", "first", {"decisions": 0})
    assert entry["changes"] == {"approved": 1, "rejected": 1, "edited": 1, "own": 1}
    one = read(await api.revision(run, "1"))
    assert {file["path"] for file in one["files"]} >= {"dataset.jsonl", "sft/train.jsonl"}
    assert len(one["decisions"]) == 2
    assert_problem(await api.revision(run, "2"), 404, "unknown_revision")
    await decide(pipeline, run, on(await row(pipeline, run, decided["approved"]["index"]), "reject"))
    assert read(await api.revisions(run))["pending"] == {"decisions": 1}


async def test_asking_again_is_the_same_revision() -> None:
    pipeline, run, decided = await _reviewed()
    api = pipeline.app.api
    first = read(await api.publish_revision(run, asked({}, key="r")))
    again = read(await api.publish_revision(run, asked({}, key="other")))
    assert first["revision"] == again["revision"] == 1
    await decide(pipeline, run, on(await row(pipeline, run, decided["approved"]["index"]), "reject"))
    assert_problem(await api.publish_revision(run, asked({})), 409, "revision_open")
    await pipeline.drain()
    assert read(await api.publish_revision(run, asked({}, key="r")))["revision"] == 1
    assert read(await publish(pipeline, run))["revision"] == 2


async def test_nothing_is_published_of_a_run_that_goes_on() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    assert_problem(await pipeline.app.api.publish_revision(run, asked({})), 409, "not_published")


async def test_others_are_told_once_of_each_revision() -> None:
    pipeline, run, _ = await _reviewed()
    pipeline.queue.take(names.RUN_EVENTS)
    await publish(pipeline, run)
    await pipeline.deliver(names.PUBLISH, {"run_id": run, "revision": 1})
    (event,) = pipeline.queue.take(names.RUN_EVENTS)
    assert list(Draft202012Validator(schema("run-events")).iter_errors(event)) == []
    assert event["id"] == f"{run}/dataset.published/revision-1"
    assert event["data"]["manifest"] == f"datasets/{run}/revisions/1/manifest.json"


async def test_a_message_that_got_lost_is_sent_again() -> None:
    pipeline, run, _ = await _reviewed()
    await pipeline.app.api.publish_revision(run, asked({}))
    pipeline.queue.take(names.PUBLISH)
    await pipeline.reconcile()
    assert pipeline.queue.take(names.PUBLISH) == [{"run_id": run, "revision": 1}]


async def test_a_message_that_failed_too_often_makes_a_revision_that_may_be_asked_for_again() -> None:
    pipeline, run, decided = await _reviewed()
    api = pipeline.app.api
    await api.publish_revision(run, asked({}))
    (message,) = pipeline.queue.take(names.PUBLISH)
    await pipeline.app.poison(names.PUBLISH, orjson.dumps(message))
    assert read(await api.run(run))["status"] == "published"
    assert read(await api.revisions(run))["revisions"][0]["status"] == "failed"
    await pipeline.reconcile()
    assert pipeline.queue.take(names.PUBLISH) == []
    await decide(pipeline, run, on(await row(pipeline, run, decided["approved"]["index"]), "reject"))
    assert read(await publish(pipeline, run))["revision"] == 2
    manifest = orjson.loads(pipeline.published(run)["revisions/2/manifest.json"])
    assert manifest["revision"]["parent"]["revision"] == 0


async def test_a_run_of_an_earlier_version_has_revisions_too() -> None:
    pipeline, run, _ = await _reviewed()
    await pipeline.storage.delete(names.RUNS, paths.rows(run))
    await publish(pipeline, run)
    files = pipeline.published(run)
    before, after = _sides(files), _sides(files, "revisions/1/")
    assert {task: after[task] for task in _common(before, after)} == {
        task: before[task] for task in _common(before, after)
    }
    assert len(after) >= len(before) - 1


def _common(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted(set(one) & set(other))


async def test_a_run_whose_revision_is_still_to_be_written_is_not_deleted() -> None:
    pipeline, run, _ = await _reviewed()
    await pipeline.app.api.publish_revision(run, asked({}))
    assert_problem(await pipeline.app.api.delete(run, run), 409, "run_open")
    await pipeline.drain()
    assert (await pipeline.app.api.delete(run, run)).status == 200


async def test_a_look_at_the_revisions_costs_little() -> None:
    pipeline, run, decided = await _reviewed()
    await publish(pipeline, run)
    await decide(pipeline, run, on(await row(pipeline, run, decided["approved"]["index"]), "reject"))
    await publish(pipeline, run)
    store = CountingStore(pipeline.storage)
    app = pipeline.new_process(store=store)
    first = await app.api.revisions(run)
    store.asked.clear()
    assert await app.api.revisions(run) == first
    assert len(store.asked) <= 4


async def test_a_deleted_run_leaves_no_decision_and_no_mark() -> None:
    pipeline, run, _ = await _reviewed()
    await publish(pipeline, run)
    assert (await pipeline.app.api.delete(run, run)).status == 200
    left = [info.path async for info in pipeline.storage.list(names.RUNS) if run in info.path]
    assert left == [paths.deleted_mark(run)]
