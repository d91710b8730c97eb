"""One API, compiled for checking the steps that call it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from shared.catalog.model import Api
from shared.curriculum.exclusive import Ties, ties_of
from shared.plan.case import Case
from shared.plan.codes import Finding, finding
from shared.plan.condition_check import ConditionCheck
from shared.plan.fit import describe, misfit
from shared.plan.json_text import shown
from shared.plan.parameter_check import ParameterCheck, Problem, dotted
from shared.plan.place import Place
from shared.plan.references import Part, Use
from shared.plan.resources import offered_ids
from shared.plan.sample import sample
from shared.plan.schema_paths import at, output_names, types

_CANDIDATES = 6
_COMPARED_NAMES = 2000
_PYTHON_PAIRS = {"[": "]", "{": "}", "(": ")"}


class ApiCheck:
    """Checks of one API; its parameters are compiled on the first call."""

    def __init__(self, api: Api) -> None:
        self.api = api

    @cached_property
    def parameters(self) -> dict[str, ParameterCheck]:
        """Parameters by name; of two with one name the first."""
        first = {parameter.name: parameter for parameter in reversed(self.api.parameters)}
        return {
            name: ParameterCheck(first[name]) for name in dict.fromkeys(p.name for p in self.api.parameters)
        }

    @cached_property
    def places(self) -> dict[str, Place]:
        """What the catalog says of each argument as a whole, by name."""
        return {
            name: Place(check.parameter, (name,), (check.schema,)) for name, check in self.parameters.items()
        }

    @cached_property
    def ties(self) -> Ties:
        """What the arguments say of each other."""
        return ties_of(self.api)

    @cached_property
    def deprecated(self) -> frozenset[str]:
        """Arguments that are called deprecated, or hold fields that are."""
        return frozenset(name for name, place in self.places.items() if place.may_be_deprecated)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the arguments that no call may lack, in the order of the source."""
        return tuple(dict.fromkeys(parameter.name for parameter in self.api.parameters if parameter.required))

    @cached_property
    def conditions(self) -> tuple[ConditionCheck, ...]:
        """What the arguments of the body satisfy together."""
        return tuple(ConditionCheck(condition) for condition in self.api.conditions)

    @cached_property
    def offered(self) -> frozenset[str]:
        """Resources whose id the response holds."""
        return offered_ids(self.api)

    @cached_property
    def fake(self) -> Any:
        """A response that the schema allows, the same every time."""
        return sample(self.api.responses)

    @cached_property
    def outputs(self) -> tuple[str, ...] | None:
        """First names of paths into the response; None where any may do."""
        return output_names(self.api.responses)

    def call_findings(self, step: dict[str, Any], uses: Sequence[Use], path: str) -> Iterator[Finding]:
        """What is wrong with a step's arguments, the references in them, `uses`, left out.

        `path` is the step's place in the record.
        """
        arguments, index = step["arguments"], step["index"]
        for name in self.required:
            if name not in arguments:
                message = f"'{self.api.name}' needs '{name}' ({describe([self.parameters[name].schema])})"
                yield finding("missing_argument", message, step=index, path=f"{path}.arguments")
        for name, value in arguments.items():
            where = f"{path}.arguments.{name}"
            check = self.parameters.get(name)
            if check is None:
                yield finding("unknown_argument", self._unknown(name), step=index, path=where)
                continue
            inside = [use for use in uses if use.where[0] == name]
            for problem in argument_problems(check, value, inside):
                place = f"{path}.arguments.{dotted(name, problem.where)}"
                subject = dotted(name, problem.where)
                yield finding(problem.code, f"'{subject}': {problem.message}", step=index, path=place)
        if self.api.conditions:
            yield from self._condition_findings(step, uses, f"{path}.arguments")

    def _condition_findings(self, step: dict[str, Any], uses: Sequence[Use], path: str) -> Iterator[Finding]:
        in_body = {
            name: value
            for name, value in step["arguments"].items()
            if (check := self.parameters.get(name)) and check.parameter.location in ("body", "form")
        }
        referring = in_body.keys() & {str(use.where[0]) for use in uses}
        for condition in self.conditions:
            for problem in condition.problems(in_body, referring):
                yield finding(
                    problem.code, f"the arguments: {problem.message}", step=step["index"], path=path
                )

    def _unknown(self, name: str) -> str:
        known = ", ".join(list(self.parameters)[:40])
        takes = f"it takes {known}" if known else "it takes no arguments"
        return f"'{self.api.name}' has no argument '{name}'; {takes}"


