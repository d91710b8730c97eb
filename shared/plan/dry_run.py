"""Runs a plan on paper: each call answers with a fake made from its response schema, references are resolved in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.json_types import SCALARS
from shared.plan.api_check import ApiCheck
from shared.plan.case import Case
from shared.plan.codes import Finding, finding
from shared.plan.references import Part, Reference, Use, format_path, replace
from shared.plan.sample import sample
from shared.plan.schema_paths import RESULT, in_response, is_known, is_object, type_of, types

_MISSING = object()


@dataclass(slots=True)
class Run:
    """What a dry run did.

    Attributes:
        calls: per step run, the API and the arguments with their references replaced.
        findings: why it stopped; empty if every step ran.
    """

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def _fake(check: ApiCheck, parts: tuple[Part, ...]) -> tuple[Any, bool]:
    """The value at a path of the fake response of `check`, and whether its type is known.

    A list's one fake element stands for every position; below what the fake holds, the schema is asked.

    Raises LookupError if there is no such value.
    """
    response = check.api.responses
    if not is_known(response):
        return "sample", False
    below = parts[1:] if parts[0] == RESULT and not is_object(response) else parts
    value = _walk(check.fake, below)
    if value is not _MISSING and value is not None:
        return value, bool(types(in_response(response, parts) or [{}]))
    schemas = in_response(response, parts)
    if schemas is None:
        raise LookupError(format_path(parts))
    return sample(schemas[0]), bool(types(schemas))


def _walk(value: Any, parts: tuple[Part, ...]) -> Any:
    for part in parts:
        if isinstance(part, int) and isinstance(value, list) and value:
            value = value[0]
        elif isinstance(part, str) and isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return _MISSING
    return value


def dry_run(case: Case) -> Run:
    """Interpret the steps in order; stops at the first that cannot run.

    A step runs when its API is known, its dependencies have run, each of its references resolves in the response of a
    step that has run, and each replaced argument still has a type its parameter takes.
    """
    run = Run()
    answered: dict[int, ApiCheck] = {}
    steps = zip(case.steps, case.checks, case.references, strict=True)
    for position, (step, check, uses) in enumerate(steps):
        problem = _problem(step, check, uses, answered, run)
        if check is None or problem:
            path = f"plan.steps[{position}]"
            run.findings.append(finding("dry_run", problem, step=step["index"], path=path))
            break
        answered[step["index"]] = check
    return run


def _problem(
    step: dict[str, Any],
    check: ApiCheck | None,
    uses: list[Use],
    answered: dict[int, ApiCheck],
    run: Run,
) -> str:
    if check is None:
        return f"'{step['api']}' cannot be called: the catalog does not have it"
    late = [other for other in step.get("depends_on", []) if other not in answered]
    if late:
        return f"step {late[0]} has not run"
    values: dict[Reference, Any] = {}
    typed: set[Reference] = set()
    for use in uses:
        reference = use.reference
        if reference.step not in answered:
            return f"{reference} resolves to nothing: step {reference.step} has not run"
        try:
            values[reference], is_typed = _fake(answered[reference.step], reference.parts)
        except LookupError:
            return f"{reference} resolves to nothing in the response of step {reference.step}"
        typed |= {reference} if is_typed else set()
    arguments = replace(step["arguments"], values) if uses else step["arguments"]
    run.calls.append((step["api"], arguments))
    sure = [use for use in uses if use.reference in typed]
    return next((problem for use in sure if (problem := _type_problem(check, use, arguments))), "")


def _type_problem(check: ApiCheck, use: Use, arguments: dict[str, Any]) -> str:
    """Why a whole argument that a reference filled cannot be sent, "" if it can."""
    name = str(use.where[0])
    parameter = check.parameters.get(name)
    if parameter is None or len(use.where) > 1 or not use.whole:
        return ""
    kind, wanted = type_of(arguments[name]), types([parameter.schema])
    numbers = {"integer", "number"}
    fits = not wanted or kind in wanted or (kind in numbers and wanted & numbers)
    if fits or (parameter.as_text and kind in SCALARS and "string" in wanted):
        return ""
    return f"'{name}' would be sent as {kind}, not {' or '.join(sorted(wanted))}"
