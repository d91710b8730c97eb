"""Runs whose hosts die: at a named side effect, or at random moments; and what became of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.builders.chaos import REPAIRABLE, Chaos, Ended, problems

OPTIONS = {"max_attempts": 1, "top_up": True}
"""One attempt and faulty answers: some indices are rejected, and the run needs a second wave."""


@dataclass(frozen=True)
class Round:
    """One run among dying hosts.

    Attributes:
        what: the side effect, or `random`.
        reached: whether the hosts died as ordered.
        kills: hosts that died.
        in_flight: calls that were paid for and not stored when they died.
        paid_twice: calls beyond those of the undisturbed run.
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


def prepare(chaos: Chaos, samples: int, latency_s: float) -> Ended:
    """Answers that take a while and are faulty at times; gives the undisturbed run."""
    chaos.calm()
    chaos.switch(malformed_share=0.1, malformed_classes=REPAIRABLE, latency_s=latency_s)
    chaos.wait_idle()
    return chaos.run(samples, **OPTIONS)


def at_point(chaos: Chaos, undisturbed: Ended, samples: int, point: str, times: int) -> Round:
    """A run in which one host dies right after `point`."""
    key = ""

    def order() -> None:
        nonlocal key
        key = chaos.crash_at(point, times)

    return _round(chaos, undisturbed, samples, f"{point} × {times}", order, lambda _: None, lambda: chaos.crashed(key))


def at_random(chaos: Chaos, undisturbed: Ended, samples: int, seed: int) -> Round:
    """A run in which hosts die one to three times, each at a moment of the run drawn at random."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(0, undisturbed.seconds) for _ in range(chance.randint(1, 3)))

    def kill(_: str) -> None:
        started = time.monotonic()
        for moment in moments:
            time.sleep(max(0.0, moment - (time.monotonic() - started)))
            chaos.kill(chance.randrange(len(chaos.hosts)))

    return _round(chaos, undisturbed, samples, f"random {seed}", lambda: None, kill, lambda: True)


def _round(
    chaos: Chaos,
    undisturbed: Ended,
    samples: int,
    what: str,
    order: Callable[[], None],
    meddle: Callable[[str], None],
    reached: Callable[[], bool],
) -> Round:
    chaos.wait_serving()
    kills, in_flight = chaos.kills, chaos.in_flight_at_kills
    order()
    ended = chaos.run(samples, meddle=meddle, within_s=180, **OPTIONS)
    # A death right at the end is noticed a moment later, and what it left behind comes back once the lock lapses.
    chaos.wait_idle()
    hit = reached()
    wrong = problems(chaos, ended, undisturbed) + [f"poison: {note}" for note in chaos.notes()]
    return Round(
        what,
        hit,
        chaos.kills - kills,
        chaos.in_flight_at_kills - in_flight,
        ended.calls - undisturbed.calls,
        wrong,
        ended.seconds,
    )
