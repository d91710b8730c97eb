"""Runs through faults of the model service and outages of model and storage; and what became of them."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from testing.chaos.ended import problems
from testing.chaos.stack import Chaos


@dataclass(frozen=True)
class Outage:
    """What happens to a run.

    Attributes:
        switches: of the emulator, while the run lasts.
        storm_s: seconds in which every call is answered 429, in the middle of the run.
        model_away_s: seconds that nothing listens where the model service was, in the middle of the run.
        storage_away_s: seconds between Azurite's end and its return, in the middle of the run; None to leave it.
        times: how often that happens.
    """

    switches: dict[str, Any] = field(default_factory=dict)
    storm_s: float = 0.0
    model_away_s: float = 0.0
    storage_away_s: float | None = None
    times: int = 1


OUTAGES = {
    "10 % malformed answers": Outage({"malformed_share": 0.1}),
    "10 % HTTP 500": Outage({"error_500_share": 0.1}),
    "three 429 storms of 5 s, retry-after 2 s": Outage(
        {"latency_s": 0.2, "retry_after_s": 2}, storm_s=5, times=3
    ),
    "half of the calls answered 429 at random": Outage({"storm_share": 0.5}),
    "10 % dropped connections": Outage({"drop_share": 0.1}),
    "emulator away for 30 s": Outage({"latency_s": 2}, model_away_s=30),
    "Azurite restarted, away for 10 s": Outage({"latency_s": 0.5}, storage_away_s=10),
    "Azurite restarted three times": Outage({"latency_s": 0.5}, storage_away_s=1, times=3),
}


def short_of_all() -> Outage:
    """A little of everything in one run."""
    faults = {"malformed_share": 0.1, "malformed_classes": [], "error_500_share": 0.1, "storm_share": 0.1}
    return Outage({**faults, "drop_share": 0.1, "latency_s": 0.4}, model_away_s=2, storage_away_s=1)


@dataclass(frozen=True)
class Passed:
    """What became of a run: its outcomes by status, messages given up on, and what does not hold."""

    outcomes: Counter[str]
    statuses: dict[str, int]
    notes: list[dict[str, Any]]
    wrong: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        return (
            not self.wrong and not self.notes and not self.outcomes["failed"] and not self.outcomes["skipped"]
        )


def through(chaos: Chaos, outage: Outage, *, samples: int, within_s: float = 300) -> Passed:
    """A run through the outage."""
    chaos.calm()
    chaos.switch(**outage.switches)

    def meddle(run: str) -> None:
        for number in range(1, outage.times + 1):
            mark = samples * number // (2 * outage.times)
            chaos.wait(partial(_has, chaos, run, mark), f"{mark} outcomes", within_s)
            if outage.storm_s:
                chaos.switch(storm_share=1)
                time.sleep(outage.storm_s)
                chaos.switch(storm_share=0)
            if outage.model_away_s:
                chaos.switch(away_s=outage.model_away_s)
                time.sleep(outage.model_away_s / 2)
            if outage.storage_away_s is not None:
                chaos.restart_azurite(outage.storage_away_s)
        chaos.wait(chaos.emulator_serves, "the emulator", within_s)

    goes_away = outage.storm_s or outage.model_away_s or outage.storage_away_s is not None
    ended = chaos.run(samples, meddle=meddle if goes_away else None, within_s=within_s)
    chaos.wait_idle()
    return Passed(
        Counter(outcome["status"] for outcome in chaos.folded(ended.run)),
        chaos.counters()["statuses"],
        chaos.notes(),
        problems(chaos, ended),
        ended.seconds,
    )


def _has(chaos: Chaos, run: str, outcomes: int) -> bool:
    return chaos.done(run) >= outcomes
