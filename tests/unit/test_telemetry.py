"""Telemetry: one event a thing that happened, metrics with few attributes, nothing that users wrote."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader

from shared import names, telemetry
from shared.adapters.memory.storage import MemoryQueue
from shared.adapters.observed import ObservedQueue, ObservedTeacher
from shared.contracts.events import run_event
from shared.contracts.messages import Publish
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import ThrottledError
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.tokens import Tokens

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
Read = Callable[[], dict[str, list[tuple[dict[str, Any], float]]]]


@pytest.fixture(scope="module")
def reader() -> InMemoryMetricReader:
    delta: dict[type, Any] = dict.fromkeys((Counter, Histogram), AggregationTemporality.DELTA)
    reader = InMemoryMetricReader(preferred_temporality=delta)
    metrics.set_meter_provider(MeterProvider([reader]))
    return reader


@pytest.fixture
def read(reader: InMemoryMetricReader) -> Read:
    """What was measured since the test began, by metric: attributes and value."""
    reader.get_metrics_data()

    def since() -> dict[str, list[tuple[dict[str, Any], float]]]:
        data = reader.get_metrics_data()
        found = [
            metric
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        return {
            metric.name: [
                (dict(point.attributes), getattr(point, "value", None) or getattr(point, "sum", 0))
                for point in metric.data.data_points
            ]
            for metric in found
        }

    return since


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {
        key: value
        for key, value in record.__dict__.items()
        if key in ("run_id", "index", "status", "code", "queue")
    }


def test_an_outcome_is_one_event_with_run_and_index(caplog: pytest.LogCaptureFixture):
    outcome = Outcome(7, "accepted", record={"task_nl": "what a user wrote"}, attempts=(Attempt("valid"),))
    telemetry.outcome("shop-0123456789", outcome)
    (record,) = caplog.records
    assert (record.name, record.message) == (telemetry.LOGGER, "record_outcome")
    assert _fields(record) == {"run_id": "shop-0123456789", "index": 7, "status": "accepted"}
    assert "what a user wrote" not in str(record.__dict__)


def test_an_outcome_counts_once_and_each_of_its_attempts(read: Read):
    attempts = (Attempt("invalid"), Attempt("malformed"), Attempt("invalid"))
    telemetry.outcome("shop-0123456789", Outcome(1, "rejected", "invalid_plan", attempts=attempts))
    assert read() == {
        "plansmith.records": [({"status": "rejected", "reason": "invalid_plan"}, 1)],
        "plansmith.attempts": [({"result": "invalid"}, 2), ({"result": "malformed"}, 1)],
    }


def test_no_metric_has_an_attribute_for_each_run(read: Read):
    telemetry.outcome("shop-0123456789", Outcome(1, "failed", "poison"))
    telemetry.poisoned(names.PUBLISH)
    telemetry.received(names.PUBLISH, NOW, now=NOW)
    attributes = {key for points in read().values() for given, _ in points for key in given}
    assert attributes == {"status", "reason", "queue"}


class _Teacher:
    def __init__(self, answer: TeacherReply | Exception) -> None:
        self._answer = answer

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


REQUEST = TeacherRequest("teacher", ())


async def test_tokens_and_list_price_are_counted_by_model(read: Read):
    reply = TeacherReply("{}", "stop", tokens=Tokens(1_000_000, 0, 0), model="gpt-4.1-2025-04-14")
    assert await ObservedTeacher(_Teacher(reply)).complete(REQUEST) is reply
    found = read()
    assert found["plansmith.tokens"] == [({"kind": "prompt", "model": "gpt-4.1-2025-04-14"}, 1_000_000)]
    ((attributes, dollars),) = found["plansmith.cost"]
    assert attributes == {"model": "gpt-4.1-2025-04-14"}
    assert dollars == pytest.approx(2.0)


async def test_a_refused_call_is_counted_and_raised(read: Read):
    with pytest.raises(ThrottledError):
        await ObservedTeacher(_Teacher(ThrottledError("wait"))).complete(REQUEST)
    assert read() == {"plansmith.throttles": [({"deployment": "teacher"}, 1)]}


@pytest.mark.parametrize("aware", [True, False])
def test_the_age_of_a_message_is_measured_when_it_is_received(read: Read, aware: bool):
    sent = NOW - timedelta(seconds=90)
    telemetry.received(names.GENERATE_RECORDS, sent if aware else sent.replace(tzinfo=None), now=NOW)
    assert read() == {"plansmith.queue_age": [({"queue": names.GENERATE_RECORDS}, 90)]}


def test_a_host_that_does_not_say_when_a_message_was_sent_is_no_fault(read: Read):
    telemetry.received(names.GENERATE_RECORDS, None)
    assert read() == {}


async def test_what_other_systems_hear_is_told_without_what_users_wrote(caplog: pytest.LogCaptureFixture):
    data = {"code": "bad_option", "message": "what a user wrote"}
    queue = ObservedQueue(MemoryQueue())
    await queue.send(run_event("run.failed", "shop-0123456789", data, NOW))
    await queue.send(Publish("shop-0123456789"))
    (record,) = caplog.records
    assert (record.message, record.levelname) == ("run_failed", "WARNING")
    assert _fields(record) == {"run_id": "shop-0123456789", "code": "bad_option"}
    assert "what a user wrote" not in str(record.__dict__)


def test_telling_of_an_outcome_loads_the_api_alone():
    code = (
        "import sys\nfrom shared import telemetry\nassert 'opentelemetry' not in sys.modules\n"
        "telemetry.poisoned('publish')\n"
        "assert 'opentelemetry.metrics' in sys.modules\n"
        "print([name for name in ('opentelemetry.sdk', 'azure.monitor') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
