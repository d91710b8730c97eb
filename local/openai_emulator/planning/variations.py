"""The eight variations: each leaves its mark in the task, the constraints, the checks and the failure modes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.openai_emulator.planning.draft import Draft
from local.openai_emulator.planning.language import is_plural
from local.openai_emulator.planning.tasks import Wording
from local.openai_emulator.planning.world import World, spoken_date
from shared.plan.rules.guards import write_guard


@dataclass(frozen=True, slots=True)
class Mark:
    """What a variation adds; empty for a plain task and where the plan cannot carry the variation.

    Attributes:
        no_retries: whether a repeated call would break what the task asks for.
    """

    sentence: str = ""
    assumption: str = ""
    constraints: dict[str, Any] = field(default_factory=dict)
    check: str = ""
    failure_mode: str = ""
    no_retries: bool = False


def mark_of(variation: str, draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    """The mark of `variation`, in the words of the task that it goes with."""
    make = _MARKS.get(variation)
    return make(draft, rng, world, wording) if make else Mark()


def _edge_case(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    if rng.random() < 0.5:
        deadline = f"{spoken_date(world.end)}, {rng.choice(('12:00', '17:00', '18:30', '20:00'))}"
        return Mark(
            rng.choice(
                (f"It has to be done by {deadline}.", f"The deadline is {deadline}, not a minute later.")
            ),
            "The services are available until the deadline.",
            {"deadline": deadline},
            f"Everything was done by {deadline}.",
            f"The deadline of {deadline} has passed: stop and report what is missing.",
        )
    return Mark(
        rng.choice(
            (
                "If nothing is found, that is fine; just say so.",
                "An empty result counts as an answer, so do not look any further then.",
                "Should there be nothing at all, tell me so and leave it at that.",
            )
        ),
        "An empty result is an answer and no failure.",
        {"empty_result_allowed": True},
        "Where nothing was found, the answer says so.",
        "Nothing is found: report an empty result and stop.",
    )


def _multi_entity(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    names = [step.api.name for step in draft.steps]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is None:
        return Mark()
    count = names.count(repeated)
    return Mark(
        rng.choice(("Keep them apart.", f"That makes {count} in all.", "Each of them on its own, please.")),
        "Each of them is there and can be treated on its own.",
        {"entities": count},
        f"There is one result for each of the {count}.",
        "One of them fails: go on with the others and report it.",
    )


def _missing_info(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    what, value = wording.omitted, wording.assumed
    if not what:
        return Mark()
    return Mark(
        rng.choice(
            (
                f"I don't know the {what}, so choose something sensible and tell me what you took.",
                f"Nobody told me the {what}; take what is usual.",
                f"The {what} {'are' if is_plural(what) else 'is'} up to you, but tell me what you took.",
            )
        ),
        f"The task does not give the {what}; the usual {value} is taken.",
        {"assumed": what},
        f"The answer says that {value} was taken as {what}.",
        f"The assumed {what} does not fit: ask for it and start again.",
    )


def _fallback(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    last = draft.steps[-1]
    noun = last.api.goal.noun or "last part"
    plan_b = rng.choice(
        (
            f"leave it to {world.person}",
            "keep what is there and report it",
            f"tell the {world.department} team",
            "stop and tell me",
        )
    )
    needed = [] if last.condition else last.depends_on()
    guard = write_guard(needed[-1], "it found what the task is about") if needed else ""
    return Mark(
        rng.choice(
            (
                f"If the {noun} cannot be had, {plan_b}.",
                f"Should the {noun} not work out, {plan_b}.",
                f"No luck with the {noun}? Then {plan_b}.",
            )
        ),
        f"It is enough to {plan_b} where the {noun} cannot be had.",
        {"fallback": plan_b},
        "The answer says whether the fallback was used.",
        guard or f"The {noun} cannot be had: {plan_b}.",
    )


def _idempotency(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    return Mark(
        rng.choice(
            (
                "Should you get this from me twice, it must only happen once.",
                "If somebody asks for this again, the outcome has to stay the same.",
                "Our scheduler sometimes fires twice; a second run must change nothing.",
            )
        ),
        "A repeated call with the same values changes nothing more.",
        {"safe_to_repeat": True},
        "A second run leaves everything as it was.",
        "It was done before: count that as done and change nothing.",
        no_retries=True,
    )


def _cost_aware(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    calls = len(draft.steps)
    number = f"{calls} call{'s' * (calls != 1)}"
    return Mark(
        rng.choice(
            (
                f"Every call is billed, so no more than {number}.",
                f"We pay for each call: {number} and not one more.",
                f"Keep it to {number}, they cost us.",
            )
        ),
        f"{number.capitalize()} {'is' if calls == 1 else 'are'} enough for the task.",
        {"max_calls": calls},
        f"At most {number} {'was' if calls == 1 else 'were'} made.",
        "A call fails: report it, as another one would cost again.",
        no_retries=True,
    )


def _compliance(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    rule = rng.choice(
        (
            "our data protection rules",
            "the retention policy",
            f"the audit rules of {world.company}",
            "our consent rules",
        )
    )
    return Mark(
        rng.choice(
            (
                f"Please keep to {rule}: nothing more than I asked for.",
                f"{rule[0].upper()}{rule[1:]} apply here, so leave everything else alone.",
                f"Stay within {rule}, as always.",
            )
        ),
        f"The request itself is allowed by {rule}.",
        {"policy": rule},
        f"Nothing was read or changed beyond what {rule} allows.",
        f"The call would go beyond {rule}: stop and ask.",
    )


def _performance(draft: Draft, rng: Random, world: World, wording: Wording) -> Mark:
    seconds = rng.choice((5, 10, 15, 20, 30, 45, 60))
    return Mark(
        rng.choice(
            (
                f"It has to be there within {seconds} seconds.",
                f"I'm on the phone with them, so {seconds} seconds at most.",
                f"Be quick about it, {seconds} seconds is all we have.",
            )
        ),
        f"The services answer fast enough to finish in {seconds} seconds.",
        {"max_total_seconds": seconds},
        f"All steps together took less than {seconds} seconds.",
        f"The {seconds} seconds are over: report what is there.",
        no_retries=True,
    )


_MARKS: dict[str, Callable[[Draft, Random, World, Wording], Mark]] = {
    "edge_case_constraints": _edge_case,
    "multi_entity": _multi_entity,
    "missing_info": _missing_info,
    "fallback_flow": _fallback,
    "idempotency": _idempotency,
    "cost_aware": _cost_aware,
    "compliance": _compliance,
    "performance": _performance,
}
