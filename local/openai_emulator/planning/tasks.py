"""The task's wording: what a person would ask for, with every value that the plan uses, said once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from local.openai_emulator.planning.assignment import Assignment
from local.openai_emulator.planning.clauses import clause_of
from local.openai_emulator.planning.details import GENERAL, detail, handle, together
from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.language import listed, plain, sentence
from local.openai_emulator.planning.phrases import CLOSERS, CONTEXTS, FIRST, KEYWORDS, LAST, MORE, OPENERS
from local.openai_emulator.planning.prompt_catalog import PromptCatalog, PromptParameter
from local.openai_emulator.planning.values import CREDENTIAL
from local.openai_emulator.planning.words import WEEKDAYS
from local.openai_emulator.planning.world import World, spoken_date
from shared.identifiers import words_of

_AMOUNTS = frozenset("amount price total cost budget sum fee salary balance id number code".split())
_PLACES = frozenset("page offset skip".split())
_CHOICES = frozenset(
    "type mode format style order sort unit level language currency granularity tone size formality deployment model "
    "carrier method severity".split()
)
_CONTEXT_SHARE, _CLOSER_SHARE = 0.45, 0.35
_SIGN_IN = frozenset("auth_type authtype auth_mode sign_in_type".split())


@dataclass(frozen=True, slots=True)
class Wording:
    """A task without its variation: sentences before and after it, and what is left out of it.

    Attributes:
        omitted: the detail left out, in plain words, "" if none.
        assumed: the value that the plan takes for it, as text.
    """

    body: str
    ending: str
    omitted: str = ""
    assumed: str = ""


def word_task(assignment: Assignment, draft: Draft, rng: Random, world: World) -> Wording:
    """The task in plain words; it names no API and says each value that the plan uses, once."""
    register = _register(assignment.persona, rng)
    fields = _fields(world, rng)
    hidden = _assumable(draft, assignment, rng) if assignment.variation == "missing_info" else None
    told: set[str] = set()
    general = _general(draft, rng, told, hidden)
    clauses = _clauses(draft, rng, told, hidden)
    opener = rng.choice(OPENERS[register]).format(**fields)
    sentences = [f"{opener[0].upper()}{opener[1:]} {clauses[0]}."]
    for position, clause in enumerate(clauses[1:], start=2):
        bank = LAST if position == len(clauses) and position > 2 else FIRST if position == 2 else MORE
        sentences.append(sentence(clause) if draft.condition_said else f"{rng.choice(bank)} {clause}.")
    if general:
        sentences.append(general)
    ending = _context(" ".join(sentences), fields, rng)
    if rng.random() < _CLOSER_SHARE:
        ending.append(rng.choice(CLOSERS[register]))
    said = " ".join(part for part in ending if part)
    if hidden is None:
        return Wording(" ".join(sentences), said)
    return Wording(" ".join(sentences), said, plain(hidden[1]), str(hidden[2]))


def _context(said: str, fields: dict[str, str], rng: Random) -> list[str]:
    """At times a sentence on what it is for, of which nothing is said yet."""
    new = [
        one for one in CONTEXTS if not any(f"{{{name}}}" in one and fields[name] in said for name in fields)
    ]
    return [rng.choice(new).format(**fields)] if new and rng.random() < _CONTEXT_SHARE else []


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


def _assumable(draft: Draft, assignment: Assignment, rng: Random) -> tuple[int, str, object] | None:
    """The argument that a task with missing information keeps quiet about: (step, name, value); None if there is none.

    The one that is assigned, or else what has a usual value: a number that is no amount and no id, or a documented
    choice.
    """
    found = [
        (step.index, name, value)
        for step in draft.steps
        for name, value in step.arguments.items()
        if _may_be_assumed(step.api.by_name[name], value)
    ]
    assigned = [one for one in found if (draft.steps[one[0] - 1].api.name, one[1]) == assignment.left_open]
    return rng.choice(assigned or found) if found else None


def _may_be_assumed(parameter: PromptParameter, value: object) -> bool:
    if parameter.is_selector or parameter.location == "path" or isinstance(value, bool | list | dict):
        return False
    if isinstance(value, int | float):
        return not (_AMOUNTS | _PLACES) & set(words_of(parameter.name))
    documented = [*parameter.enum, parameter.example]
    is_choice = bool(parameter.enum) or bool(_CHOICES & set(words_of(parameter.name)[-1:]))
    return isinstance(value, str) and value in documented and is_choice


def _general(draft: Draft, rng: Random, told: set[str], hidden: tuple[int, str, object] | None) -> str:
    """One sentence for what belongs to the whole request: the application, how one signs in."""
    places: dict[str, None] = {}
    sign_ins: dict[str, None] = {}
    for step in draft.steps:
        for name, value in step.arguments.items():
            if name.lower() not in GENERAL | _SIGN_IN or "${" in str(value):
                continue
            told.add(f"{name}={value}")
            if hidden is not None and name == hidden[1]:
                continue
            if name.lower() in _SIGN_IN:
                sign_ins.setdefault(str(value))
            else:
                places.setdefault(handle(name, value, ""))
    where, how = listed(list(places)), listed([one.replace("-", " ").replace("_", " ") for one in sign_ins])
    if where and how:
        return rng.choice(
            (
                f"It is for {where}, signed in with {how}.",
                f"Use {where} and sign in with {how}.",
                f"All of it in {where}, with {how} to sign in.",
                f"You will find it in {where}; sign in with {how}.",
            )
        )
    if where:
        return rng.choice((f"It is for {where}.", f"All of it in {where}.", f"You will find it in {where}."))
    return f"Sign in with {how}." if how else ""


def _clauses(draft: Draft, rng: Random, told: set[str], hidden: tuple[int, str, object] | None) -> list[str]:
    """What is asked for, a clause a step; the same for further things is part of the clause before it."""
    clauses: list[str] = []
    before: list[Step] = []
    for step in draft.steps:
        said = _said(step, rng, told, hidden)
        if any(one.api is step.api for one in before) and not _references(step):
            again = "" if " and do the same " in clauses[-1] else "do the same "
            clauses[-1] += f" and {again}{together(list(said.values())) or 'for the next one'}"
        else:
            clause = clause_of(step, draft, said, rng)
            clauses.append(f"{draft.condition_said}, {clause}" if step.condition else clause)
        before.append(step)
    return clauses


def _said(step: Step, rng: Random, told: set[str], hidden: tuple[int, str, object] | None) -> dict[str, str]:
    """What the task says of a step's values, by argument; `told` holds what is said, and gets what is said now."""
    said: dict[str, str] = {}
    for name, value in step.arguments.items():
        known = f"{name}={value}"
        if (hidden is not None and (step.index, name) == hidden[:2]) or known in told or value == CREDENTIAL:
            continue
        if isinstance(value, str) and "${steps." in value:
            continue
        if part := detail(step.api.by_name[name], value, step.api.goal.noun, rng):
            said[name] = part
            told.add(known)
    return said


def _references(step: Step) -> list[str]:
    return [value for value in step.arguments.values() if isinstance(value, str) and "${steps." in value]
