"""The task's wording: what a person with the assigned persona would ask for, with the values they know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from local.openai_emulator.planning.assignment import Assignment
from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.language import article, plain, words_of
from local.openai_emulator.planning.phrases import (
    CLOSERS,
    CONTEXTS,
    FIRST,
    JOINS,
    KEYWORDS,
    LAST,
    MORE,
    OPENERS,
    SEEDS,
)
from local.openai_emulator.planning.prompt_catalog import PromptCatalog, PromptParameter
from local.openai_emulator.planning.values import CREDENTIAL, is_speakable
from local.openai_emulator.planning.words import WEEKDAYS
from local.openai_emulator.planning.world import World, spoken_date

_MENTIONS = (6, 4, 3, 2, 1, 0)
_MAX_MENTION = 120
_MAX_CHARACTERS = 1200
_MAX_SEED = 400
_LEAF = re.compile(r"([A-Za-z0-9_-]+)(?:\[\d+\])*\}?$")


@dataclass(frozen=True, slots=True)
class Wording:
    """A task without its variation: sentences before and after it, and the detail left out ("" if none)."""

    body: str
    ending: str
    omitted: str


def word_task(
    assignment: Assignment, draft: Draft, catalog: PromptCatalog, rng: Random, world: World
) -> Wording:
    """The task in plain words; it names no API and gives the values that the plan uses, as far as there is room."""
    state = rng.getstate()
    for most in _MENTIONS:
        rng.setstate(state)
        wording = _worded(assignment, draft, catalog, rng, world, most)
        if len(wording.body) + len(wording.ending) <= _MAX_CHARACTERS:
            break
    return wording


def _worded(
    assignment: Assignment, draft: Draft, catalog: PromptCatalog, rng: Random, world: World, most: int
) -> Wording:
    register = _register(assignment.persona, rng)
    fields = _fields(world, rng)
    hidden = _omitted(draft, rng) if assignment.variation == "missing_info" else ""
    sentences = _introduction(assignment, fields, rng)
    told: set[str] = set()
    clauses = [_clause(step, draft, catalog, rng, hidden, most, told) for step in draft.steps]
    opener = rng.choice(OPENERS[register]).format(**fields)
    sentences.append(f"{opener[0].upper()}{opener[1:]} {clauses[0]}.")
    for position, clause in enumerate(clauses[1:], start=2):
        bank = LAST if position == len(clauses) and position > 2 else FIRST if position == 2 else MORE
        sentences.append(f"{rng.choice(bank)} {clause}.")
    contexts = rng.sample(CONTEXTS, 2 if len(clauses) < 3 else 1)
    ending = [context.format(**fields) for context in contexts]
    ending.append(rng.choice(CLOSERS[register]))
    omitted = plain(hidden) if hidden else ""
    return Wording(" ".join(sentences), " ".join(part for part in ending if part), omitted)


def _introduction(assignment: Assignment, fields: dict[str, str], rng: Random) -> list[str]:
    sentences = []
    persona = assignment.persona.strip().rstrip(".")
    if persona.lower().startswith(("a ", "an ")) and rng.random() < 0.5:
        sentences.append(f"{rng.choice(('I am', 'Speaking as'))} {persona[0].lower()}{persona[1:]}.")
    if assignment.seed_task:
        seed = assignment.seed_task.strip().rstrip(".")[:_MAX_SEED]
        sentences.append(rng.choice(SEEDS).format(seed=seed, **fields))
    return sentences


def without_api_names(text: str, catalog: PromptCatalog) -> str:
    """`text` with every identifier of an API replaced by plain words."""
    lowered = text.lower()
    for name in catalog.apis:
        if (name.lower() in lowered and not name.islower() | name.istitle() | name.isupper()) or (
            any(ch in name for ch in "_-.") and name.lower() in lowered
        ):
            text = re.sub(re.escape(name), plain(name), text, flags=re.IGNORECASE)
    return text


def _register(persona: str, rng: Random) -> str:
    lowered = persona.lower()
    for register, keywords in KEYWORDS:
        if re.search(keywords, lowered):
            return register
    return rng.choice(tuple(OPENERS))


def _fields(world: World, rng: Random) -> dict[str, str]:
    return {
        "person": world.person,
        "company": world.company,
        "city": world.city[0],
        "topic": world.topic,
        "department": world.department,
        "product": world.product,
        "weekday": rng.choice(WEEKDAYS),
        "date": spoken_date(world.end),
    }


def _omitted(draft: Draft, rng: Random) -> str:
    """The argument that a task with missing information keeps quiet about, "" if there is none."""
    candidates = [
        name
        for step in draft.steps
        for name, value in step.arguments.items()
        if not step.api.by_name[name].is_selector
        and not isinstance(value, list | dict | bool)
        and "${" not in str(value)
        and value != CREDENTIAL
    ]
    return rng.choice(candidates) if candidates else ""


def _clause(
    step: Step, draft: Draft, catalog: PromptCatalog, rng: Random, hidden: str, most: int, told: set[str]
) -> str:
    """One step as a clause; `told` holds what the task has said already and gets what it says now."""
    goal = step.api.goal.say(rng.randrange(12))
    linked: list[str] = []
    given: list[str] = []
    for name, value in step.arguments.items():
        if name == hidden:
            continue
        parameter = step.api.by_name[name]
        known = f"{name}={value}"
        if known in told:
            continue
        if isinstance(value, str) and "${steps." in value:
            linked.append(_linked(value, draft, rng))
        elif len(given) < most and (said := _mention(parameter, value, catalog, rng)):
            given.append(said)
            told.add(known)
    parts = [goal]
    if given:
        parts.append(_details(given, rng))
    if linked:
        unique = list(dict.fromkeys(linked))
        parts.append(f"{rng.choice(JOINS)} {_listed(unique)}")
    return " ".join(parts) if not given or not linked else f"{parts[0]} {parts[1]}, {parts[2]}"


def _details(given: list[str], rng: Random) -> str:
    style = rng.randrange(4)
    if style == 0 and len(given) > 1:
        return f"({', '.join(given)})"
    if style == 1:
        return f"for {_listed(given)}"
    return f"with {_listed(given)}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _linked(value: str, draft: Draft, rng: Random) -> str:
    number = int(value.split("${steps.", 1)[1].split(".", 1)[0])
    leaf = _LEAF.search(value.rstrip())
    noun = draft.steps[number - 1].api.goal.noun or "first answer"
    what = plain(leaf.group(1)) if leaf else "result"
    if what in ("result", "results"):
        what = "outcome"
    if set(words_of(what)) <= set(words_of(noun)):
        return rng.choice((f"the {noun} found before", f"that {noun}", f"the {noun} you got"))
    return rng.choice(
        (f"the {what} of the {noun}", f"the {what} that comes back with the {noun}", f"the {noun}'s {what}")
    )


def _mention(parameter: PromptParameter, value: Any, catalog: PromptCatalog, rng: Random) -> str:
    if (
        parameter.is_selector
        or value == CREDENTIAL
        or value is None
        or "{{" in str(value)
        or (parameter.location == "header" and not value)
    ):
        return ""
    what = plain(parameter.name)
    said = _said(what, value, rng)
    if not said or len(said) > _MAX_MENTION or (isinstance(value, str) and value in catalog.apis):
        return ""
    is_address = any(mark in said for mark in ("://", "@example."))
    return said if is_address or is_speakable(said.replace('"', " ")) else ""


def _said(what: str, value: Any, rng: Random) -> str:
    if isinstance(value, bool):
        return f"{what} {'switched on' if value else 'switched off'}"
    if isinstance(value, str):
        shown = f'"{value}"' if " " in value and not value[0].isdigit() else value
        return rng.choice((f"{what} {shown}", f"{shown} as {what}", f"the {what} {shown}"))
    if isinstance(value, int | float):
        return rng.choice((f"{what} {value}", f"{what} of {value}", article(what) + f" of {value}"))
    if isinstance(value, list):
        if value and all(isinstance(v, str | int | float) for v in value):
            return f"{what} {_listed([str(v) for v in value])}"
        inner = next((v for v in value if isinstance(v, dict)), None)
        return _said(what, inner, rng) if inner else ""
    if isinstance(value, dict):
        leaves = [
            f"{plain(k)} {v}"
            for k, v in value.items()
            if isinstance(v, str | int | float) and v != CREDENTIAL
        ]
        return f"{what} ({', '.join(leaves[:3])})" if leaves else ""
    return ""
