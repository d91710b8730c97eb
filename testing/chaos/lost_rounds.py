"""Queues whose messages vanish in the middle of a run."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared import names
from testing.chaos.stack import Chaos

_FLOW = (names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.PUBLISH)


def losing(chaos: Chaos, done: int, *, for_s: float = 0.0) -> Callable[[str], None]:
    """Lets all messages of the run vanish once it has `done` outcomes, again and again for `for_s` seconds."""

    def meddle(run: str) -> None:
        chaos.wait(lambda: chaos.paths(names.RUNS, f"{run}/spec.json"), "the run's start")
        chaos.wait(lambda: chaos.done(run) >= done, f"{done} outcomes", 120)
        deadline = time.monotonic() + for_s
        chaos.clear(*_FLOW)
        while time.monotonic() < deadline:
            chaos.clear(*_FLOW)

    return meddle
