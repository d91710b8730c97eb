"""What a run's status says to a person: how far it is, how fast, and whether what was asked for is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cli.wording import counted, short
from shared.report.figures import dollars, spoken
from shared.times import duration

_WINDOW_S = 15.0
_BAD_JOBS = ("failed", "cancelled")
_PUBLISHED = ("published", "fine_tuning", "evaluating", "complete")


@dataclass(frozen=True)
class Ending:
    """A run's end as seen by who waits for it: `failure` is "" when what was asked for is there."""

    failure: str = ""


def ending(run: Mapping[str, Any], *, finetune: bool) -> Ending | None:
    """How the run ended, None while it goes on.

    Args:
        run: as `GET /api/runs/{run}` gives it.
        finetune: whether the fine-tune job was asked for, or the dataset alone.
    """
    status, job = run.get("status"), job_state(run)
    if finetune and job in _BAD_JOBS and status in _BAD_JOBS:  # until then its last files are being written
        return Ending(f"the fine-tune job {job}: {error_of(run.get('finetune') or {}) or 'no reason given'}")
    if status == "failed":
        return Ending(error_of(run) or _why_failed(run))
    if status == "paused":
        return Ending(
            f"the run is paused: {waiting_line(run)}; `plansmith resume RUN` goes on where it stopped"
        )
    if status == "cancelled":
        return Ending("the run was cancelled")
    if not finetune:
        return Ending() if status in _PUBLISHED else None
    # A job that is trained may yet be deployed and measured: `complete` alone says that nothing follows.
    if status == "complete" and job in ("complete", ""):
        return Ending(after_training(run))
    return None


def after_training(run: Mapping[str, Any]) -> str:
    """Why a model is trained, and something that was to follow is not there; "" where all is."""
    job = run.get("finetune") or {}
    return error_of(job) if job_state(run) == "complete" else ""


def job_state(run: Mapping[str, Any]) -> str:
    """Where the run's fine-tune job stands, or ""."""
    return str((run.get("finetune") or {}).get("state") or "")


def _why_failed(run: Mapping[str, Any]) -> str:
    counts = run.get("counts") or {}
    if counts.get("done") and not counts.get("accepted"):
        return "not one record was accepted; rejected.jsonl says why"
    return "the run failed"


def error_of(thing: Mapping[str, Any]) -> str:
    """The error of a run or job on one line, or ""."""
    error = thing.get("error")
    if isinstance(error, Mapping):
        code, message = error.get("code"), " ".join(str(error.get("message") or "").split())
        return f"{message} ({code})" if code and message else message or str(code or "")
    return " ".join(str(error).split()) if error else ""


def total_tokens(run: Mapping[str, Any]) -> int:
    """Tokens of the run, whether they come as one number or by kind."""
    tokens = run.get("tokens") or 0
    if isinstance(tokens, Mapping):
        return int(tokens.get("total") or int(tokens.get("prompt") or 0) + int(tokens.get("completion") or 0))
    return int(tokens)


