"""The HTTP API over the memory adapters: what it answers, and problem documents for what it refuses."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import partial
from typing import Any

import orjson
import pytest

from shared import names
from shared.http.api import Answer
from shared.http.ranges import Part
from shared.http.uploads import Sent
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.simple_form import simple_document


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


def _json(answer: Answer) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(answer.body)
    return loaded


def _assert_problem(answer: Answer, status: int, code: str) -> None:
    body = _json(answer)
    assert answer.content_type == "application/problem+json"
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body["title"] and body["detail"]


async def _published(pipeline: Pipeline) -> str:
    run = await pipeline.start(samples=4)
    await pipeline.drain()
    return run


async def test_health_says_the_version(pipeline: Pipeline) -> None:
    answer = await pipeline.app.api.health()
    assert (answer.status, _json(answer)["status"]) == (200, "ok")


async def test_an_uploaded_file_becomes_a_run(pipeline: Pipeline) -> None:
    answer = await pipeline.app.api.start(
        Sent(options_text='{"samples": 3}', files=[("shop.json", simple_document(shop()))])
    )
    body = _json(answer)
    assert answer.status == 202
    assert answer.headers["Location"] == body["location"] == f"/api/runs/{body['run_id']}"
    await pipeline.drain()
    view = _json(await pipeline.app.api.run(body["run_id"]))
    assert (view["status"], view["counts"]["accepted"]) == ("published", 3)
    assert view["published_at"]


async def test_an_uploaded_blob_does_not_start_a_second_run_by_itself(pipeline: Pipeline) -> None:
    await pipeline.app.api.start(Sent(files=[("shop.json", simple_document(shop()))]))
    paths = [info.path async for info in pipeline.storage.list(names.CATALOGS)]
    await pipeline.app.catalog_uploaded(paths[0])
    assert len(_json(await pipeline.app.api.list_runs({}))["runs"]) == 1


async def test_several_files_make_one_catalog(pipeline: Pipeline) -> None:
    files = [("a.json", simple_document(shop())), ("b.json", b'{"apis": [{"name": "ping"}]}')]
    answer = await pipeline.app.api.start(Sent(options_text='{"samples": 3}', files=files))
    context = await pipeline.app.deps.runs.context(_json(answer)["run_id"])
    assert len(context.catalog.apis) == len(shop().apis) + 1


@pytest.mark.parametrize(
    ("body", "options", "files", "status", "code"),
    [
        (b"nonsense", None, [], 400, "not_json"),
        (b"{}", None, [], 400, "bad_message"),
        (b'{"catalog": "catalogs/none.json"}', None, [], 400, "no_such_catalog"),
        (b"", "[1]", [("a.json", b"{}")], 400, "not_an_object"),
        (b"", None, [("a.json", b"\x89PNG")], 422, None),
        (b"", '{"samples": -1}', [("a.json", b'{"apis": []}')], 422, "bad_option"),
        (b"", None, [("///", b"{}")], 400, "bad_path"),
    ],
)
async def test_a_bad_request_is_a_problem_document(
    pipeline: Pipeline,
    body: bytes,
    options: str | None,
    files: list[tuple[str, bytes]],
    status: int,
    code: str | None,
) -> None:
    answer = await pipeline.app.api.start(Sent(body, options_text=options, files=files))
    _assert_problem(answer, status, code or _json(answer)["code"])


async def test_a_form_without_a_file_says_how_files_are_sent(pipeline: Pipeline) -> None:
    for ask in (pipeline.app.api.start, pipeline.app.api.inspect):
        answer = await ask(Sent(b"--b--", content_type="multipart/form-data; boundary=b"))
        _assert_problem(answer, 400, "bad_request")
        assert "a part named 'catalog'" in _json(answer)["detail"]


async def test_an_unusable_catalog_is_a_failed_run_that_the_problem_names(pipeline: Pipeline) -> None:
    run = _json(await pipeline.app.api.start(Sent(files=[("a.json", b"not a catalog")])))["run_id"]
    view = _json(await pipeline.app.api.run(run))
    assert (view["status"], view["run_id"]) == ("failed", run)
    assert view["error"]["message"]


async def test_runs_are_listed_newest_first(pipeline: Pipeline) -> None:
    started = []
    for name in ("a", "b", "c"):
        answer = await pipeline.app.api.start(
            Sent(options_text='{"samples": 1}', files=[(f"{name}.json", simple_document(shop()))])
        )
        started.append(_json(answer)["run_id"])
        await pipeline.clock.sleep(1)
    listed = [run["run_id"] for run in _json(await pipeline.app.api.list_runs({"limit": "2"}))["runs"]]
    assert listed == [started[2], started[1]]


@pytest.mark.parametrize("run", ["none-0123456789", "../x", "", "_open"])
async def test_an_unknown_run_is_404_on_every_route(pipeline: Pipeline, run: str) -> None:
    api = pipeline.app.api
    for answer in (await api.run(run), await api.cancel(run), await api.finetune(run, b"")):
        _assert_problem(answer, 404, "unknown_run")
    _assert_problem(await api.file(run, "manifest.json"), 404, "no_such_file")


async def test_a_published_file_is_served_whole_and_in_ranges(pipeline: Pipeline) -> None:
    run = await _published(pipeline)
    whole = await pipeline.app.api.file(run, "dataset.jsonl")
    entry = next(f for f in _json(await pipeline.app.api.run(run))["files"] if f["path"] == "dataset.jsonl")
    assert hashlib.sha256(whole.body).hexdigest() == entry["sha256"]
    part = await pipeline.app.api.file(run, "dataset.jsonl", Part("bytes=10-19"))
    assert (part.status, part.body) == (206, whole.body[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.body)}"
    rest = await pipeline.app.api.file(run, "dataset.jsonl", Part(f"bytes={len(whole.body) - 5}-"))
    last = await pipeline.app.api.file(run, "dataset.jsonl", Part("bytes=-5"))
    assert rest.body == last.body == whole.body[-5:]
    more = await pipeline.app.api.file(run, "dataset.jsonl", Part("bytes=-999999999"))
    assert (more.status, more.body) == (206, whole.body)


@pytest.mark.parametrize("path", ["../runs/x", "nothing", "/etc/passwd", "a//b"])
async def test_no_path_leaves_the_dataset(pipeline: Pipeline, path: str) -> None:
    run = await _published(pipeline)
    _assert_problem(await pipeline.app.api.file(run, path), 404, "no_such_file")


@pytest.mark.parametrize("wanted", ["bytes=999999999-", "bytes=5-2", "bytes=-0", "bytes=-"])
async def test_a_range_outside_the_file_is_refused(pipeline: Pipeline, wanted: str) -> None:
    run = await _published(pipeline)
    _assert_problem(await pipeline.app.api.file(run, "manifest.json", Part(wanted)), 416, "bad_range")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (Part(if_none_match="{tag}"), 304),
        (Part(if_none_match="*"), 304),
        (Part(if_none_match='"other"'), 200),
        (Part("bytes=2-3", if_range="{tag}"), 206),
        (Part("bytes=2-3", if_range='"other"'), 200),
        (Part("bytes=2-3", if_range="Mon, 30 Nov 2026 08:00:00 GMT"), 200),
        (Part("lines=1-2"), 200),
    ],
)
async def test_who_goes_on_with_a_file_gets_parts_of_that_one_alone(
    pipeline: Pipeline, part: Part, status: int
) -> None:
    run = await _published(pipeline)
    for ask in (
        lambda part: pipeline.app.api.file(run, "manifest.json", part),
        partial(pipeline.app.api.archive, run),
    ):
        whole = await ask(Part())
        tag = whole.headers["ETag"]
        given = {name: value and value.replace("{tag}", tag) for name, value in asdict(part).items()}
        answer = await ask(Part(**given))
        body = {200: whole.body, 206: whole.body[2:4], 304: b""}[status]
        assert (answer.status, answer.headers["ETag"], answer.body) == (status, tag, body)


async def test_a_published_run_can_be_fine_tuned_later(pipeline: Pipeline) -> None:
    run = await _published(pipeline)
    answer = await pipeline.app.api.finetune(run, b'{"n_epochs": 2}')
    assert answer.status == 202
    assert pipeline.queue.take(names.FINE_TUNE) == [{"run_id": run, "options": {"n_epochs": 2}}]


async def test_a_bad_fine_tune_option_is_refused_by_name(pipeline: Pipeline) -> None:
    run = await _published(pipeline)
    answer = await pipeline.app.api.finetune(run, b'{"epochs": 2}')
    _assert_problem(answer, 400, "unknown_option")
    assert pipeline.queue.take(names.FINE_TUNE) == []


async def test_what_is_not_published_cannot_be_fine_tuned(pipeline: Pipeline) -> None:
    run = await pipeline.start(samples=4)
    _assert_problem(await pipeline.app.api.finetune(run, b""), 409, "not_published")


async def test_a_published_run_cannot_be_cancelled(pipeline: Pipeline) -> None:
    run = await _published(pipeline)
    _assert_problem(await pipeline.app.api.cancel(run), 409, "too_late")


async def test_a_running_run_shows_its_progress(pipeline: Pipeline) -> None:
    run = await pipeline.start(samples=4)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    for message in pipeline.queue.take(names.GENERATE_RECORDS)[:3]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
        view = _json(await pipeline.app.api.run(run))
    assert (view["status"], view["counts"]) == (
        "generating",
        {"total": 4, "done": 3, "accepted": 3, "rejected": 0},
    )
    assert view["tokens"]["total"] == 360


async def test_the_earlier_address_of_the_console_leads_to_it(pipeline: Pipeline) -> None:
    answer = await pipeline.app.api.console_moved()
    assert (answer.status, answer.headers["Location"]) == (302, "/api/console")


def test_every_route_is_documented() -> None:
    from pathlib import Path

    root = Path(__file__).parents[3]
    pinned = orjson.loads((root / "tests/repo/functions.json").read_bytes())
    page = (root / "docs/api.md").read_text()
    for bindings in pinned.values():
        for binding in bindings:
            if binding["type"] == "httpTrigger":
                route = binding["route"].replace("{*path}", "{path}")
                assert f"`{binding['methods'][0]} /api/{route}" in page, route


def test_every_step_is_a_row_of_the_pipeline() -> None:
    from pathlib import Path

    root = Path(__file__).parents[3]
    page = (root / "docs/pipeline.md").read_text()
    for module in (root / "functions").glob("*.py"):
        if not module.stem.startswith(("__init__", "http_")):
            assert f"| `{module.stem}` |" in page, module.stem
    for queue in (*names.WORK_QUEUES, names.RUN_EVENTS):
        assert f"`{queue}`" in page, queue


async def test_what_goes_wrong_below_a_route_is_told_in_words() -> None:
    from shared.errors import TransientError

    pipeline = Pipeline()
    run = await pipeline.start(samples=2)

    async def away(*_: object, **__: object) -> None:
        raise TransientError("read runs/x: somebody holds a lease on the blob", code="leased")

    pipeline.storage.read = away  # type: ignore[method-assign]
    answer = await pipeline.app.api.run(run)
    assert (answer.status, answer.content_type) == (503, "application/problem+json")
    assert orjson.loads(answer.body)["code"] == "leased"
