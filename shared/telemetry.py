"""What the app says about its work: one event a thing that happened, and the metrics that alerts look at.

Events are log lines whose message is a stable action key and whose fields are attributes (`run_id`, `index`, codes,
counts): never a payload, never a secret. Metrics go through the OpenTelemetry API, which does nothing until the worker
configures a provider (app setting `PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY`).
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentelemetry.metrics import Counter, Histogram

    from shared.tokens import Tokens

LOGGER = "plansmith"
"""The logger whose events are exported; the app setting `PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME` names it."""

logger = logging.getLogger(LOGGER)
logger.setLevel(logging.INFO)  # the root's level, which the host sets, is for other people's libraries


class _Attempt(Protocol):
    @property
    def result(self) -> str: ...


class _Outcome(Protocol):
    """What is told of `shared.dataset.outcome.Outcome`, which this module stands below."""

    @property
    def index(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def attempts(self) -> Sequence[_Attempt]: ...
    @property
    def deferrals(self) -> int: ...
    @property
    def tokens(self) -> Tokens: ...


class _Instruments:
    """The metrics, made at first use: importing the API belongs to no cold start."""

    @cached_property
    def records(self) -> Counter:
        return self._counter("plansmith.records", "{record}", "Outcomes, by status and reason")

    @cached_property
    def attempts(self) -> Counter:
        return self._counter("plansmith.attempts", "{call}", "Calls to the teacher, by result")

    @cached_property
    def tokens(self) -> Counter:
        return self._counter("plansmith.tokens", "{token}", "Tokens of calls, by kind and model")

    @cached_property
    def cost(self) -> Counter:
        return self._counter("plansmith.cost", "USD", "List price of those tokens, by model")

    @cached_property
    def throttles(self) -> Counter:
        return self._counter(
            "plansmith.throttles", "{call}", "Calls refused by a rate limit (429), by deployment"
        )

    @cached_property
    def poison(self) -> Counter:
        return self._counter("plansmith.poison", "{message}", "Messages given up on, by queue")

    @cached_property
    def queue_age(self) -> Histogram:
        description = "Age of messages when they are received, by queue"
        histogram: Histogram = self._meter.create_histogram(
            "plansmith.queue_age", unit="s", description=description
        )
        return histogram

    @cached_property
    def _meter(self) -> Any:
        from opentelemetry.metrics import get_meter

        return get_meter(LOGGER)

    def _counter(self, name: str, unit: str, description: str) -> Counter:
        counter: Counter = self._meter.create_counter(name, unit=unit, description=description)
        return counter


_metrics = _Instruments()


def event(action: str, *, level: int = logging.INFO, **fields: object) -> None:
    """One event: `action` is its stable key. Fields must not carry what users wrote."""
    logger.log(level, action, extra=fields)


def outcome(run_id: str, outcome: _Outcome) -> None:
    """Tell of the one outcome of an index, after it was appended."""
    event(
        "record_outcome",
        run_id=run_id,
        index=outcome.index,
        status=outcome.status,
        reason=outcome.reason,
        attempts=len(outcome.attempts),
        tokens=outcome.tokens.total,
        deferrals=outcome.deferrals,
    )
    _metrics.records.add(1, {"status": outcome.status, "reason": outcome.reason})
    for attempt in outcome.attempts:
        _metrics.attempts.add(1, {"result": attempt.result})


def answered(model: str, tokens: Tokens, cost_usd: float | None) -> None:
    """Count what a call to a model has cost; None where the price is not known."""
    for kind, count in zip(("prompt", "cached", "completion"), tokens.listed(), strict=True):
        if count:
            _metrics.tokens.add(count, {"kind": kind, "model": model})
    if cost_usd:
        _metrics.cost.add(cost_usd, {"model": model})


def throttled(deployment: str) -> None:
    """Count a call that the service refused because of its rate limit (429)."""
    _metrics.throttles.add(1, {"deployment": deployment})


def waiting(run_id: str, what: str, code: str, indices: int) -> None:
    """Tell what a run waits for; `what` and `code` as its status has them."""
    event("run_waiting", level=logging.WARNING, run_id=run_id, what=what, code=code, indices=indices)


def paused(run_id: str, code: str) -> None:
    """Tell that a run waits for a person."""
    event("run_paused", level=logging.WARNING, run_id=run_id, code=code)


def received(queue: str, inserted_at: datetime | None, *, now: datetime | None = None) -> None:
    """Note how long a message has been in its queue, its delay included; nothing when the host does not say."""
    if inserted_at is None:
        return
    since = inserted_at if inserted_at.tzinfo else inserted_at.replace(tzinfo=UTC)
    age_s = ((now or datetime.now(UTC)) - since).total_seconds()
    _metrics.queue_age.record(max(0.0, age_s), {"queue": queue})


def refused(queue: str, code: str) -> None:
    """Tell that a message can never be acted on."""
    event("message_refused", level=logging.WARNING, queue=queue, code=code)


def poisoned(queue: str) -> None:
    """Tell that the host gave up on a message of `queue`."""
    event("message_poisoned", level=logging.ERROR, queue=queue)
    _metrics.poison.add(1, {"queue": queue})


def reconcile_failed(run_id: str, code: str) -> None:
    """Tell that what is stored of a run makes no sense."""
    event("reconcile_failed", level=logging.ERROR, run_id=run_id, code=code)


def run_event(kind: str, run_id: str, data: Mapping[str, Any]) -> None:
    """Tell what other systems hear on `run-events`: `kind` is `run.failed` and the like; codes and counts alone."""
    level = logging.WARNING if kind.endswith("failed") else logging.INFO
    told = {key: value for key, value in data.items() if key in _TOLD}
    event(kind.replace(".", "_"), level=level, run_id=run_id, **told)


def webhook(run_id: str, kind: str, status: int, tries: int) -> None:
    """A call of the webhook has ended; `status` 0 is none."""
    level = logging.INFO if 200 <= status < 300 else logging.WARNING
    event("webhook", level=level, run_id=run_id, kind=kind, status=status, tries=tries)


_TOLD = frozenset({"code", "samples", "accepted", "rejected", "model", "deployment"})
