"""What all checks of a plan look at: its record, the steps with their order, references and values, the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.plan.catalog_words import CatalogWords
from shared.plan.codes import Finding, finding
from shared.plan.place import Place
from shared.plan.references import Part, Use, find, format_path
from shared.plan.schema_paths import at

if TYPE_CHECKING:
    from shared.plan.api_check import ApiCheck

Steps = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value inside a step's arguments that is no object and no list.

    Attributes:
        position: of the step.
        value: text, number, flag or None; a text may hold references.
        place: where in the arguments it stands, and what the catalog says of it.
    """

    position: int
    value: Any
    place: Place


class Case:
    """One record whose schema is sound.

    Attributes:
        apis: every API of the catalog, compiled, by name.
        words: what the catalog itself says.
        disorder: steps whose index is not their position; if there is none, dependencies on steps that are missing,
            later, or the step itself. Of a plan that has any, nothing can be said but of each call by itself.
        checks: for each step the compiled API that it calls, None for one that the catalog does not have.
        found: for each step the references in its arguments, misspelt ones included.
        references: for each step those that are spelt right.
        uses: for each step those of them that point at an earlier step.
        before: for each step index the steps that are done for sure when it starts.
        literals: every value of every step, in document order; arguments that the API does not take are left out.
    """

    def __init__(self, value: Mapping[str, Any], apis: Mapping[str, ApiCheck], words: CatalogWords) -> None:
        self.task: str = value.get("task_nl", "")
        self.assumptions: list[str] = list(value.get("assumptions", ()))
        self.constraints: Mapping[str, Any] = value["plan"].get("global_constraints", {})
        self.confusers: list[str] = list(value.get("negatives", {}).get("confusers", ()))
        self.apis = apis
        self.words = words
        self.steps: Steps = value["plan"]["steps"]
        self.disorder = list(_index_findings(self.steps)) or list(_dependency_findings(self.steps))
        self.checks = [apis.get(step["api"]) for step in self.steps]
        self.found = [find(step["arguments"]) for step in self.steps]
        self.references = [[use for use in found if isinstance(use, Use)] for found in self.found]
        self.uses = [
            [use for use in uses if 1 <= use.reference.step < step["index"]]
            for step, uses in zip(self.steps, self.references, strict=True)
        ]
        self.before = _before(self.steps)
        self.literals = tuple(self._literals())

    def _literals(self) -> Iterator[Literal]:
        for position, step in enumerate(self.steps):
            check = self.checks[position]
            for name, value in step["arguments"].items() if check else ():
                whole = check.places.get(name) if check else None
                if whole is None:
                    continue
                for where, leaf in leaves(value, (name,)):
                    place = whole
                    if len(where) > 1:
                        schemas = at(whole.schemas[0], where[1:]) or ()
                        parts = tuple(schema for schema in schemas if isinstance(schema, dict))
                        place = Place(whole.parameter, where, parts)
                    yield Literal(position, leaf, place)

    def at_argument(self, code: str, message: str, position: int, where: tuple[Part, ...]) -> Finding:
        """A finding about a value inside a step's arguments."""
        path = f"plan.steps[{position}].arguments.{format_path(where)}"
        return finding(code, message, step=self.steps[position]["index"], path=path)


def leaves(value: Any, where: tuple[Part, ...]) -> Iterator[tuple[tuple[Part, ...], Any]]:
    """Every value in `value` that is no object and no list, with its path."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, (*where, name))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from leaves(child, (*where, number))
    else:
        yield where, value


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


def _before(steps: Steps) -> dict[int, set[int]]:
    """For each step the steps that are done for sure when it starts: its dependencies and theirs."""
    before: dict[int, set[int]] = {}
    for step in steps:
        done: set[int] = set()
        for other in step.get("depends_on", []):
            done |= {other} | before.get(other, set())
        before[step["index"]] = done
    return before
