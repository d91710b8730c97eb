"""Checks what steps take from each other: outputs, references against response schemas, dependencies of no use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.json_types import SCALARS
from shared.plan.api_check import ApiCheck, reference_misfit
from shared.plan.case import Case
from shared.plan.codes import Finding, finding
from shared.plan.references import Misspelt, Reference, Use, format_path
from shared.plan.schema_paths import branches, in_response, is_object, types


def flow_findings(case: Case) -> Iterator[Finding]:
    """Everything wrong with outputs, references and unused dependencies, in step order."""
    for position, step in enumerate(case.steps):
        path = f"plan.steps[{position}]"
        yield from _output_findings(step, case.checks[position], path)
        for found in case.found[position]:
            where = f"{path}.arguments.{format_path(found.where)}"
            if isinstance(found, Misspelt):
                message = f"{found.text!r} is no reference; write ${{steps.<index>.<path>}}"
                yield finding("unresolved_reference", message, step=step["index"], path=where)
            else:
                yield from _reference_findings(case, step, found, where)
        yield from _unused(case, position, path)


def _output_findings(step: dict[str, Any], check: ApiCheck | None, path: str) -> Iterator[Finding]:
    known = check.outputs if check else None
    if known is None:
        return
    for name in step.get("outputs", []):
        if name not in known and not any(full.startswith(f"{name}.") for full in known):
            has = ", ".join(known[:30]) or "nothing"
            message = f"the response of '{step['api']}' has no '{name}'; it has {has}"
            yield finding("unknown_output", message, step=step["index"], path=f"{path}.outputs")


def _reference_findings(case: Case, step: dict[str, Any], use: Use, where: str) -> Iterator[Finding]:
    reference, index = use.reference, step["index"]
    if not 1 <= reference.step <= len(case.steps):
        message = f"{reference}: there is no step {reference.step}"
        yield finding("unresolved_reference", message, step=index, path=where)
        return
    if reference.step >= index:
        message = f"{reference}: step {reference.step} has not run yet; refer to earlier steps only"
        yield finding("forward_reference", message, step=index, path=where)
        return
    if reference.step not in case.before[index]:
        message = f"{reference}: add {reference.step} to depends_on"
        yield finding("missing_dependency", message, step=index, path=where)
    producer = case.steps[reference.step - 1]
    yield from _produced_findings(case, producer, use, where, index)


def _produced_findings(
    case: Case, producer: dict[str, Any], use: Use, where: str, index: int
) -> Iterator[Finding]:
    reference = use.reference
    if not _is_declared(reference, producer.get("outputs", [])):
        declared = ", ".join(producer.get("outputs", [])) or "none"
        message = (
            f"{reference}: step {reference.step} declares no '{reference.parts[0]}' (outputs: {declared})"
        )
        yield finding("undeclared_output", message, step=index, path=where)
    source = case.checks[reference.step - 1]
    if source is None:
        return
    schemas = in_response(source.api.responses, reference.parts)
    if schemas is None:
        message = (
            f"{reference}: the response of '{producer['api']}' has no such value{_hint(source, reference)}"
        )
        yield finding("unresolved_reference", message, step=index, path=where)
        return
    target = case.checks[index - 1]
    check = target.parameters.get(str(use.where[0])) if target else None
    reason = reference_misfit(check, use, schemas) if check else ""
    if reason:
        yield finding("reference_type", f"{reference}: {reason}", step=index, path=where)


def _unused(case: Case, position: int, path: str) -> Iterator[Finding]:
    step = case.steps[position]
    depends_on = step.get("depends_on", [])
    used = {use.reference.step for use in case.uses[position]} if depends_on else set()
    for other in depends_on:
        if other in used or not case.steps[other - 1].get("outputs"):
            continue
        message = (
            f"no argument uses an output of step {other}: refer to one, drop the dependency, or, if only the "
            f"order matters, leave the outputs of step {other} empty"
        )
        yield finding("unused_dependency", message, step=step["index"], path=f"{path}.depends_on")


def _is_declared(reference: Reference, outputs: list[str]) -> bool:
    first = reference.parts[0]
    return first in outputs or any(
        isinstance(first, str) and output.startswith(f"{first}.") and reference.path.startswith(output)
        for output in outputs
    )


def _hint(source: ApiCheck, reference: Reference) -> str:
    """What the model may have meant: the path up to where it still exists, and what is there."""
    response = source.api.responses
    for length in range(len(reference.parts) - 1, 0, -1):
        schemas = in_response(response, reference.parts[:length])
        if schemas is None:
            continue
        good = format_path(reference.parts[:length])
        kinds = types(schemas)
        if kinds == {"array"} and not isinstance(reference.parts[length], int):
            return f"; '{good}' is a list, write {good}[0]"
        if kinds and kinds <= SCALARS | {"null"}:
            return f"; '{good}' is {' or '.join(sorted(kinds))}"
        names = sorted({name for schema in schemas for name in _names(schema)})
        return f"; '{good}' has {', '.join(names[:30])}" if names else ""
    known = source.outputs
    if known and not is_object(response):
        return f"; the response is no object, its paths begin with {known[0]}"
    return f"; it has {', '.join(known[:30])}" if known else ""


def _names(schema: Any) -> list[str]:
    return [name for branch in branches(schema) for name in branch.get("properties", {})]
