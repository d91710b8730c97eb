"""The app's settings by themselves: what cannot be meant, what contradicts itself, what has ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache

from cli.doctor.finding import Finding, error, ok, warning
from shared.addresses import is_here, split_address
from shared.contracts.options import resolve
from shared.errors import PlansmithError
from shared.finetune import models
from shared.settings import Settings

_SERVICES = ("OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT")
_ARM = ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZURE_OPENAI_ACCOUNT")
_SCHEDULES = ("FINETUNE_SCHEDULE", "RECONCILE_SCHEDULE")
"""Read by the host."""
_BESIDE = {"EVENTS_WEBHOOK_URL": ("EVENTS_WEBHOOK_SECRET",)}


class _Noted(dict[str, str]):
    """Settings that note what was asked for."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        """The value, noted as asked for."""
        self.asked.add(name)
        return super().get(name, default)


@cache
def names() -> tuple[str, ...]:
    """Every setting that the app or its host reads."""
    azure, other = _Noted(PLANSMITH_STORAGE="any"), _Noted(PLANSMITH_STORAGE="any", OPENAI_BASE_URL="any")
    Settings.from_mapping(azure)
    Settings.from_mapping(other)
    return tuple(sorted(azure.asked | other.asked | set(_SCHEDULES)))


def settings_findings(values: Mapping[str, str], typed: Mapping[str, str], today: date) -> list[Finding]:
    """What there is to say about settings.

    Args:
        values: all settings that hold, by name.
        typed: those of the settings file alone, whose names a person has typed.
        today: decides what has ended.
    """
    found = [*_misspelt(typed), *_unusable(values), *_run_options(values), *_service(values)]
    found += [*_deployment(values), *_student(values, today)]
    return found or [ok("settings", "the settings can be read and do not contradict each other")]


def _misspelt(typed: Mapping[str, str]) -> Iterator[Finding]:
    for name in typed:
        close = get_close_matches(name.upper(), names(), 1, 0.85)
        if close and name not in names() and not name.startswith("PLANSMITH_"):
            yield error(
                "unknown_setting",
                f"local.settings.json sets {name}, which nothing reads",
                f"write {close[0]}",
            )


def _unusable(values: Mapping[str, str]) -> Iterator[Finding]:
    """Every setting by itself, or with what it needs beside it, so that all that are wrong are named at once."""
    for name in names():
        if values.get(name):
            beside = {other: values.get(other, "") for other in _BESIDE.get(name, ())}
            try:
                Settings.from_mapping({"PLANSMITH_STORAGE": "any", **beside, name: values[name]})
            except PlansmithError as wrong:
                yield error("bad_setting", wrong.message, f"change {name}, or remove it (docs/settings.md)")


def _run_options(values: Mapping[str, str]) -> Iterator[Finding]:
    try:
        options = Settings.from_mapping(
            {"PLANSMITH_STORAGE": "any", "RUN_OPTIONS": values.get("RUN_OPTIONS", "")}
        ).run_options
    except PlansmithError:
        return  # told as a bad setting
    try:
        resolve(options)
    except PlansmithError as wrong:
        yield error(
            "bad_run_option",
            f"RUN_OPTIONS: {wrong.message}",
            "change RUN_OPTIONS; docs/contracts.md has them",
        )


def _service(values: Mapping[str, str]) -> Iterator[Finding]:
    named = [name for name in _SERVICES if values.get(name)]
    if len(named) == 2:
        yield warning(
            "two_services",
            f"{named[0]} and {named[1]} are both set; {named[0]} wins",
            f"remove the one that is not meant, {named[1]} or {named[0]}",
        )
    for name in named:
        yield from _address(name, values[name])
    if named and not values.get("TEACHER_DEPLOYMENT"):
        yield error(
            "no_teacher",
            f"{named[0]} names a model service, but TEACHER_DEPLOYMENT no deployment of it",
            "set TEACHER_DEPLOYMENT to the name of the deployment (of another service: of the model)",
        )
    if named[:1] == ["OPENAI_BASE_URL"] and not values.get("OPENAI_API_KEY"):
        yield warning(
            "no_key",
            "OPENAI_BASE_URL is set without OPENAI_API_KEY",
            "set OPENAI_API_KEY, to anything where the service asks for none",
        )


def _address(name: str, address: str) -> Iterator[Finding]:
    parts = split_address(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield error("bad_endpoint", f"{name} is no address: {address}", f"write {name}=https://…")
    elif parts.scheme == "http" and not is_here(address):
        yield error("bad_endpoint", f"{name} would send the key in the clear", f"write {name} with https")
    elif name == "AZURE_OPENAI_ENDPOINT" and parts.path.strip("/"):
        yield error(
            "bad_endpoint",
            f"{name} is the resource's address alone, without {parts.path}",
            f"write {name}={parts.scheme}://{parts.netloc}",
        )


def _deployment(values: Mapping[str, str]) -> Iterator[Finding]:
    given = [name for name in _ARM if values.get(name)]
    if given and len(given) < len(_ARM) and "AZURE_OPENAI_ACCOUNT" in given:
        missing = [name for name in _ARM if name not in given]
        yield error(
            "no_deployments",
            f"tuned models cannot be deployed: {' and '.join(missing)} not set",
            f"set {', '.join(missing)}",
        )


def _student(values: Mapping[str, str], today: date) -> Iterator[Finding]:
    model = values.get("STUDENT_MODEL", "")
    if not model or values.get("OPENAI_BASE_URL"):
        return  # other services have models of their own
    ended = models.refusal(model, method="supervised", training_type="GlobalStandard", sku=None, today=today)
    if ended is not None and ended.code == "model_retired":
        yield error("student_ended", f"STUDENT_MODEL: {ended.message}", "set STUDENT_MODEL to one of those")
        return
    for told in models.warnings(model, deploys=True, today=today):
        code = "student_unknown" if told.code == "unknown_model" else "student_ends_soon"
        known = ", ".join(models.students())
        do = (
            f"check its name; known models: {known}"
            if code == "student_unknown"
            else "train before, or choose another"
        )
        yield warning(code, f"STUDENT_MODEL: {told.message}", do)