@dataclass
class Pace:
    """Speed over the last seconds, from sightings of a counter."""

    _sightings: deque[tuple[float, int]] = field(default_factory=deque)

    def see(self, at_s: float, done: int) -> None:
        """The counter stood at `done` at `at_s` (any clock that only goes forward)."""
        if self._sightings and done < self._sightings[-1][1]:
            self._sightings.clear()
        self._sightings.append((at_s, done))
        while len(self._sightings) > 2 and at_s - self._sightings[1][0] >= _WINDOW_S:
            self._sightings.popleft()

    @property
    def per_s(self) -> float:
        """Counts a second, 0 while unknown."""
        if len(self._sightings) < 2:
            return 0.0
        (first_s, first), (last_s, last) = self._sightings[0], self._sightings[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s else 0.0


def line(run: Mapping[str, Any], per_s: float) -> str:
    """The state of a run on one line."""
    return " · ".join([spoken(str(run.get("status") or "starting")), *figures(run, per_s)])


def figures(run: Mapping[str, Any], per_s: float) -> list[str]:
    """How far its records are, what the run waits for, and its fine-tune job."""
    return [*records(run, per_s), *filter(None, (waiting_line(run), job_line(run)))]


def records(run: Mapping[str, Any], per_s: float = 0.0) -> list[str]:
    """How far a run's records are, what they have cost, and how long they will take at that speed."""
    counts = run.get("counts") or {}
    total, done = int(counts.get("total") or 0), int(counts.get("done") or 0)
    parts = []
    if total:
        parts.append(f"{done}/{total} records")
        parts.append(f"accepted {counts.get('accepted') or 0}, rejected {counts.get('rejected') or 0}")
    if tokens := total_tokens(run):
        parts.append(f"{short(tokens)} tokens")
    if cost := run.get("cost_usd"):
        parts.append(dollars(float(cost)))
    if per_s > 0 and done < total:
        parts.append(f"{per_s:.1f} records/s")
        parts.append(f"{duration((total - done) / per_s)} left")
    return parts


_WAITS = {
    "throttled": "the model service is throttling",
    "unreachable": "the model service cannot be reached",
    "timed_out": "the model service does not answer in time",
    "failing": "the model service answers with errors",
    "answer": "an answer takes its time",
    "paused": "waiting for you",
}


def waiting_line(run: Mapping[str, Any]) -> str:
    """What the run waits for on one line, "" if nothing."""
    waiting = run.get("waiting")
    if not isinstance(waiting, Mapping):
        return ""
    what = str(waiting.get("what") or "")
    parts = [_WAITS.get(what, f"waiting: {what}"), f"since {_clock(waiting.get('since'))}"]
    if said := error_of({"error": waiting.get("last_error")}):
        parts.append(said)
    if indices := waiting.get("indices"):
        parts.append(f"{counted(indices, 'record')} wait{'s' * (indices == 1)}")
    if at := waiting.get("next_try_at"):
        parts.append(f"next try {_clock(at)}")
    return ", ".join(parts)


def _clock(moment: object) -> str:
    """Hours, minutes and seconds (UTC) of an ISO moment."""
    return str(moment or "")[11:19] or "?"


def job_line(run: Mapping[str, Any]) -> str:
    """The fine-tune job on one line, or ""."""
    job = run.get("finetune") or {}
    if not (state := job_state(run)):
        return ""
    parts = [f"fine-tune {state}"]
    if job.get("step"):
        parts.append(f"step {job['step']}" + (f"/{job['total_steps']}" if job.get("total_steps") else ""))
    for name, label in (("train_loss", "loss"), ("valid_loss", "validation loss")):
        if isinstance(job.get(name), int | float):
            parts.append(f"{label} {job[name]:.4g}")
    if isinstance(job.get("train_token_accuracy"), int | float):
        parts.append(f"token accuracy {job['train_token_accuracy']:.1%}")
    return ", ".join(parts)


def deployment_line(run: Mapping[str, Any], now: datetime) -> str:
    """The deployment of the trained model, and what it and those before it have cost so far; "" if there was none."""
    job = run.get("finetune") or {}
    made, past = job.get("deployment") or {}, job.get("past_hosting_usd") or 0.0
    if not made.get("ready_at"):
        return f"none now, {dollars(past)} so far" if past else ""
    end = made.get("removed_at") or made.get("gone_at")
    state = "removed" if made.get("removed_at") else "deleted by the service" if end else "ready"
    rate = made.get("usd_per_hour")
    if not rate:
        return f"{made.get('name')}, {state}"
    until = datetime.fromisoformat(end) if end else now
    hours = (until - datetime.fromisoformat(made["ready_at"])).total_seconds() / 3600
    so_far = dollars(past + max(0.0, hours) * rate)
    return f"{made.get('name')}, {state}, {dollars(rate)} an hour, {so_far} so far"
