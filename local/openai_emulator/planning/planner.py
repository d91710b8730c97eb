"""Writes the plan that an assignment asks for; the same (model, messages, seed) gives the same plan."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from local.openai_emulator.planning.amounts import order_bounds
from local.openai_emulator.planning.assignment import Assignment, digest
from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.ends import end_state
from local.openai_emulator.planning.guarded import guard
from local.openai_emulator.planning.language import plain
from local.openai_emulator.planning.links import link_steps
from local.openai_emulator.planning.prompt_catalog import PromptApi, PromptCatalog, PromptParameter
from local.openai_emulator.planning.repair import drop_refused, redraw, refused_references
from local.openai_emulator.planning.several import for_several
from local.openai_emulator.planning.tasks import without_api_names, word_task
from local.openai_emulator.planning.values import parameter_value
from local.openai_emulator.planning.variations import mark_of
from local.openai_emulator.planning.world import World, make_world
from shared.curriculum.kinds import is_cursor
from shared.identifiers import words_of

_OPTIONAL_SHARE = {"XS": 0.08, "S": 0.12, "M": 0.18, "L": 0.22, "XL": 0.26}
_MAX_OPTIONAL = 3
# What nobody says unless there is a reason: how much, in which order, which thing.
_NOT_BY_ITSELF = frozenset(
    "page offset skip limit size top max maximum count sort order fields id ids sid uuid".split()
)
_MAX_STEPS = 16


def write_plan(
    catalog: PromptCatalog,
    assignment: Assignment,
    *,
    identity: object,
    errors: Sequence[dict[str, Any]] = (),
    turn: int = 0,
) -> dict[str, Any]:
    """The plan in wire form.

    Args:
        catalog: the APIs of the prompt.
        assignment: what is asked for.
        identity: what the plan's random choices depend on, besides the assignment.
        errors: what was wrong with an answer that was this very plan; its values are drawn anew.
        turn: number of the repair, so that each draws other values.
    """
    seed = digest(identity, assignment)
    rng = Random(seed)
    world = make_world(rng)
    draft = _draft(catalog, assignment, rng, world)
    if errors:
        redraw(draft, errors, Random(seed + turn), world)
        drop_refused(draft, errors)
    for step in draft.steps:
        order_bounds(step.arguments)
    link_steps(draft.steps, assignment, refused_references(errors, draft))
    _write_texts(draft, catalog, assignment, rng, world)
    return draft.to_wire()


def _draft(catalog: PromptCatalog, assignment: Assignment, rng: Random, world: World) -> Draft:
    apis = [catalog.apis[name] for name in assignment.focus if name in catalog.apis][:_MAX_STEPS]
    if not apis:
        apis = [rng.choice(list(catalog.apis.values()))]
    steps = []
    common: dict[tuple[str, str, str], Any] = {}
    for index, api in enumerate(apis, start=1):
        step = Step(index, api)
        given = {name: value for of, name, value in assignment.given if of == api.name}
        for parameter in _chosen(api, assignment, rng):
            if parameter.name in given:
                value = given[parameter.name]
            else:
                value = parameter_value(parameter, api.goal.noun, rng, world)
            if _is_common(parameter):
                # The same thing has the same id wherever a plan speaks of it.
                value = common.setdefault((parameter.name, parameter.type, parameter.format), value)
            step.arguments[parameter.name] = value
        steps.append(step)
    if assignment.variation == "multi_entity":
        for_several(steps, assignment, rng, world)
    draft = Draft(steps)
    if assignment.shape == "guarded":
        guard(draft, rng)
    return draft


def _is_common(parameter: PromptParameter) -> bool:
    is_open = not parameter.enum and not parameter.schema and parameter.type in ("string", "integer")
    name = parameter.name.lower()
    return is_open and name.endswith(("id", "_name", "key", "url", "uri")) and name != "id"


def _chosen(api: PromptApi, assignment: Assignment, rng: Random) -> list[PromptParameter]:
    share, extra = _OPTIONAL_SHARE.get(assignment.difficulty, 0.18), 0
    chosen = []
    for parameter in api.parameters:
        if parameter.required or (api.name, parameter.name) in assignment.fill or parameter.is_selector:
            chosen.append(parameter)
        elif _is_worth_filling(parameter) and extra < _MAX_OPTIONAL and rng.random() < share:
            chosen.append(parameter)
            extra += 1
    return chosen


def _is_worth_filling(parameter: PromptParameter) -> bool:
    return not (
        parameter.location == "header"
        or parameter.is_credential
        or is_cursor(parameter.name)
        or parameter.is_tied
        or not _NOT_BY_ITSELF.isdisjoint(words_of(parameter.name))
    )


def _write_texts(
    draft: Draft, catalog: PromptCatalog, assignment: Assignment, rng: Random, world: World
) -> None:
    wording = word_task(assignment, draft, rng, world)
    mark = mark_of(assignment.variation, draft, rng, world, wording)
    task = " ".join(part for part in (wording.body, mark.sentence, wording.ending) if part)
    draft.task = without_api_names(task, catalog)
    draft.domain = _domain(draft)
    draft.actions = [_action(step) for step in draft.steps]
    draft.reasons = [_reason(step, draft) for step in draft.steps]
    draft.assumptions = []
    draft.checks = [f"Step {step.index} succeeded and its answer is complete." for step in draft.steps[:4]]
    draft.end_state = end_state(draft, rng)
    draft.confusers = _confusers(draft, catalog, rng)
    if mark.sentence:
        draft.assumptions.append(mark.assumption)
        draft.constraints.update(mark.constraints)
        draft.checks.append(mark.check)
        draft.failure_modes.append(mark.failure_mode)
        draft.no_retries = mark.no_retries


def _action(step: Step) -> str:
    """What a step does, as an order to oneself."""
    goal = step.api.goal
    verb = next((one for one in goal.verbs if " me" not in one), goal.verb or goal.verbs[0])
    clause = f"{verb} {goal.rest}"
    return f"{clause[:1].upper()}{clause[1:]}"


def _reason(step: Step, draft: Draft) -> str:
    users = [other.index for other in draft.steps if step.index in other.depends_on()]
    needs = step.depends_on()
    noun = step.api.goal.noun or "result"
    if users:
        return f"Step {users[0]} needs what this returns about the {noun}."
    if needs:
        return f"It completes the task with what step {needs[-1]} found."
    return f"The task asks for the {noun} directly."


def _domain(draft: Draft) -> str:
    nouns = [step.api.goal.noun.lower() for step in draft.steps if step.api.goal.noun]
    kept = list(dict.fromkeys(" ".join(_whole(noun.split()[:3])) for noun in nouns))[:2]
    return " and ".join(kept) or plain(draft.steps[0].api.name).lower() or "general"


def _whole(words: list[str]) -> list[str]:
    """The words without a last one that leaves the phrase hanging."""
    return (
        words[:-1]
        if len(words) > 1 and words[-1] in ("of", "for", "by", "with", "and", "the", "in")
        else words
    )


def _confusers(draft: Draft, catalog: PromptCatalog, rng: Random) -> list[str]:
    used = {step.api.name for step in draft.steps}
    target = frozenset(word for step in draft.steps for word in step.api.goal.noun.lower().split())
    requests = {step.api.request for step in draft.steps}
    others = [api for api in catalog.apis.values() if api.name not in used and api.request not in requests]
    if len(others) > 60:
        others = rng.sample(others, 60)
    ranked = sorted(others, key=lambda api: -len(target & api.words))
    return [api.name for api in ranked[:2] if target & api.words]