def calls_findings(case: Case) -> list[Finding]:
    """What is wrong with the calls of a plan, each by itself: APIs that the catalog does not have, and arguments."""
    found: list[Finding] = []
    steps = zip(case.steps, case.checks, case.references, strict=True)
    for position, (step, check, uses) in enumerate(steps):
        path = f"plan.steps[{position}]"
        if check is None:
            message = _no_such_api(step["api"], case.apis)
            found.append(finding("unknown_api", message, step=step["index"], path=f"{path}.api"))
        else:
            found += check.call_findings(step, uses, path)
    return found


def _no_such_api(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known)[:_COMPARED_NAMES], n=3, cutoff=0.5)
    return f"there is no API '{name}'" + (f"; near: {', '.join(near)}" if near else "")


def argument_problems(check: ParameterCheck, value: Any, uses: Sequence[Use]) -> list[Problem]:
    """What is wrong with an argument's literal part; the references in it are taken to fit where they stand."""
    if uses:
        return _problems_around(check, value, uses)
    return _python_text(value) if check.accepts(value) else check.problems(value)


def _python_text(value: Any) -> list[Problem]:
    """A text that spells a Python list, dict or None where the parameter takes any text."""
    if not isinstance(value, str) or len(value) < 4:
        return []
    closing = _PYTHON_PAIRS.get(value[0])
    if value == "None" or (closing and value[-1] == closing and value[1:].lstrip()[:1] == "'"):
        return [Problem("python_repr", (), "the text is a Python value; write JSON, or plain words")]
    return []


def _problems_around(check: ParameterCheck, value: Any, uses: Sequence[Use]) -> list[Problem]:
    wheres = {use.where[1:] for use in uses}
    if () in wheres:
        return _whole_problems(check, uses)
    first: list[Problem] | None = None
    for choice in range(_CANDIDATES):
        filled, more = value, False
        for where in wheres:
            options = at(check.schema, where) or [{}]
            more = more or choice + 1 < len(options)
            filled = _put(filled, where, sample(options[min(choice, len(options) - 1)]))
        problems = [p for p in check.problems(filled) if not _concerns(p, wheres)]
        if not problems:
            return []
        first = first or problems
        if not more:
            break
    return first or []


def _whole_problems(check: ParameterCheck, uses: Sequence[Use]) -> list[Problem]:
    values = check.schema.get("enum", [check.schema["const"]] if "const" in check.schema else [])
    if isinstance(values, list) and len(values) == 1:
        return [Problem("not_in_enum", (), f"must be written out as {shown(values[0])}")]
    kinds = types([check.schema])
    if kinds and "string" not in kinds and not uses[0].whole:
        return [Problem("wrong_type", (), f"is text round a reference, not {describe([check.schema])}")]
    return []


def _put(value: Any, where: tuple[Part, ...], new: Any) -> Any:
    if not where:
        return new
    part, rest = where[0], where[1:]
    if isinstance(value, dict):
        return {name: _put(child, rest, new) if name == part else child for name, child in value.items()}
    return [_put(child, rest, new) if position == part else child for position, child in enumerate(value)]


def _concerns(problem: Problem, wheres: set[tuple[Part, ...]]) -> bool:
    """Whether a problem lies in what stands in for a reference."""
    return any(problem.where[: len(where)] == where for where in wheres)


def reference_misfit(check: ParameterCheck, use: Use, producer: list[Any]) -> str:
    """Why the referenced value cannot stand where it is used, "" if it can."""
    kinds = types(producer) - {"null"}
    if not use.whole:
        scalar = not kinds or kinds & {"string", "integer", "number", "boolean"}
        return "" if scalar else f"it is {describe(producer)} and cannot be part of a text"
    below = use.where[1:]
    accepted = at(check.schema, below) if below else [check.schema]
    if accepted is None:
        return ""
    reasons = [misfit(producer, schema, as_text=check.as_text and not below) for schema in accepted]
    return "" if "" in reasons else reasons[0]
