"""Timer triggers on a real Azurite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testing.azurite import Storage, azurite_storage
from testing.functions_host import Journal, host, wait_until

APP = Path(__file__).parent / "apps" / "timers"
NEVER = "0 0 0 1 1 *"


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with azurite_storage() as storage:
        yield storage


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


def timer_settings(storage: Storage, journal: Journal, host_id: str, every: str = NEVER) -> dict[str, str]:
    return {
        "AzureWebJobsStorage": storage.connection_string,
        "JOURNAL": str(journal.file),
        "EVERY": every,
        "AzureFunctionsWebHost__hostid": host_id,
    }


def write_status(storage: Storage, host_id: str, *, due: datetime, updated: datetime) -> None:
    status = {"Last": updated.isoformat(), "Next": due.isoformat(), "LastUpdated": updated.isoformat()}
    container = storage.blobs.get_container_client("azure-webjobs-hosts")
    if not container.exists():
        container.create_container()
    name = f"timers/{host_id}/Host.Functions.hourly/status"
    storage.upload("azure-webjobs-hosts", name, json.dumps(status).encode())


def test_one_host_of_two_runs_a_timer_and_the_other_takes_over_after_a_kill(
    storage: Storage, journal: Journal, tmp_path: Path
):
    settings = timer_settings(storage, journal, "takeover", "* * * * * *")
    options = ("--functions", "tick")
    with (
        host(APP, tmp_path, *options, settings=settings) as first,
        host(APP, tmp_path, *options, settings=settings) as second,
    ):
        journal.wait(3, event="tick")
        assert {event["host"] for event in journal.events(event="tick")} == {first.process.pid}
        first.kill()
        journal.wait(1, event="tick", host=second.process.pid, within_s=30)


def test_a_host_that_stops_hands_its_timers_over_at_once(storage: Storage, journal: Journal, tmp_path: Path):
    settings = timer_settings(storage, journal, "handover", "* * * * * *")
    options = ("--functions", "tick")
    with host(APP, tmp_path, *options, settings=settings) as first:
        journal.wait(1, event="tick")
        assert first.stop() == 0
    with host(APP, tmp_path, *options, settings=settings) as second:
        journal.wait(1, event="tick", host=second.process.pid, within_s=5)


def test_a_timer_never_overlaps_itself(storage: Storage, journal: Journal, tmp_path: Path):
    settings = {**timer_settings(storage, journal, "overlap", "* * * * * *"), "TICK_S": "0.9"}
    with host(APP, tmp_path, "--functions", "tick", settings=settings):
        journal.wait(2, event="tock")
    names = [event["event"] for event in journal.events()]
    assert names == (["tick", "tock"] * len(names))[: len(names)]


def test_a_tick_missed_while_no_host_ran_is_made_up_for(storage: Storage, journal: Journal, tmp_path: Path):
    now = datetime.now(UTC)
    last_hour = now.replace(minute=0, second=0, microsecond=0)
    write_status(storage, "missed", due=last_hour, updated=last_hour - timedelta(minutes=30))
    with host(APP, tmp_path, "--functions", "hourly", settings=timer_settings(storage, journal, "missed")):
        (event,) = journal.wait(1, event="hourly")
    assert event["past_due"] is True
    assert datetime.fromisoformat(event["status"]["Next"]) == last_hour


def test_without_a_missed_tick_a_start_only_writes_down_the_next(
    storage: Storage, journal: Journal, tmp_path: Path
):
    name = "timers/fresh/Host.Functions.hourly/status"
    blob = storage.blobs.get_blob_client("azure-webjobs-hosts", name)
    with host(APP, tmp_path, "--functions", "hourly", settings=timer_settings(storage, journal, "fresh")):
        wait_until(blob.exists)
    status = json.loads(blob.download_blob().readall())
    assert datetime.fromisoformat(status["Next"]).minute == 0
    assert journal.events() == []


def test_a_retry_policy_is_followed_and_run_on_startup_runs(
    storage: Storage, journal: Journal, tmp_path: Path
):
    with host(APP, tmp_path, "--functions", "stubborn", settings=timer_settings(storage, journal, "retry")):
        journal.wait(3, event="stubborn")
    assert [event["retry"] for event in journal.events()] == [0, 1, 2]


def test_a_timer_can_be_run_by_hand_and_is_cancelled_after_the_function_timeout(
    storage: Storage, journal: Journal, tmp_path: Path
):
    settings = timer_settings(storage, journal, "by-hand")
    with host(APP, tmp_path, "--functions", "endless", "--log", "json", settings=settings) as process:
        assert process.request("POST", "/admin/functions/endless", b"{}").status == 202
        journal.wait(1, event="endless")
        wait_until(lambda: "functionTimeout" in process.log())
        lines = [json.loads(line) for line in process.log().splitlines()]
        assert any("cancelled after functionTimeout (1 s)" in line["message"] for line in lines)
        assert process.status()["functions"]["endless"]["failed"] == 1
    assert journal.events(event="ended") == []
