"""The models that can be fine-tuned: dated data beside this file, and what they allow on a day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import orjson

from shared.finetune.job import Problem

SOON = timedelta(days=180)
"""A retirement nearer than this is told when a job is submitted, and in its report."""

MAX_SUFFIX = 18
"""Characters of a suffix that every version of the service takes."""

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_TUNED = re.compile(r"\.ft-.*$")
_SENT_AS = {"DataZone": "DataZoneStandard"}
_METHODS = ("supervised", "dpo")
_ENDED = frozenset({"deprecated", "retired"})


@dataclass(frozen=True, slots=True)
class Student:
    """A model that can be fine-tuned.

    Attributes:
        name: as jobs name it.
        format: publisher as the control plane spells it, None where that is not known.
        methods: kinds of fine-tuning.
        training_types: where it can train, cheapest place not first.
        serverless: whether a tuned one can be deployed without reserved machines.
        skus: kinds of deployment of a tuned one.
        training_usd: per million tokens and epoch, by training type; absent where not published.
        hosting_usd_per_hour: of a deployment, by sku.
        inference_usd: per million tokens: `input`, `cached_input`, `output`; None where not published.
        retires: ISO dates of `base`, `training` and `deployments`, None for none.
        closed: whether new customers are refused.
        note: what else to know, "" for nothing.
    """

    name: str
    format: str | None
    methods: Sequence[str]
    training_types: Sequence[str]
    serverless: bool
    skus: Sequence[str]
    training_usd: Mapping[str, float]
    hosting_usd_per_hour: Mapping[str, float]
    inference_usd: Mapping[str, float] | None
    retires: Mapping[str, str | None]
    closed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the service's own list says of a model; dates are ISO, "" where it says none."""

    lifecycle_status: str = ""
    training_ends: str = ""
    inference_ends: str = ""


def read_listed(answer: Mapping[str, Any]) -> Listed:
    """What an entry of the service's list of models says; times there are seconds since 1970, leniently read."""
    ends = answer.get("deprecation")
    ends = ends if isinstance(ends, Mapping) else {}
    return Listed(
        lifecycle_status=str(answer.get("lifecycle_status") or ""),
        training_ends=_day(ends.get("fine_tune")),
        inference_ends=_day(ends.get("inference")),
    )


def _day(seconds: object) -> str:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1 << 40:
        return ""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


@cache
def as_of() -> str:
    """The date of the data."""
    return str(_document()["as_of"])


@cache
def students() -> dict[str, Student]:
    """All models, by name. Do not change what it returns."""
    fields = Student.__slots__
    return {
        name: Student(name=name, **{key: value for key, value in entry.items() if key in fields})
        for name, entry in _document()["students"].items()
    }


def find(model: str) -> Student | None:
    """The entry of a base or tuned model, with or without the date in its name; None for an unknown model."""
    wanted = _TUNED.sub("", model).lower()
    return _by_name().get(wanted)


def sent_training_type(training_type: str) -> str:
    """The option `training_type` as the service wants to read it."""
    return _SENT_AS.get(training_type, training_type)


def refusal(
    model: str, *, method: str, training_type: str, sku: str | None, today: date, listed: Listed | None = None
) -> Problem | None:
    """Why a job cannot be had, with what can instead; None if nothing speaks against it.

    A model that is not known is not refused. `sku` is None when no deployment is wanted. What the service's
    own list says of dates beats the data.
    """
    student = find(model)
    if student is None:
        return None
    ends = _ends(student, listed)
    if (end := ends.get("training")) and end <= today:
        text = f"{student.name} can no longer be trained since {end}; {_alternatives(today, method)}"
        return Problem("model_retired", text)
    if sku is not None and (end := ends.get("deployments")) and end <= today:
        text = f"a tuned {student.name} can no longer be deployed since {end}; {_alternatives(today, method)}"
        return Problem("model_retired", text)
    if method not in student.methods:
        known = ", ".join(student.methods)
        text = (
            f"{student.name} cannot be trained by {method}; it takes {known} (option finetune.method takes "
            f"{' and '.join(_METHODS)}). For {method} {_alternatives(today, method)}"
        )
        return Problem("method_not_supported", text)
    if training_type not in student.training_types:
        known = ", ".join(student.training_types)
        text = f"{student.name} does not train as {training_type}; it takes {known} (option finetune.training_type)"
        return Problem("training_type_not_supported", text)
    if sku is not None and not student.serverless:
        text = (
            f"{student.name} can be trained, but not deployed without machines of one's own: set "
            f"finetune.deploy.enabled to false for the training alone, or {_alternatives(today, method)}"
        )
        return Problem("not_serverless", text)
    if sku is not None and sku not in student.skus:
        known = ", ".join(student.skus)
        text = f"{student.name} does not deploy as {sku}; it takes {known} (option finetune.deploy.sku)"
        return Problem("sku_not_supported", text)
    return None


def warnings(model: str, *, deploys: bool, today: date, listed: Listed | None = None) -> list[Problem]:
    """What the user should know before paying: an unknown model, and ends within 180 days."""
    student = find(model)
    if student is None:
        text = f"nothing is known of {model} (data of {as_of()}): its price, limits and retirement are not checked"
        return [Problem("unknown_model", text)]
    found = []
    ends = _ends(student, listed)
    told = {
        "training": "can be trained",
        **({"deployments": "can be deployed and called when tuned"} if deploys else {}),
    }
    for what, words in told.items():
        end = ends.get(what)
        if end is not None and today < end <= today + SOON:
            text = f"{student.name} {words} until {end} only, {(end - today).days} days from now"
            found.append(Problem("model_retires", f"{text}. {student.note}".rstrip(" .")))
    if listed is not None and listed.lifecycle_status.lower() in _ENDED:
        text = f"the service calls {student.name} {listed.lifecycle_status}: it may refuse new customers"
        found.append(Problem("model_deprecated", text))
    elif student.closed:
        text = f"{student.name} is closed to new customers (data of {as_of()}): the service may refuse it"
        found.append(Problem("model_deprecated", text))
    return found


def _ends(student: Student, listed: Listed | None) -> dict[str, date]:
    ends = {what: date.fromisoformat(end) for what, end in student.retires.items() if end}
    if listed is not None:
        told = {"training": listed.training_ends, "deployments": listed.inference_ends}
        ends |= {what: date.fromisoformat(end) for what, end in told.items() if end}
    return ends


def _alternatives(today: date, method: str) -> str:
    usable = [
        student.name
        for student in students().values()
        if student.serverless
        and not student.closed
        and method in student.methods
        and not ((end := _ends(student, None).get("training")) and end <= today)
    ]
    return f"choose one of {', '.join(usable)}" if usable else "no model of the list is left"


@cache
def _by_name() -> dict[str, Student]:
    found: dict[str, Student] = {}
    for name, student in students().items():
        found.setdefault(_DATED.sub("", name).lower(), student)
        found[name.lower()] = student
    return found


@cache
def _document() -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(resources.files(__package__).joinpath("models.json").read_bytes())
    return loaded
