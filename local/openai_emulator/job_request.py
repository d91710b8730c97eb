"""Checks what a fine-tuning job is asked for, by the service's rules."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.openai_emulator.errors import ApiError, bad_request
from local.openai_emulator.files import Files
from local.openai_emulator.models import Model, find_model, parse_fine_tuned

AUTO = -1
"""Stands for `auto` until the job has chosen."""
_TRAINING_TYPES = {
    "standard": "Standard",
    "datazonestandard": "DataZoneStandard",
    "globalstandard": "GlobalStandard",
    "developertier": "developerTier",
}
_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,18}")
_MAX_SEED = 2**31 - 1
_NOT_SUPPORTED = "The specified base model does not support fine-tuning."
# Name -> (whole number, least, most).
_NUMBERS: dict[str, tuple[bool, float, float]] = {
    "n_epochs": (True, 1, 100),
    "batch_size": (True, 1, 256),
    "learning_rate_multiplier": (False, 1e-6, 100),
}


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A checked request; numbers are `AUTO` where the service may choose."""

    model: str
    base: Model
    training_file: str
    validation_file: str | None
    method: str
    hyperparameters: dict[str, int | float]
    suffix: str | None
    seed: int
    training_type: Any
    metadata: dict[str, str] | None


def read_job_request(body: Mapping[str, Any], files: Files, *, is_trained: bool) -> JobRequest:
    """The request, or ApiError 400 with the service's message. `is_trained`: whether `model` is a fine-tune of ours."""
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise bad_request(
            "Missing required parameter: 'model'.", param="model", code="missing_required_parameter"
        )
    tuned = parse_fine_tuned(name)
    base = find_model(tuned.base if tuned and is_trained else name)
    if base is None or not base.methods:
        raise bad_request(_NOT_SUPPORTED, param="model", code="invalidPayload")
    training_type = _training_type(body.get("trainingType"), base)
    method, numbers = _method(body, base)
    return JobRequest(
        model=name if tuned and is_trained else base.name,
        base=base,
        training_file=_file(body, "training_file", files) or "",
        validation_file=_file(body, "validation_file", files),
        method=method,
        hyperparameters=numbers,
        suffix=_suffix(body),
        seed=_seed(body),
        training_type=training_type,
        metadata=body.get("metadata") if isinstance(body.get("metadata"), dict) else None,
    )


def _training_type(given: Any, base: Model) -> Any:
    if given is None:
        # The service's own, misleading, answer to a request without trainingType.
        raise bad_request(_NOT_SUPPORTED, code="invalidPayload")
    found = given
    if isinstance(given, bool) or not isinstance(given, int):
        found = _TRAINING_TYPES.get(str(given).lower())
    if found is None:
        known = ", ".join(_TRAINING_TYPES.values())
        raise bad_request(
            f"trainingType must be one of {known}.", param="trainingType", code="invalidPayload"
        )
    if base.training_types and found not in base.training_types:
        raise bad_request(
            f"Training type {found} is not supported by {base.name}.",
            param="trainingType",
            code="invalidPayload",
        )
    return found


def _file(body: Mapping[str, Any], key: str, files: Files) -> str | None:
    file_id = body.get(key)
    if file_id is None and key != "training_file":
        return None
    if not isinstance(file_id, str) or not file_id:
        raise bad_request(
            f"Missing required parameter: '{key}'.", param=key, code="missing_required_parameter"
        )
    try:
        file = files.get(file_id)
    except ApiError as exc:
        raise bad_request(
            f"The specified file '{file_id}' does not exist.", param=key, code="invalidPayload"
        ) from exc
    if file["purpose"] != "fine-tune":
        raise bad_request(
            f"File '{file_id}' does not have the purpose 'fine-tune'.", param=key, code="invalidPayload"
        )
    if file["status"] != "processed":
        raise bad_request(
            f"The file '{file_id}' has the status '{file['status']}'; it must be 'processed' before it can be used.",
            param=key,
            code="unexpectedEntityState",
        )
    return file_id


def _method(body: Mapping[str, Any], base: Model) -> tuple[str, dict[str, int | float]]:
    given = body.get("method")
    if given is None:
        return "supervised", _numbers(body.get("hyperparameters"), "hyperparameters")
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in ("supervised", "dpo", "reinforcement"):
        raise bad_request(f"Invalid method type: '{kind}'.", param="method.type", code="invalidPayload")
    if kind not in base.methods:
        raise bad_request(
            f"Method {kind} is not supported by {base.name}.", param="method.type", code="invalidPayload"
        )
    inner = given.get(kind) or {}
    return str(kind), _numbers(inner.get("hyperparameters"), f"method.{kind}.hyperparameters")


def _numbers(given: Any, where: str) -> dict[str, int | float]:
    if given is not None and not isinstance(given, dict):
        raise bad_request(f"'{where}' must be an object.", param=where, code="invalidPayload")
    found: dict[str, int | float] = {}
    for name, (whole, least, most) in _NUMBERS.items():
        value = (given or {}).get(name, "auto")
        if value == "auto" or value == AUTO:
            found[name] = AUTO
            continue
        fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        if not fits or (whole and value != int(value)):
            raise bad_request(
                f"Invalid value for {name}: {value!r}. Expected 'auto' or a number from {least:g} to {most:g}.",
                param=f"{where}.{name}",
                code="invalidPayload",
            )
        found[name] = int(value) if whole else float(value)
    for name in ("beta", "l2_multiplier"):
        if name in (given or {}):
            found[name] = (given or {})[name]
    return found


def _suffix(body: Mapping[str, Any]) -> str | None:
    suffix = body.get("suffix")
    if suffix is None or suffix == "":
        return None
    if not isinstance(suffix, str) or not _SUFFIX.fullmatch(suffix):
        raise bad_request(
            "The suffix may have up to 18 characters of A-Z, a-z, 0-9, '_' and '-'.",
            param="suffix",
            code="invalidPayload",
        )
    return suffix


def _seed(body: Mapping[str, Any]) -> int:
    seed = body.get("seed")
    if seed is None:
        return secrets.randbelow(_MAX_SEED)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= _MAX_SEED:
        raise bad_request(f"The seed must be from 0 to {_MAX_SEED}.", param="seed", code="invalidPayload")
    return seed
