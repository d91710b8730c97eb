"""`host.json`: what it says of this host's triggers, checked, with the defaults of the Functions host."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from local.functions_host.errors import HostError

_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_DEVELOPMENT_POLL_S = 2.0
_FUNCTION_TIMEOUT_S = 30 * 60.0


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """`extensions.queues`. Durations in seconds."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    visibility_timeout_s: float
    max_polling_interval_s: float
    encoding: Literal["none", "base64"]


@dataclass(frozen=True, slots=True)
class SingletonOptions:
    """`singleton`, as far as listeners use it. Durations in seconds; a lease lasts 15 to 60."""

    lock_period_s: int
    recovery_interval_s: float


@dataclass(frozen=True, slots=True)
class HostJson:
    """A checked `host.json`.

    Attributes:
        queues, singleton: their sections.
        blob_parallelism: blobs worked on at once.
        blob_tries: executions before a blob's message is poison.
        route_prefix: first path segment of HTTP routes, without slashes; "" without one.
        function_timeout_s: None if unbounded.
        log_level: lowest level of functions' log records.
        functions: the only functions to run; empty for all.
    """

    queues: QueueOptions
    singleton: SingletonOptions
    blob_parallelism: int
    blob_tries: int
    route_prefix: str
    function_timeout_s: float | None
    log_level: str
    functions: tuple[str, ...]


def load_host_json(app_dir: Path) -> HostJson:
    """Read `app_dir/host.json`. HostError naming the key that is wrong and what it accepts."""
    file = app_dir / "host.json"
    if not file.is_file():
        raise HostError(f"there is no host.json in {app_dir}")
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as exc:
        raise HostError(f"host.json is not JSON: {exc}") from exc
    return parse_host_json(document, processors=os.cpu_count() or 1)


def parse_host_json(document: object, *, processors: int) -> HostJson:
    """Check a parsed `host.json`; `processors` is what some defaults scale with."""
    if not isinstance(document, dict) or document.get("version") != "2.0":
        raise HostError('host.json: version must be "2.0"')
    root = _Section(document, "")
    blobs = root.section("extensions.blobs")
    return HostJson(
        queues=_queues(root.section("extensions.queues"), processors),
        singleton=_singleton(root.section("singleton")),
        blob_parallelism=blobs.integer("maxDegreeOfParallelism", 8 * processors, 1, 1000),
        blob_tries=blobs.integer("poisonBlobThreshold", 5, 1, 1000),
        route_prefix=root.section("extensions.http").text("routePrefix", "api").strip("/"),
        function_timeout_s=_timeout(root),
        log_level=root.section("logging.logLevel").text("default", "Information"),
        functions=root.names("functions"),
    )


def _queues(section: _Section, processors: int) -> QueueOptions:
    batch_size = section.integer("batchSize", 16, 1, 32)
    encoding = section.text("messageEncoding", "base64")
    if encoding not in ("none", "base64"):
        raise HostError(f"host.json: {section.path}.messageEncoding must be none or base64, not {encoding!r}")
    return QueueOptions(
        batch_size=batch_size,
        new_batch_threshold=section.integer("newBatchThreshold", batch_size // 2 * processors, 0, 1_000_000),
        max_dequeue_count=section.integer("maxDequeueCount", 5, 1, 1_000_000),
        visibility_timeout_s=section.seconds("visibilityTimeout", 0, 0, 7 * 86400),
        max_polling_interval_s=section.seconds("maxPollingInterval", _DEVELOPMENT_POLL_S, 0.1, 86400),
        encoding="none" if encoding == "none" else "base64",
    )


def _singleton(section: _Section) -> SingletonOptions:
    return SingletonOptions(
        lock_period_s=int(section.seconds("listenerLockPeriod", 60, 15, 60)),
        recovery_interval_s=section.seconds("listenerLockRecoveryPollingInterval", 60, 0.1, 86400),
    )


def _timeout(root: _Section) -> float | None:
    if root.text("functionTimeout", "") in ("-1", "-1.00:00:00"):
        return None
    return root.seconds("functionTimeout", _FUNCTION_TIMEOUT_S, 1, 10 * 86400)


def parse_span(text: str) -> float | None:
    """Seconds of a .NET time span `[d.]hh:mm:ss[.fff]`; None if `text` is not one."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = match.groups()
    return int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


class _Section:
    def __init__(self, values: Mapping[str, Any], path: str) -> None:
        self.values = values
        self.path = path

    def section(self, path: str) -> _Section:
        values: object = self.values
        for name in path.split("."):
            values = values.get(name, {}) if isinstance(values, Mapping) else None
        if not isinstance(values, Mapping):
            raise HostError(f"host.json: {path} must be an object")
        return _Section(values, path)

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise HostError(
                f"host.json: {self._name(key)} must be a whole number from {low} to {high}, not {value!r}"
            )
        return value

    def text(self, key: str, default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise HostError(f"host.json: {self._name(key)} must be a string, not {value!r}")
        return value

    def seconds(self, key: str, default: float, low: float, high: float) -> float:
        if key not in self.values:
            return default
        value = parse_span(self.text(key, ""))
        if value is None or not low <= value <= high:
            raise HostError(
                f"host.json: {self._name(key)} must be a time span hh:mm:ss of {low:g} to {high:g} s"
            )
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise HostError(f"host.json: {self._name(key)} must be a list of strings")
        return tuple(value)

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key
