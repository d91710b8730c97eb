"""Runs that end before their samples are there, by a budget or by a person; and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson

from cli.client import Client
from shared.dataset.prices import cost
from shared.runs.standing import LOOK_S
from shared.tokens import Tokens
from testing.chaos.ended import Ended, problems
from testing.chaos.stack import REPAIRABLE, Chaos

MODEL = "gpt-4.1-nano"
"""A deployment of the emulator that is named after a model with a price."""
_SWITCHES = {
    "latency_s": 0.2,
    "latency_jitter_s": 0.6,
    "malformed_share": 0.1,
    "malformed_classes": REPAIRABLE,
}


_CALLS_A_SECOND = 10
"""Of a run that is cancelled: most of its records wait for their turn."""


@dataclass(frozen=True)
class Stopped:
    """A run that was stopped. Amounts are tokens, dollars or, for a run that was cancelled, calls.

    Attributes:
        what: the option that stopped it, or `cancel`.
        bound: what it might spend.
        spent: what it spent, counted where the calls were answered.
        largest: the dearest record.
        in_flight: most calls open at once, over all hosts; for a run that was cancelled also those that the quota
            lets start before every host has heard of it.
        outcomes: records by status.
        skipped: reasons of those that were never asked for.
        wrong: what does not hold of the result.
    """

    what: str
    bound: float
    spent: float
    largest: float
    in_flight: int
    outcomes: Counter[str]
    skipped: Counter[str]
    wrong: list[str]
    seconds: float

    @property
    def beyond(self) -> float:
        """Records' worth that was spent beyond the bound."""
        return max(0.0, self.spent - self.bound) / self.largest

    @property
    def used(self) -> float:
        """Share of the bound that was spent."""
        return self.spent / self.bound

    @property
    def holds(self) -> bool:
        """Whether no more than what was in flight went beyond the bound, and the rest was skipped for its sake."""
        reason = "cancelled" if self.what == "cancel" else "budget"
        return not self.wrong and self.beyond <= self.in_flight and set(self.skipped) == {reason}


def prepare(chaos: Chaos) -> None:
    """Answers that take a while and are faulty at times, so that a record may take several calls."""
    chaos.calm()
    chaos.switch(**_SWITCHES)


def within_tokens(chaos: Chaos, samples: int, undisturbed: Ended, share: float) -> Stopped:
    """A run that may spend about a share of the tokens that it would need."""
    bound = round(_taken(undisturbed).total * samples / undisturbed.planned * share)
    return _bounded(chaos, samples, {"max_total_tokens": bound}, lambda tokens: tokens.total)


def within_dollars(chaos: Chaos, samples: int, undisturbed: Ended, share: float) -> Stopped:
    """A run that may spend about a share of the dollars that it would need."""
    bound = _dollars(_taken(undisturbed)) * samples / undisturbed.planned * share
    # The emulator's own name has no price: the run says which model its answers are to be taken for.
    return _bounded(chaos, samples, {"max_cost_usd": bound}, _dollars, teacher_model=MODEL)


def cancelled(chaos: Chaos, samples: int, done: int) -> Stopped:
    """A run that is cancelled once it has so many outcomes; its bound is the calls made until that was answered."""
    prepare(chaos)
    chaos.switch(rpm=60 * _CALLS_A_SECOND)
    calls = 0

    def cancel(run: str) -> None:
        nonlocal calls
        chaos.wait(lambda: chaos.done(run) >= done, f"{done} outcomes")
        Client(chaos.stack.url).change(run, "cancel")
        calls = chaos.counters()["chat_calls"]

    ended = chaos.run(samples, meddle=cancel, teacher=MODEL, top_up=False)
    made = chaos.counters()["chat_calls"]
    unheard = round(2 * LOOK_S * _CALLS_A_SECOND)
    return _stopped(chaos, ended, "cancel", calls, made, 1, in_flight=unheard)


def _bounded(chaos: Chaos, samples: int, option: dict[str, Any], amount: Any, **others: Any) -> Stopped:
    prepare(chaos)
    ended = chaos.run(samples, teacher=MODEL, top_up=False, **option, **others)
    ((what, bound),) = option.items()
    largest = max(amount(_of(outcome)) for outcome in chaos.folded(ended.run))
    return _stopped(chaos, ended, what, bound, amount(_spent(chaos)), largest)


def _stopped(
    chaos: Chaos,
    ended: Ended,
    what: str,
    bound: float,
    spent: float,
    largest: float,
    *,
    in_flight: int = 0,
) -> Stopped:
    found = list(chaos.folded(ended.run))
    wrong = problems(chaos, ended)
    accepted = [outcome["index"] for outcome in found if outcome["status"] == "accepted"]
    published = len(ended.files["dataset.jsonl"].splitlines())
    duplicates = orjson.loads(ended.files["manifest.json"])["counts"].get("duplicates", 0)
    if published + duplicates != len(accepted):
        wrong.append(f"{len(accepted)} were accepted and {published} published, {duplicates} duplicates")
    if len(found) != ended.samples:
        wrong.append(f"{len(found)} outcomes of {ended.samples}")
    wrong += [f"poison: {note}" for note in chaos.notes()]
    return Stopped(
        what,
        bound,
        spent,
        largest,
        chaos.counters()["in_flight_max"] + in_flight,
        Counter(outcome["status"] for outcome in found),
        Counter(outcome["reason"] for outcome in found if outcome["status"] == "skipped"),
        wrong,
        ended.seconds,
    )


def _of(outcome: dict[str, Any]) -> Tokens:
    return sum((Tokens(**attempt["tokens"]) for attempt in outcome["attempts"]), Tokens())


def _taken(ended: Ended) -> Tokens:
    """What a run took in all."""
    counted = orjson.loads(ended.files["manifest.json"])["tokens"]
    return Tokens(counted["prompt"], counted["cached"], counted["completion"])


def _spent(chaos: Chaos) -> Tokens:
    counted = chaos.counters()
    return Tokens(counted["prompt_tokens"], counted["cached_tokens"], counted["completion_tokens"])


def _dollars(tokens: Tokens) -> float:
    dollars = cost(tokens, MODEL)
    assert dollars is not None, f"{MODEL} has a price"
    return dollars
