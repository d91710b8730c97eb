"""Runs whose hosts die: at a named side effect, or at random moments; and what became of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from testing.chaos.ended import Ended, problems
from testing.chaos.stack import REPAIRABLE, Chaos

OPTIONS: dict[str, Any] = {"max_attempts": 1, "top_up": True, "judge_sample": 0}
"""One call a record, so that calls beyond the planned ones are calls that were paid twice."""
"""One attempt and faulty answers: some indices are rejected, and the run needs a second wave."""
LATENCY_S = 0.05
SLOW_S, SPREAD_S = 0.3, 2.0
"""Answers to a run whose hosts die at random come one by one over a while, so that calls are open at any moment."""


@dataclass(frozen=True)
class Round:
    """One run among dying hosts.

    Attributes:
        what: the side effect, or `random`.
        reached: whether the hosts died as ordered.
        kills: hosts that died.
        in_flight: calls that were paid for and not stored when they died.
        paid_twice: calls beyond one for each index.
        wrong: what does not hold of the result.
    """

    what: str
    reached: bool
    kills: int
    in_flight: int
    paid_twice: int
    wrong: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        return self.reached and not self.wrong and self.paid_twice <= self.in_flight


def prepare(chaos: Chaos) -> None:
    """Answers that take a while and are faulty at times."""
    chaos.calm()
    chaos.switch(malformed_share=0.1, malformed_classes=REPAIRABLE, latency_s=LATENCY_S)


def undisturbed_run(chaos: Chaos, samples: int) -> Ended:
    """The run that the others are compared with; every host is warm by then."""
    chaos.run(6 * len(chaos.hosts))
    chaos.wait_idle()
    return chaos.run(samples, **OPTIONS)


def at_point(chaos: Chaos, undisturbed: Ended, point: str, times: int) -> Round:
    """A run in which one host dies right after `point`."""
    key = ""

    def order() -> None:
        nonlocal key
        key = chaos.crash_at(point, times)

    return _round(chaos, undisturbed, f"{point} × {times}", order, lambda _: None, lambda: chaos.crashed(key))


def at_points(chaos: Chaos, undisturbed: Ended, points: Sequence[tuple[str, int]]) -> Round:
    """One run in which a host dies right after each of `points`, in their order."""
    waiting, keys = list(points), []

    def order() -> None:
        keys.append(chaos.crash_at(*waiting.pop(0)))

    def go_on(_: str) -> None:
        while True:
            chaos.wait(lambda: (chaos.folder / f"crashed-{keys[-1]}").exists(), f"death number {len(keys)}")
            if not waiting:
                return
            order()

    name = ", ".join(point for point, _ in points)
    return _round(chaos, undisturbed, name, order, go_on, lambda: chaos.crashed(keys[-1]))


def at_random(chaos: Chaos, undisturbed: Ended, seed: int, *, spread_s: float = SPREAD_S) -> Round:
    """A run with slow answers in which hosts die one to three times at random.

    Each death is drawn to be at any moment of the run, or, as often, at any moment of the time in which calls are
    answered, which is a small part of a run; which host dies is drawn, too.
    """
    chance = random.Random(seed)
    lasts_s = undisturbed.seconds + 2 * (SLOW_S + spread_s)
    deaths = [
        _Death.drawn(chance, lasts_s, undisturbed.samples, len(chaos.hosts))
        for _ in range(chance.randint(1, 3))
    ]

    def kill(_: str) -> None:
        started, answered = time.monotonic(), _answered(chaos)
        waiting = list(deaths)
        while waiting:
            for death in waiting[:]:
                if death.is_due(time.monotonic() - started, _answered(chaos) - answered):
                    chaos.kill(death.host)
                    waiting.remove(death)
            time.sleep(0.02)

    def slow() -> None:
        chaos.switch(latency_s=SLOW_S, latency_jitter_s=spread_s)

    found = _round(chaos, undisturbed, f"random {seed}", slow, kill, lambda: True)
    prepare(chaos)
    return found


def _answered(chaos: Chaos) -> int:
    return int(chaos.counters()["statuses"].get("200", 0))


@dataclass(frozen=True)
class _Death:
    """When a host dies: after so many seconds of a run, or when so many calls have been answered."""

    host: int
    after_s: float = 0.0
    answered: int = 0

    @classmethod
    def drawn(cls, chance: random.Random, lasts_s: float, samples: int, hosts: int) -> _Death:
        host = chance.randrange(hosts)
        if chance.random() < 0.5:
            return cls(host, after_s=chance.uniform(0, lasts_s))
        return cls(host, answered=chance.randrange(samples))

    def is_due(self, passed_s: float, answered: int) -> bool:
        return passed_s >= self.after_s and answered >= self.answered


def _round(
    chaos: Chaos,
    undisturbed: Ended,
    what: str,
    order: Callable[[], None],
    meddle: Callable[[str], None],
    reached: Callable[[], bool],
) -> Round:
    chaos.wait_serving()
    kills, in_flight = chaos.kills, chaos.in_flight_at_kills
    order()
    ended = chaos.run(undisturbed.samples, meddle=meddle, within_s=180, **OPTIONS)
    # A death right at the end is noticed a moment later, and what it left behind comes back once the lock lapses.
    chaos.wait_idle()
    hit = reached()
    wrong = problems(chaos, ended, undisturbed) + [f"poison: {note}" for note in chaos.notes()]
    return Round(
        what,
        hit,
        chaos.kills - kills,
        chaos.in_flight_at_kills - in_flight,
        ended.calls - ended.planned,
        wrong,
        ended.seconds,
    )
