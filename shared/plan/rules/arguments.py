"""Arguments that exclude each other, are deprecated, continue a list from nowhere, or only repeat what was given."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from shared.catalog.model import Api
from shared.curriculum.exclusive import Ties
from shared.curriculum.fields import is_open
from shared.curriculum.nouns import is_variable, path_segments
from shared.curriculum.roles import is_handle
from shared.identifiers import words_of
from shared.plan.case import Case, Literal
from shared.plan.codes import Finding
from shared.plan.place import is_deprecated
from shared.plan.references import Part, Use, parse
from shared.plan.schema_paths import branches

_BY_ITEM = frozenset({("starting", "after"), ("ending", "before"), ("exclusive", "start")})
_CONTINUES = frozenset(
    "next cursor cursors marker token continuation after before bookmark scroll skiptoken link links page paging "
    "pagination last end start previous prev resume sync delta".split()
)


def argument_findings(case: Case) -> Iterator[Finding]:
    """What is wrong with arguments by what the catalog says of them, and with references to what was given."""
    yield from excluded_argument(case)
    yield from deprecated_argument(case)
    yield from token_from_nowhere(case)
    yield from echo_reference(case)
    yield from guessed_reference(case)


def excluded_argument(case: Case) -> Iterator[Finding]:
    """An argument that its description ties to another value of a sibling, and both of two that exclude each other."""
    for position, step in enumerate(case.steps):
        check = case.checks[position]
        if check is None:
            continue
        for name in step["arguments"]:
            message = _excluded(name, check.ties, step["arguments"]) if name in check.parameters else ""
            if message:
                yield case.at_argument("excluded_argument", message, position, (name,))


def _excluded(name: str, ties: Ties, arguments: dict[str, Any]) -> str:
    if name in ties.needs:
        sibling, value = ties.needs[name]
        given = arguments.get(sibling)
        is_literal = given is not None and not (isinstance(given, str) and parse(given))
        if is_literal and given != value:
            return f"'{name}' goes with {sibling} = {value}, but '{sibling}' is {given}: leave it out"
    before = list(arguments)[: list(arguments).index(name)]
    rival = next((other for other in before if other in ties.excludes.get(name, ())), "")
    return f"'{name}' and '{rival}' exclude each other: give one of them" if rival else ""


def deprecated_argument(case: Case) -> Iterator[Finding]:
    """An optional argument, or a field of one, that the catalog calls deprecated."""
    for position, step in enumerate(case.steps):
        check = case.checks[position]
        for name, value in step["arguments"].items() if check else ():
            if check is None or name not in check.deprecated:
                continue
            wheres: list[tuple[Part, ...]] = [(name,)] if check.places[name].is_deprecated else []
            wheres += _old_fields(value, check.parameters[name].schema, (name,))
            for where in wheres[:1]:
                message = f"'{where[-1]}' is deprecated: leave it out, or use what has taken its place"
                yield case.at_argument("deprecated_argument", message, position, where)


def _old_fields(value: Any, schema: Any, where: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    found: list[tuple[Part, ...]] = []
    for branch in branches(schema):
        properties = branch.get("properties")
        required = branch.get("required", ())
        if isinstance(value, dict) and isinstance(properties, dict):
            for name, child in value.items():
                below = properties.get(name)
                if isinstance(below, dict):
                    if is_deprecated(below) and name not in required:
                        found.append((*where, name))
                    found += _old_fields(child, below, (*where, name))
        elif isinstance(value, list) and isinstance(branch.get("items"), dict):
            for number, child in enumerate(value):
                found += _old_fields(child, branch["items"], (*where, number))
    return found


def token_from_nowhere(case: Case) -> Iterator[Finding]:
    """A pagination token that no earlier step yields: a person never has one to give."""
    for literal in case.literals:
        place = literal.place
        if not place.is_cursor or literal.value in (None, "") or _is_documented(literal):
            continue
        reference = parse(literal.value) if isinstance(literal.value, str) else None
        if reference is not None and reference.step <= literal.position:
            use = Use(reference, place.where, whole=True)
            if _continues(use, place.name):
                continue
        message = (
            f"'{place.name}' continues a list, and only an earlier page can yield its value: leave it out, or take "
            "it from the step that read the page before"
        )
        yield case.at_argument("token_from_nowhere", message, literal.position, place.where)


def _is_documented(literal: Literal) -> bool:
    """Whether the value is the documented start of a list (`*`, `-1`), which any caller may give."""
    accepted = [*literal.place.parameter.enum, *(schema.get("default") for schema in literal.place.schemas)]
    return literal.value in accepted or literal.value in ("*", "-1", 0, -1, "0")


def _continues(use: Use, name: str) -> bool:
    if not _BY_ITEM.isdisjoint(pairwise(words_of(name))):
        return True
    spoken = {word for part in use.reference.parts if isinstance(part, str) for word in words_of(part)}
    return bool(spoken & _CONTINUES)


def echo_reference(case: Case) -> Iterator[Finding]:
    """A reference to what the producing step was itself given: waiting for one's own argument."""
    for position in range(len(case.steps)):
        for use in case.uses[position]:
            producer = case.checks[use.reference.step - 1]
            given = case.steps[use.reference.step - 1]["arguments"]
            if producer is not None and is_echo(producer.api, given, use.reference.parts):
                message = (
                    f"{use.reference} is what step {use.reference.step} was given; write the value itself, unless the "
                    "step has to come first"
                )
                yield case.at_argument("echo_reference", message, position, use.where)


def guessed_reference(case: Case) -> Iterator[Finding]:
    """The id of a thing, taken from what a call lists about one such thing, where the call's answer is unknown.

    What is found in a table is no table: the rows of a query take other names than the thing that is queried.
    """
    for position in range(len(case.steps)):
        for use in case.uses[position]:
            producer = case.checks[use.reference.step - 1]
            if producer is None or len(use.where) != 1 or not is_open(producer.api.responses):
                continue
            name, given = str(use.where[0]), case.steps[use.reference.step - 1]["arguments"]
            is_out_of_list = any(isinstance(part, int) for part in use.reference.parts)
            if is_out_of_list and name in given and is_handle(name):
                message = (
                    f"{use.reference} is guessed: step {use.reference.step} looks into one '{name}', and nothing says "
                    "that it gives others; take the value from the task or from a step that is known to give it"
                )
                yield case.at_argument("guessed_reference", message, position, use.where)


def is_echo(api: Api, given: dict[str, Any], parts: tuple[Part, ...]) -> bool:
    """Whether a response path repeats an argument: same names and nesting, or `id` for the last path variable."""
    value: Any = given
    for part in parts:
        if not _holds(value, part):
            return parts == ("id",) and _last_variable(api) in given
        value = value[part]
    return not isinstance(value, dict | list)


def _holds(value: Any, part: Part) -> bool:
    if isinstance(part, str):
        return isinstance(value, dict) and part in value
    return isinstance(value, list) and part < len(value)


def _last_variable(api: Api) -> str:
    """The name of the variable that a path ends in, "" if it ends in a fixed segment."""
    segments = path_segments(api.path)
    return segments[-1].strip("{}:<>") if segments and is_variable(segments[-1]) else ""
