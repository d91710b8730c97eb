"""What a rule looks at: one record, its steps with their references and literals, and its catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.plan.catalog_words import CatalogWords
from shared.plan.codes import Finding, finding
from shared.plan.data_flow import DataFlow
from shared.plan.place import Place
from shared.plan.references import Part, format_path
from shared.plan.schema_paths import at


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
    """One record whose schema, indices and dependencies are sound.

    Attributes:
        checks: for each step the compiled API that it calls, None for one that the catalog does not have.
        uses: for each step the references in its arguments that point at an earlier step.
        words: what the catalog itself says.
        literals: every value of every step, in document order; arguments that the API does not take are left out.
    """

    def __init__(self, value: Mapping[str, Any], flow: DataFlow, words: CatalogWords) -> None:
        self.task: str = value.get("task_nl", "")
        self.assumptions: list[str] = list(value.get("assumptions", ()))
        self.constraints: Mapping[str, Any] = value["plan"].get("global_constraints", {})
        self.confusers: list[str] = list(value.get("negatives", {}).get("confusers", ()))
        self.flow = flow
        self.steps = flow.steps
        self.checks = [flow.checks.get(step["api"]) for step in flow.steps]
        self.uses = [
            [use for use in uses if 1 <= use.reference.step < step["index"]]
            for step, uses in zip(flow.steps, flow.uses, strict=True)
        ]
        self.words = words
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
