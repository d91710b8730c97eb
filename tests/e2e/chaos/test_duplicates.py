"""The same upload, message or event, told twenty times by several systems to three hosts, is one run."""

from __future__ import annotations

import threading
from collections import Counter

import orjson

from shared import names
from shared.contracts import schema
from testing.chaos.crash_rounds import OPTIONS
from testing.chaos.ended import Ended, problems
from testing.chaos.stack import CATALOG, Chaos, run_of

TIMES = 20


def _at_once(*tellers: object) -> None:
    threads = [threading.Thread(target=teller) for teller in tellers]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_one_request_told_twenty_times_is_one_run(chaos: Chaos, undisturbed: Ended) -> None:
    body = chaos.request(undisturbed.samples, **OPTIONS)
    chaos.take_events()
    _at_once(*[lambda: chaos.send(names.RUN_REQUESTS, *[body] * (TIMES // 4))] * 4)
    run = run_of(body)
    chaos.wait_published(run)
    chaos.send(names.RUN_REQUESTS, body, body)
    chaos.wait_idle()
    ended = chaos.ended(run)
    assert problems(chaos, ended, undisturbed) == []
    lines = Counter(outcome["index"] for outcome in chaos.log(run))
    assert lines == Counter(range(ended.planned))
    assert chaos.counters()["chat_calls"] == undisturbed.planned
    told = {event["id"] for event in chaos.take_events()}
    assert told == {f"{run}/run.started", f"{run}/dataset.published"}


def test_one_upload_told_by_events_and_requests_is_one_run_for_each_set_of_options(chaos: Chaos) -> None:
    name = "told.json"
    blob = chaos.blobs.get_blob_client(names.CATALOGS, name)
    blob.upload_blob(CATALOG.read_bytes(), metadata={"samples": "6"})
    event = orjson.loads(orjson.dumps(schema(names.CATALOG_EVENTS)["examples"][0]))
    event["subject"] = f"/blobServices/default/containers/{names.CATALOGS}/blobs/{name}"
    event["data"]["url"] = f"https://st.blob.core.windows.net/catalogs/{name}"
    _at_once(
        lambda: chaos.send(names.CATALOG_EVENTS, *[event] * TIMES),
        lambda: chaos.send(names.RUN_REQUESTS, *[{"catalog": f"catalogs/{name}"}] * TIMES),
    )
    chaos.wait(lambda: chaos.published_runs("told-"), "a published run")
    chaos.wait_idle()
    chaos.wait(lambda: not chaos.paths(names.RUNS, "_open/told-"), "closed")
    assert len(chaos.paths(names.RUNS, "_runs/told-")) == 1


def test_the_steps_own_messages_told_twenty_times_change_nothing(chaos: Chaos, undisturbed: Ended) -> None:
    body = chaos.request(undisturbed.samples, **OPTIONS)
    run = run_of(body)
    told = {"run_id": run, "segment": 0}
    chaos.send(names.RUN_REQUESTS, body)
    chaos.wait(lambda: chaos.paths(names.RUNS, f"{run}/spec.json"), "the run's start")
    for _ in range(TIMES // 4):
        chaos.send(names.PUBLISH, *[{"run_id": run}] * 4)
        chaos.send(names.FAN_OUT, *[told] * 4)
        chaos.send(names.AGGREGATE, *[told] * 4)
    chaos.wait_published(run)
    for queue in (names.FAN_OUT, names.AGGREGATE):
        chaos.send(queue, *[told] * TIMES)
    chaos.send(names.PUBLISH, *[{"run_id": run}] * TIMES)
    chaos.wait_idle()
    assert problems(chaos, chaos.ended(run), undisturbed) == []
    assert chaos.counters()["chat_calls"] == undisturbed.planned
