"""The eight variations: each leaves its mark in the task, the constraints, the checks and the failure modes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.openai_emulator.planning.draft import Draft
from local.openai_emulator.planning.world import World, fake_uuid, make_world, spoken_date


@dataclass(frozen=True, slots=True)
class Mark:
    """What a variation adds; empty for a plain task."""

    sentence: str = ""
    assumption: str = ""
    constraints: dict[str, Any] = field(default_factory=dict)
    check: str = ""
    failure_mode: str = ""
    retries: int = 0


def mark_of(variation: str, draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    """The mark of `variation`; `omitted` is the detail that a `missing_info` task leaves out, "" if none."""
    make = _MARKS.get(variation)
    return make(draft, rng, world, omitted) if make else Mark()


def _edge_case(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    case = rng.choice(
        (
            "an empty result",
            "values right at the allowed limit",
            "names with accents and apostrophes",
            f"dates that fall exactly on {spoken_date(world.end)}",
            "entries that appear twice",
            "a list with only one entry",
            f"more than {rng.randint(2, 9) * 100} hits",
        )
    )
    sentence = rng.choice(
        (
            f"Watch out for {case}, that has tripped us up before.",
            f"It must also hold up with {case}.",
            f"Please treat {case} as a normal case and not as a failure.",
            f"The tricky part is {case}, so handle that with care.",
        )
    )
    return Mark(
        sentence,
        f"The services accept {case} without special settings.",
        {"edge_case": case},
        f"The result is still right with {case}.",
        f"The plan meets {case} and a later step receives nothing usable.",
    )


def _multi_entity(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    others = [make_world(rng) for _ in range(2)]
    names = [world.person, *(other.person for other in others if other.person != world.person)][
        : rng.randint(2, 3)
    ]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    sentence = rng.choice(
        (
            f"This round is for {names[0]}; {listed} all follow the same path, so keep their data apart.",
            f"Several people are affected ({listed}): start with {names[0]} and do not mix them up.",
            f"Set it up so that it works the same way for {listed}, beginning with {names[0]}.",
        )
    )
    return Mark(
        sentence,
        f"The same steps are repeated for each of {listed}.",
        {"entities": names, "keep_entities_apart": True},
        f"Nothing of {names[0]} is stored under {names[-1]}.",
        f"Values of {names[-1]} are used in the steps for {names[0]}.",
    )


def _missing_info(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    what = omitted or "preferred time"
    sentence = rng.choice(
        (
            f"I don't have the {what} at hand, so choose something sensible and tell me what you assumed.",
            f"Nobody told me the {what}; go with a reasonable default.",
            f"The {what} is still open, please assume a usual value and note it.",
        )
    )
    return Mark(
        sentence,
        f"The request does not give the {what}; a usual value is assumed and can be changed later.",
        {"assumed": what},
        f"The assumed {what} is reported back before anything depends on it.",
        f"The assumed {what} turns out to be wrong and the result has to be redone.",
    )


def _fallback(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    noun = draft.steps[-1].api.goal.noun or "last part"
    plan_b = rng.choice(
        (
            f"leave a note for {world.person} in {world.department}",
            "keep what is there and report it",
            f"try once more and then hand it to the {world.department} team",
            "stop before anything is changed",
            f"go on without it and flag it for {world.company}",
        )
    )
    sentence = rng.choice(
        (
            f"If the part about the {noun} does not work out, {plan_b}.",
            f"Should anything go wrong with the {noun}, {plan_b} instead of giving up.",
            f"Have a plan B: when the {noun} cannot be had, {plan_b}.",
        )
    )
    return Mark(
        sentence,
        f"It is acceptable to {plan_b} when a service is not available.",
        {"fallback": plan_b},
        "It is recorded whether the fallback was used.",
        f"The main way fails; fallback: {plan_b}.",
        1,
    )


def _idempotency(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    times = rng.choice(("twice", "several times", "a second time by accident", "again after a crash"))
    sentence = rng.choice(
        (
            f"It must be safe to run this {times}, without duplicates.",
            f"If this is started {times}, the outcome has to stay the same.",
            f"Make sure nothing is doubled when someone runs it {times}.",
        )
    )
    return Mark(
        sentence,
        "A repeated call with the same values does not create a second entry.",
        {"idempotency_key": fake_uuid(rng), "safe_to_repeat": True},
        f"Running the plan {times} leaves exactly one result.",
        "A retry after a time-out creates a duplicate.",
        1,
    )


def _cost_aware(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    calls, budget = len(draft.steps), rng.randint(2, 40)
    sentence = rng.choice(
        (
            f"Keep it cheap: no more than {calls} call{'s' * (calls != 1)} and under {budget} euros.",
            f"We only have {budget} euros left for this, so skip everything that is not needed.",
            f"Please spend as little as possible, {budget} euros at most.",
        )
    )
    return Mark(
        sentence,
        f"Every call costs money; {calls} calls fit the budget.",
        {"max_calls": calls, "budget_eur": budget},
        f"At most {calls} calls were made and the cost stays under {budget} euros.",
        "Retries push the cost over the budget.",
    )


def _compliance(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    rule = rng.choice(
        (
            "our data protection rules",
            "the four-eyes principle",
            "the retention policy",
            f"the audit rules of {world.company}",
            "the consent given by the person concerned",
        )
    )
    sentence = rng.choice(
        (
            f"Everything has to follow {rule}, and I need a trail for the auditors.",
            f"Please stay within {rule} and use no more personal data than needed.",
            f"Legal insists on {rule}, so note who asked for it ({world.department}).",
        )
    )
    return Mark(
        sentence,
        f"The {world.department} team is entitled to this under {rule}.",
        {"policy": rule, "audit_trail": True, "data_minimisation": True},
        f"The trail shows who did what and that {rule} was kept to.",
        f"A step exposes more data than {rule} allows.",
    )


def _performance(draft: Draft, rng: Random, world: World, omitted: str) -> Mark:
    seconds = rng.choice((2, 3, 5, 8, 10, 15, 20, 30, 45))
    sentence = rng.choice(
        (
            f"It has to be done within {seconds} seconds.",
            f"Speed matters: the whole thing may take {seconds} seconds at most.",
            f"People are waiting on the phone, so please stay below {seconds} seconds in total.",
        )
    )
    return Mark(
        sentence,
        f"The services answer fast enough to finish in {seconds} seconds.",
        {"max_total_seconds": seconds, "run_in_parallel": len(draft.steps) > 1},
        f"All steps together took less than {seconds} seconds.",
        f"One slow answer uses up the {seconds} seconds.",
    )


_MARKS: dict[str, Callable[[Draft, Random, World, str], Mark]] = {
    "edge_case_constraints": _edge_case,
    "multi_entity": _multi_entity,
    "missing_info": _missing_info,
    "fallback_flow": _fallback,
    "idempotency": _idempotency,
    "cost_aware": _cost_aware,
    "compliance": _compliance,
    "performance": _performance,
}
