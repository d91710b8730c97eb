"""What a fine-tuning service says of its files and jobs, read leniently: an absent field is empty, never an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Hyperparameter = int | float | str

ENDED = frozenset({"succeeded", "failed", "cancelled"})
"""Statuses after which nothing changes any more; every other one, known or not, means waiting."""

USABLE_FILE = frozenset({"processed", "pending", "uploaded", "running"})
"""Statuses of a file that is, or may become, usable."""

_SPELLINGS = {"canceled": "cancelled", "notRunning": "pending"}
_MAX_TEXT = 1000
_MOST = 1 << 63


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """An uploaded file: `status` is `pending` → `processed` or `error` (then `status_details` says why)."""

    id: str
    name: str
    status: str
    status_details: str = ""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a job is created with.

    Attributes:
        model: base model.
        training_file: id of a processed file.
        validation_file: id of a processed file, "" for none.
        suffix: part of the fine-tuned model's name, `[A-Za-z0-9_-]`, at most 18 characters.
        method: `supervised` or `dpo`.
        training_type: `GlobalStandard`, `DataZoneStandard`, `Standard` or `developerTier`.
        seed: of the training, 0..2147483647.
        hyperparameters: only those that are not left to the service.
    """

    model: str
    training_file: str
    validation_file: str
    suffix: str
    method: str
    training_type: str
    seed: int
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceJob:
    """A job as the service tells it; times are seconds since 1970, 0 where unknown."""

    id: str
    status: str
    model: str = ""
    fine_tuned_model: str = ""
    training_file: str = ""
    suffix: str = ""
    created_at: int = 0
    finished_at: int = 0
    estimated_finish: int = 0
    trained_tokens: int | None = None
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)
    result_files: tuple[str, ...] = ()
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One event of a job; `created_at` is seconds since 1970."""

    id: str
    created_at: int
    level: str
    message: str
    type: str = "message"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A deployable state of the model on the way; `model` is what a deployment names."""

    id: str
    model: str
    step_number: int
    created_at: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)


def storable(value: Any) -> Any:
    """An answer without what JSON parsers take and stored JSON cannot hold: half characters, endless numbers."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case int() | float():
            return value if abs(value) < _MOST else None
        case Mapping():
            return {storable(str(name)): storable(item) for name, item in value.items()}
        case list():
            return [storable(item) for item in value]
    return value


def read_file(answer: Mapping[str, Any]) -> ServiceFile:
    """The file in an answer of `/files`."""
    return ServiceFile(
        id=_text(answer, "id"),
        name=_text(answer, "filename"),
        status=_text(answer, "status"),
        status_details=_text(answer, "status_details"),
    )


def read_job(answer: Mapping[str, Any]) -> ServiceJob:
    """The job in an answer of `/fine_tuning/jobs`; −1 in hyperparameters means `auto`."""
    error = answer.get("error")
    error = error if isinstance(error, Mapping) else {}
    status = _text(answer, "status")
    return ServiceJob(
        id=_text(answer, "id"),
        status=_SPELLINGS.get(status, status),
        model=_text(answer, "model"),
        fine_tuned_model=_text(answer, "fine_tuned_model"),
        training_file=_text(answer, "training_file"),
        suffix=_text(answer, "suffix"),
        created_at=_whole(answer, "created_at") or 0,
        finished_at=_whole(answer, "finished_at") or 0,
        estimated_finish=_whole(answer, "estimated_finish") or 0,
        trained_tokens=_whole(answer, "trained_tokens"),
        hyperparameters=_hyperparameters(answer),
        result_files=_ids(answer.get("result_files")),
        error_code=_text(error, "code"),
        error_message=_text(error, "message"),
    )


def read_event(answer: Mapping[str, Any]) -> JobEvent:
    """The event in an answer of `…/events`; `warn` is spelt `warning`."""
    level = _text(answer, "level") or "info"
    data = answer.get("data")
    return JobEvent(
        id=_text(answer, "id"),
        created_at=_whole(answer, "created_at") or 0,
        level="warning" if level == "warn" else level,
        message=_text(answer, "message"),
        type=_text(answer, "type") or "message",
        data=data if isinstance(data, Mapping) else {},
    )


def read_checkpoint(answer: Mapping[str, Any]) -> Checkpoint:
    """The checkpoint in an answer of `…/checkpoints`; metrics that are absent, blank or −1 are left out."""
    metrics = answer.get("metrics")
    numbers = {
        str(name).replace("validation_", "valid_"): float(value)
        for name, value in (metrics.items() if isinstance(metrics, Mapping) else ())
        if isinstance(value, int | float) and not isinstance(value, bool) and value != -1
    }
    return Checkpoint(
        id=_text(answer, "id"),
        model=_text(answer, "fine_tuned_model_checkpoint") or _text(answer, "id"),
        step_number=_whole(answer, "step_number") or 0,
        created_at=_whole(answer, "created_at") or 0,
        metrics=numbers,
    )


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value[:_MAX_TEXT] if isinstance(value, str) else "" if value is None else str(value)[:_MAX_TEXT]


def _whole(answer: Mapping[str, Any], key: str) -> int | None:
    value = answer.get(key)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _hyperparameters(answer: Mapping[str, Any]) -> dict[str, Hyperparameter]:
    """From `method.<type>.hyperparameters` where the service fills it, else from the older top-level field."""
    found: dict[str, Hyperparameter] = {}
    method = answer.get("method")
    inner = method.get(method.get("type")) if isinstance(method, Mapping) else None
    for source in (
        answer.get("hyperparameters"),
        inner.get("hyperparameters") if isinstance(inner, Mapping) else None,
    ):
        for name, value in source.items() if isinstance(source, Mapping) else ():
            if value in (-1, "auto"):
                found.setdefault(str(name), "auto")
            elif isinstance(value, int | float):
                found[str(name)] = value
    return found


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
