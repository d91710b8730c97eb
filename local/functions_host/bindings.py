"""Functions as this host runs them: one trigger and its outputs, resolved and checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.functions_host.errors import HostError
from local.functions_host.settings import AppSettings
from local.functions_host.storage import StorageAccount
from local.functions_host.worker import IndexedFunction

QUEUE, BLOB, TIMER, HTTP = "queueTrigger", "blobTrigger", "timerTrigger", "httpTrigger"
_TRIGGERS = (QUEUE, BLOB, TIMER, HTTP)
_QUEUE_NAME = re.compile(r"[a-z0-9](?:-?[a-z0-9])*")


@dataclass(frozen=True, slots=True)
class QueueOutput:
    """An output binding to a storage queue; `name` is the function's parameter, or `$return`."""

    name: str
    queue: str
    account: StorageAccount


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its trigger.

    Attributes:
        indexed: for the worker.
        trigger: the trigger's raw binding; `type` is one of the four constants above.
        outputs: its queue outputs.
    """

    indexed: IndexedFunction
    trigger: dict[str, Any]
    outputs: tuple[QueueOutput, ...]

    @property
    def name(self) -> str:
        return self.indexed.name

    @property
    def kind(self) -> str:
        return str(self.trigger["type"])

    @property
    def parameter(self) -> str:
        """Name of the parameter the trigger binds to."""
        return str(self.trigger["name"])


def bind(functions: Sequence[IndexedFunction], settings: AppSettings) -> list[Function]:
    """Give each function its trigger and outputs. HostError naming a function this host cannot serve."""
    return [_bind(function, settings) for function in functions]


def _bind(indexed: IndexedFunction, settings: AppSettings) -> Function:
    triggers = [binding for binding in indexed.bindings if binding["type"] in _TRIGGERS]
    outputs = [binding for binding in indexed.bindings if binding["type"] == "queue"]
    known = [*triggers, *outputs, *(binding for binding in indexed.bindings if binding["type"] == "http")]
    for binding in indexed.bindings:
        if binding not in known or (binding["type"] == "queue" and binding["direction"] != "OUT"):
            raise HostError(
                f"{indexed.name}: this host has no {binding['direction']} binding of type {binding['type']}"
            )
    if len(triggers) != 1:
        raise HostError(f"{indexed.name} must have exactly one trigger, it has {len(triggers)}")
    return Function(
        indexed, triggers[0], tuple(_output(indexed.name, binding, settings) for binding in outputs)
    )


def _output(function: str, binding: dict[str, Any], settings: AppSettings) -> QueueOutput:
    account = settings.account(binding.get("connection", ""))
    return QueueOutput(binding["name"], queue_name(function, binding["queueName"], settings), account)


def queue_name(function: str, name: str, settings: AppSettings) -> str:
    """A binding's queue name, resolved and in lower case. HostError if the service would refuse it."""
    resolved = settings.resolve(name).lower()
    if not 3 <= len(resolved) <= 63 or not _QUEUE_NAME.fullmatch(resolved):
        hint = " (binding expressions are not supported here)" if "{" in resolved else ""
        raise HostError(f"{function}: {resolved!r} is no queue name{hint}")
    return resolved
