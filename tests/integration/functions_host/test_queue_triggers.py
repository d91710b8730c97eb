"""Storage queue triggers on a real Azurite."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testing.azurite import Storage, azurite_storage
from testing.functions_host import HostProcess, Journal, host, wait_until

APP = Path(__file__).parent / "apps" / "queues"
HOST_JSON = json.loads((APP / "host.json").read_text())


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with azurite_storage() as storage:
        yield storage


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


def queue_settings(
    storage: Storage, journal: Journal, *, last: str = "q-none", **queues: str
) -> dict[str, str]:
    """Settings under which only the queues given exist."""
    names = {name: "q-missing-" + name.lower() for name in ("ECHO", "FAIL", "SLOW", "OUT")}
    return {
        "AzureWebJobsStorage": storage.connection_string,
        "STORAGE": storage.connection_string,
        "JOURNAL": str(journal.file),
        **names,
        "LAST": last,
        **queues,
    }


@pytest.fixture(scope="module")
def shared(
    storage: Storage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[HostProcess, Journal, dict[str, str]]]:
    """One host for the rules that do not disturb each other."""
    folder = tmp_path_factory.mktemp("shared")
    journal = Journal(folder / "journal.jsonl")
    settings = queue_settings(
        storage, journal, ECHO=storage.new_queue(), FAIL=storage.new_queue(), OUT=f"q-{time.monotonic_ns()}"
    )
    with host(APP, folder, settings=settings) as process:
        yield process, journal, settings


def with_queues(**options: Any) -> dict[str, Any]:
    return {"version": "2.0", "extensions": {"queues": {**HOST_JSON["extensions"]["queues"], **options}}}


def test_a_message_is_run_once_with_its_metadata_and_deleted(storage: Storage, shared):
    _, journal, settings = shared
    storage.send(settings["ECHO"], '{"n": 1}')
    (event,) = journal.wait(1, body='{"n": 1}')
    assert re.fullmatch(r"[0-9a-f-]{36}", event["id"])
    assert event["dequeue_count"] == 1
    assert event["receipt"]
    assert all(event[name].endswith("+00:00") for name in ("inserted", "expires", "visible"))
    wait_until(lambda: storage.depth(settings["ECHO"]) == 0)
    assert len(journal.events(body='{"n": 1}')) == 1


def test_many_messages_are_each_run_once(storage: Storage, shared):
    _, journal, settings = shared
    storage.send(settings["ECHO"], *(f"many-{n}" for n in range(60)))
    wait_until(lambda: len([e for e in journal.events(event="echo") if e["body"].startswith("many-")]) >= 60)
    wait_until(lambda: storage.depth(settings["ECHO"]) == 0)
    bodies = [event["body"] for event in journal.events(event="echo") if event["body"].startswith("many-")]
    assert sorted(bodies) == sorted({f"many-{n}" for n in range(60)})


def test_top_level_keys_of_a_json_body_cover_the_metadata(storage: Storage, shared):
    _, journal, settings = shared
    body = '{"ID": "rec-7", "other": [1]}'
    storage.send(settings["ECHO"], body)
    (event,) = journal.wait(1, body=body)
    assert event["id"] == "rec-7"


def test_a_body_whose_dequeue_count_is_no_number_is_poison_without_running_the_function(
    storage: Storage, shared
):
    _, journal, settings = shared
    body = '{"dequeueCount": "many"}'
    storage.send(settings["ECHO"], body)
    wait_until(lambda: body in storage.messages(settings["ECHO"] + "-poison"))
    assert journal.events(body=body) == []


def test_a_failing_message_is_tried_as_often_as_host_json_says_and_then_moved_to_poison(
    storage: Storage, shared
):
    process, journal, settings = shared
    storage.send(settings["FAIL"], "bad luck")
    wait_until(lambda: storage.messages(settings["FAIL"] + "-poison") == ["bad luck"])
    wait_until(lambda: storage.depth(settings["FAIL"]) == 0)
    assert [event["dequeue_count"] for event in journal.events(body="bad luck")] == [1, 2, 3]
    assert process.log().count("ValueError: as asked") == 3


def test_an_output_list_is_one_message_an_element_and_wakes_the_listener(shared):
    process, journal, _ = shared
    assert process.request("POST", "/api/send", b'["one", "two"]').body == b"sent"
    journal.wait(1, body="one")
    journal.wait(1, body="two")


def test_an_output_that_the_service_would_refuse_fails_the_function(shared):
    process, _, _ = shared
    assert process.request("POST", "/api/send", b'["bell \\u0007"]').status == 500


def test_an_output_queue_is_made_when_it_is_first_written_to(storage: Storage, shared):
    process, _, settings = shared
    assert settings["OUT"] not in storage.queue_names()
    process.request("POST", "/api/send-lazily", b"first")
    assert storage.messages(settings["OUT"]) == ["first"]


def test_a_queue_that_does_not_exist_is_empty_and_is_not_made(
    storage: Storage, journal: Journal, tmp_path: Path
):
    before = storage.queue_names()
    settings = queue_settings(storage, journal, ECHO="q-comes-later")
    with host(APP, tmp_path, settings=settings):
        assert storage.queue_names() == before
        storage.queues.create_queue("q-comes-later")
        storage.send("q-comes-later", "at last")
        journal.wait(1, body="at last")


def test_base64_is_decoded_and_what_is_not_base64_is_poison_unread(
    storage: Storage, journal: Journal, tmp_path: Path
):
    queue = storage.new_queue()
    storage.send(queue, base64.b64encode("grüße".encode()).decode(), "{plain}")
    settings = queue_settings(storage, journal, ECHO=queue)
    with host(APP, tmp_path, settings=settings, host_json=with_queues(messageEncoding="base64")) as process:
        journal.wait(1, body="grüße")
        wait_until(lambda: storage.messages(queue + "-poison") == ["{plain}"])
        assert [event["body"] for event in journal.events()] == ["grüße"]
        assert "Traceback" not in process.log()


def test_no_more_run_at_once_than_a_batch_and_the_threshold(
    storage: Storage, journal: Journal, tmp_path: Path
):
    queue = storage.new_queue()
    storage.send(queue, *["0.6", "0.1"] * 5)
    settings = queue_settings(storage, journal, SLOW=queue)
    with host(APP, tmp_path, settings=settings, host_json=with_queues(batchSize=2, newBatchThreshold=1)):
        journal.wait(10, event="end")
    running, most = 0, 0
    for event in journal.events():
        running += 1 if event["event"] == "start" else -1
        most = max(most, running)
    assert most == 3


def test_a_function_may_run_longer_than_its_messages_lock(storage: Storage, journal: Journal, tmp_path: Path):
    queue = storage.new_queue()
    storage.send(queue, "3.5")
    with host(APP, tmp_path, "--queue-lock-s", "1", settings=queue_settings(storage, journal, SLOW=queue)):
        journal.wait(1, event="end")
        wait_until(lambda: storage.depth(queue) == 0)
    assert len(journal.events(event="start")) == 1


def test_a_failed_message_waits_the_visibility_timeout(storage: Storage, journal: Journal, tmp_path: Path):
    queue = storage.new_queue()
    storage.send(queue, "wait")
    settings = queue_settings(storage, journal, FAIL=queue)
    with host(APP, tmp_path, settings=settings, host_json=with_queues(visibilityTimeout="00:00:01")):
        first, second = journal.wait(2, event="fail")[:2]
    assert second["at"] - first["at"] >= 0.9


def test_a_poison_queue_has_no_poison_queue_and_its_message_waits_for_the_lock_to_lapse(
    storage: Storage, journal: Journal, tmp_path: Path
):
    queue = storage.new_queue(suffix="-poison")
    storage.send(queue, "never")
    settings = queue_settings(storage, journal, last=queue.removesuffix("-poison"))
    with host(APP, tmp_path, "--queue-lock-s", "1", settings=settings):
        events = journal.wait(4, event="last")
    assert [event["dequeue_count"] for event in events[:4]] == [1, 2, 3, 4]
    assert events[1]["at"] - events[0]["at"] >= 0.9
    assert storage.depth(queue) == 1
    assert f"{queue}-poison" not in storage.queue_names()


def test_another_host_takes_over_after_a_kill(storage: Storage, journal: Journal, tmp_path: Path):
    queue = storage.new_queue()
    settings = queue_settings(storage, journal, SLOW=queue, ECHO=storage.new_queue())
    with host(APP, tmp_path, "--queue-lock-s", "2", settings=settings) as first:
        storage.send(queue, "60.0")
        journal.wait(1, event="start")
        first.kill()
    with host(APP, tmp_path, "--queue-lock-s", "2", settings=settings):
        assert journal.wait(2, event="start")[1]["dequeue_count"] == 2


def test_told_to_stop_a_host_finishes_what_it_has_and_takes_nothing_new(
    storage: Storage, journal: Journal, tmp_path: Path
):
    queue = storage.new_queue()
    storage.send(queue, "1.0")
    settings = queue_settings(storage, journal, SLOW=queue)
    with host(APP, tmp_path, settings=settings) as process:
        journal.wait(1, event="start")
        started = time.monotonic()
        assert process.stop() == 0
        assert time.monotonic() - started < 10
        storage.send(queue, "0.0")
    assert [event["body"] for event in journal.events(event="end")] == ["1.0"]
    assert storage.messages(queue) == ["0.0"]


def test_a_host_that_cannot_finish_in_time_ends_all_the_same(
    storage: Storage, journal: Journal, tmp_path: Path
):
    queue = storage.new_queue()
    storage.send(queue, "60")
    settings = queue_settings(storage, journal, SLOW=queue)
    with host(APP, tmp_path, "--drain-s", "0.2", settings=settings) as process:
        journal.wait(1, event="start")
        assert process.stop() == 0
    assert storage.depth(queue) == 1


def test_a_storage_that_goes_away_and_comes_back_costs_two_log_lines_and_no_message(
    journal: Journal, tmp_path: Path
):
    with azurite_storage(durable=True) as storage:
        queue = storage.new_queue()
        settings = queue_settings(storage, journal, SLOW=queue, ECHO=storage.new_queue())
        with host(APP, tmp_path, "--queue-lock-s", "3", settings=settings) as process:
            storage.send(queue, "2.0", "0.0")
            journal.wait(1, event="end", body="0.0")
            wait_until(lambda: storage.depth(queue) == 1)
            storage.azurite.stop()
            wait_until(lambda: " is away" in process.log())
            journal.wait(1, event="end", body="2.0")
            storage.restart()
            storage.send(queue, "0.1")
            journal.wait(1, event="end", body="0.1")
            wait_until(lambda: storage.depth(queue) == 0)
            assert process.log().count(" is away") == 1
            assert process.log().count(" is back after") == 1
            assert process.process.poll() is None
