"""Runs one function once: invocation, time limit, output bindings, counting, and the log line if it fails."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from local.functions_host import logs, worker
from local.functions_host.bindings import Function, QueueOutput
from local.functions_host.errors import StorageError
from local.functions_host.worker import Datum, Outcome

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """How a function's invocations of this process ended so far; `running` are not ended."""

    running: int = 0
    succeeded: int = 0
    failed: int = 0


class QueueWriter(Protocol):
    """Where output bindings write."""

    async def write(self, output: QueueOutput, texts: list[str]) -> None:
        """Add one message a text. StorageError if that fails."""


class Executor:
    """Runs functions and keeps their tallies."""

    def __init__(self, writer: QueueWriter, timeout_s: float | None) -> None:
        self._writer = writer
        self._timeout_s = timeout_s
        self.tallies: dict[str, Tally] = {}

    async def run(
        self,
        function: Function,
        value: Datum,
        metadata: Mapping[str, Datum],
        *,
        retry_count: int = 0,
        max_retry_count: int = 0,
    ) -> Outcome:
        """Run `function` on its trigger's value. It succeeded only if its outputs are written, too."""
        invocation_id = str(uuid.uuid4())
        tally = self.tallies.setdefault(function.name, Tally())
        logs.running[invocation_id] = function.name
        tally.running += 1
        started = time.monotonic()
        try:
            outcome = await self._invoke(
                function, value, metadata, invocation_id, retry_count, max_retry_count
            )
            if outcome.ok and outcome.outputs:
                outcome = await self._write_outputs(function, outcome)
        finally:
            tally.running -= 1
            logs.running.pop(invocation_id, None)
        elapsed_ms = round((time.monotonic() - started) * 1000)
        if outcome.ok:
            tally.succeeded += 1
            _log.debug("%s succeeded", function.name, extra={"ms": elapsed_ms})
        else:
            tally.failed += 1
            fields = {"invocation": invocation_id, "ms": elapsed_ms, "traceback": outcome.traceback}
            _log.error("%s failed: %s", function.name, outcome.error, extra=fields)
        return outcome

    async def _invoke(
        self,
        function: Function,
        value: Datum,
        metadata: Mapping[str, Datum],
        invocation_id: str,
        retry_count: int,
        max_retry_count: int,
    ) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await worker.invoke(
                    function.indexed,
                    [(function.parameter, value)],
                    metadata,
                    invocation_id=invocation_id,
                    retry_count=retry_count,
                    max_retry_count=max_retry_count,
                )
        except TimeoutError:
            return Outcome(False, None, [], f"cancelled after functionTimeout ({self._timeout_s:g} s)")

    async def _write_outputs(self, function: Function, outcome: Outcome) -> Outcome:
        outputs = {output.name: output for output in function.outputs}
        try:
            for name, datum in outcome.outputs:
                await self._writer.write(outputs[name], message_texts(datum))
        except StorageError as exc:
            return Outcome(False, None, [], f"output {name} could not be written: {exc}")
        return outcome


def message_texts(datum: Datum) -> list[str]:
    """The messages an output value stands for: one a list element, else one."""
    if datum.type != "json":
        return [datum.value.decode() if isinstance(datum.value, bytes) else str(datum.value)]
    value = json.loads(datum.value)
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, str) else json.dumps(item, separators=(",", ":")) for item in items]
