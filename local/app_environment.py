"""The environment that the app gets on one's own machine: who set what, and who wins."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.addresses import is_here

DEFAULTS: Mapping[str, str] = {
    "FUNCTIONS_WORKER_RUNTIME": "python",
    "TEACHER_DEPLOYMENT": "teacher",
    "STUDENT_MODEL": "gpt-4.1-nano-2025-04-14",
    # The service's jobs take hours, the emulator's seconds: look every second.
    "FINETUNE_SCHEDULE": "* * * * * *",
    "FINETUNE_POLL_S": "0.5",
    "RECONCILE_SCHEDULE": "*/10 * * * * *",
    "RECONCILE_STALL_S": "20",
}
"""Settings of an installation on one's own machine where neither the environment nor the file says otherwise."""

_EMULATED_OPTIONS = json.dumps({"finetune": {"evaluate": {"baseline": "student-base"}}})
"""The emulator has a deployment of the base model, so that every arm of an evaluation can be measured."""

_MODEL_SERVICE = ("AZURE_OPENAI_ENDPOINT", "OPENAI_BASE_URL")
EMULATOR_KEY = "local-emulator-key"


def model_service(user: Mapping[str, str], file: Mapping[str, str]) -> str | None:
    """The address of the model service that the user has set up, or None."""
    for source in (user, file):
        for name in reversed(_MODEL_SERVICE):
            if source.get(name):
                return source[name]
    return None


def app_environment(
    user: Mapping[str, str],
    file: Mapping[str, str],
    *,
    storage: str,
    emulator: str | None,
    openai: str | None = None,
) -> dict[str, str]:
    """The whole environment of the app's processes.

    An environment variable beats local.settings.json, which beats `DEFAULTS`; an empty value counts as none.
    The storage is always the stack's own, and so is the model service if the emulator runs.

    Args:
        user: the environment of the command.
        file: values of local.settings.json.
        storage: connection string of Azurite.
        emulator: base address of the emulator, None if it does not run.
        openai: base address given on the command line instead.
    """
    merged = {**DEFAULTS, **_filled(file), **_filled(user)}
    merged = {
        name: value
        for name, value in merged.items()
        if not name.startswith(("PLANSMITH_STORAGE", "AzureWebJobsStorage"))
    }
    merged |= {"PLANSMITH_STORAGE": storage, "AzureWebJobsStorage": storage, "PYTHONUNBUFFERED": "1"}
    if endpoint := emulator or openai:
        # Empty rather than absent: the functions host reads the file too, for what the environment lacks.
        merged |= {"OPENAI_BASE_URL": "", "AZURE_OPENAI_ENDPOINT": endpoint}
    if emulator or (openai and is_here(openai) and not merged.get("AZURE_OPENAI_API_KEY")):
        merged["AZURE_OPENAI_API_KEY"] = EMULATOR_KEY
    if emulator:
        merged["FINETUNE_SERVED_BY_NAME"] = "true"
        merged.setdefault("RUN_OPTIONS", _EMULATED_OPTIONS)
    return merged


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
