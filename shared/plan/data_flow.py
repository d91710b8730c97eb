"""Checks what steps take from each other: indices, dependencies, references against response schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.json_types import SCALARS
from shared.plan.api_check import ApiCheck, reference_misfit
from shared.plan.codes import Finding, finding
from shared.plan.references import Misspelt, Reference, Use, find, format_path
from shared.plan.schema_paths import branches, in_response, is_object, types

Steps = list[dict[str, Any]]


def _index_findings(steps: Steps) -> Iterator[Finding]:
    for position, step in enumerate(steps):
        if step["index"] != position + 1:
            message = f"step {position + 1} has index {step['index']}; number the steps 1, 2, 3, … in order"
            yield finding("bad_index", message, step=step["index"], path=f"plan.steps[{position}].index")


def _dependency_findings(steps: Steps) -> Iterator[Finding]:
    on_cycle = _on_cycle(steps)
    for position, step in enumerate(steps):
        index, path = step["index"], f"plan.steps[{position}].depends_on"
        for other in step.get("depends_on", []):
            if other > len(steps) or other < 1:
                yield finding("bad_dependency", f"there is no step {other}", step=index, path=path)
            elif other >= index and index in on_cycle and other in on_cycle:
                yield finding(
                    "cycle", f"steps {index} and {other} wait for each other", step=index, path=path
                )
            elif other >= index:
                message = f"step {other} comes later; a step depends only on earlier ones"
                yield finding("bad_dependency", message, step=index, path=path)
        if len(set(step.get("depends_on", []))) != len(step.get("depends_on", [])):
            yield finding("bad_dependency", "a dependency is listed twice", step=index, path=path)


def _on_cycle(steps: Steps) -> set[int]:
    """Indices of the steps that a circle of dependencies keeps from ever starting, or that lie on it."""
    if all(other < step["index"] for step in steps for other in step.get("depends_on", [])):
        return set()
    waiting = {step["index"]: set(step.get("depends_on", [])) for step in steps}
    left = {index: {other for other in others if other in waiting} for index, others in waiting.items()}
    while True:
        free = {index for index, others in left.items() if not others}
        free |= {index for index in left if not any(index in others for others in left.values())}
        if not free:
            return set(left)
        left = {index: others - free for index, others in left.items() if index not in free}


class DataFlow:
    """The references of one plan.

    Attributes:
        disorder: steps whose index is not their position; if there is none, dependencies on steps that are missing,
            later, or the step itself. Of a plan that has any, nothing else can be said.
        found: for each step the references in its arguments, misspelt ones included.
        uses: those of them that are references.
        before: for each step index the steps that are done for sure when it starts.
    """

    def __init__(self, steps: Steps, checks: Mapping[str, ApiCheck]) -> None:
        self.steps = steps
        self.checks = checks
        self.disorder = list(_index_findings(steps)) or list(_dependency_findings(steps))
        self.found = [find(step["arguments"]) for step in steps]
        self.uses = [[use for use in found if isinstance(use, Use)] for found in self.found]
        self.before = _before(steps)

    def findings(self) -> Iterator[Finding]:
        """Everything wrong with outputs, references and unused dependencies, in step order."""
        for position, step in enumerate(self.steps):
            path = f"plan.steps[{position}]"
            yield from self._output_findings(step, path)
            for found in self.found[position]:
                where = f"{path}.arguments.{format_path(found.where)}"
                if isinstance(found, Misspelt):
                    message = f"{found.text!r} is no reference; write ${{steps.<index>.<path>}}"
                    yield finding("unresolved_reference", message, step=step["index"], path=where)
                else:
                    yield from self._reference_findings(step, found, where)
            yield from self._unused(position, step, path)

    def _output_findings(self, step: dict[str, Any], path: str) -> Iterator[Finding]:
        check = self.checks.get(step["api"])
        known = check.outputs if check else None
        if known is None:
            return
        for name in step.get("outputs", []):
            if name not in known and not any(full.startswith(f"{name}.") for full in known):
                has = ", ".join(known[:30]) or "nothing"
                message = f"the response of '{step['api']}' has no '{name}'; it has {has}"
                yield finding("unknown_output", message, step=step["index"], path=f"{path}.outputs")

    def _reference_findings(self, step: dict[str, Any], use: Use, where: str) -> Iterator[Finding]:
        reference, index = use.reference, step["index"]
        if not 1 <= reference.step <= len(self.steps):
            message = f"{reference}: there is no step {reference.step}"
            yield finding("unresolved_reference", message, step=index, path=where)
            return
        if reference.step >= index:
            message = f"{reference}: step {reference.step} has not run yet; refer to earlier steps only"
            yield finding("forward_reference", message, step=index, path=where)
            return
        if reference.step not in self.before[index]:
            message = f"{reference}: add {reference.step} to depends_on"
            yield finding("missing_dependency", message, step=index, path=where)
        producer = self.steps[reference.step - 1]
        yield from self._produced_findings(step, producer, use, where)

    def _produced_findings(
        self, step: dict[str, Any], producer: dict[str, Any], use: Use, where: str
    ) -> Iterator[Finding]:
        reference, index = use.reference, step["index"]
        if not _is_declared(reference, producer.get("outputs", [])):
            declared = ", ".join(producer.get("outputs", [])) or "none"
            message = (
                f"{reference}: step {reference.step} declares no '{reference.parts[0]}' (outputs: {declared})"
            )
            yield finding("undeclared_output", message, step=index, path=where)
        source = self.checks.get(producer["api"])
        if source is None:
            return
        schemas = in_response(source.api.responses, reference.parts)
        if schemas is None:
            message = f"{reference}: the response of '{producer['api']}' has no such value{_hint(source, reference)}"
            yield finding("unresolved_reference", message, step=index, path=where)
            return
        target = self.checks.get(step["api"])
        check = target.parameters.get(str(use.where[0])) if target else None
        reason = reference_misfit(check, use, schemas) if check else ""
        if reason:
            yield finding("reference_type", f"{reference}: {reason}", step=index, path=where)

    def _unused(self, position: int, step: dict[str, Any], path: str) -> Iterator[Finding]:
        depends_on = step.get("depends_on", [])
        used = {use.reference.step for use in self.uses[position]} if depends_on else set()
        for other in depends_on:
            if other in used or not self.steps[other - 1].get("outputs"):
                continue
            message = (
                f"no argument uses an output of step {other}: refer to one, drop the dependency, or, if only the "
                f"order matters, leave the outputs of step {other} empty"
            )
            yield finding("unused_dependency", message, step=step["index"], path=f"{path}.depends_on")


def _before(steps: Steps) -> dict[int, set[int]]:
    """For each step the steps that are done for sure when it starts: its dependencies and theirs."""
    before: dict[int, set[int]] = {}
    for step in steps:
        done: set[int] = set()
        for other in step.get("depends_on", []):
            done |= {other} | before.get(other, set())
        before[step["index"]] = done
    return before


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
