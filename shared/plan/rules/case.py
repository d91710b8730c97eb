"""What a rule looks at: one record, its steps with their references and literals, and its catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.catalog.model import Parameter
from shared.curriculum.kinds import is_cursor
from shared.plan.codes import Finding, finding
from shared.plan.data_flow import DataFlow
from shared.plan.references import Part, format_path
from shared.plan.rules.catalog_words import SINGLES, VALUES, CatalogWords
from shared.plan.schema_paths import at, branches


@dataclass(frozen=True)
class Literal:
    """A value inside a step's arguments that is no object and no list.

    Attributes:
        position: of the step.
        where: path inside the arguments, the argument's name first.
        value: text, number, flag or None; a text may hold references.
        parameter: what the catalog says of the argument.
        schemas: sub-schemas that the value may have; empty where nothing is known.
    """

    position: int
    where: tuple[Part, ...]
    value: Any
    parameter: Parameter
    schemas: tuple[dict[str, Any], ...]

    @cached_property
    def name(self) -> str:
        """The last name on the way to the value: what it is called."""
        return next(str(part) for part in reversed(self.where) if isinstance(part, str))

    @cached_property
    def is_cursor(self) -> bool:
        """Whether it says where in a list to go on."""
        return is_cursor(self.name)

    @cached_property
    def documented(self) -> list[Any]:
        """Values that the catalog gives for it: enum, const, default, example; the whole argument's first."""
        found: list[Any] = []
        for example in (self.parameter.default, self.parameter.schema.get("example")):
            found += _inside(example, self.where[1:])
        if len(self.where) == 1:
            found += self.parameter.enum
        for branch in [branch for schema in self.schemas for branch in branches(schema)]:
            found += [branch[key] for key in SINGLES if key in branch]
            found += [value for key in VALUES if isinstance(branch.get(key), list) for value in branch[key]]
        return found

    @property
    def description(self) -> str:
        """What the catalog says of this very value, the argument's own words included."""
        told = [str(schema.get("description") or schema.get("title") or "") for schema in self.schemas]
        return " ".join([self.parameter.description, *told])


class Case:
    """One record whose schema, indices and dependencies are sound.

    Attributes:
        checks: for each step the compiled API that it calls, None for one that the catalog does not have.
        uses: for each step the references in its arguments that point at an earlier step.
        words: what the catalog itself says.
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

    @cached_property
    def literals(self) -> tuple[Literal, ...]:
        """Every value of every step, in document order; arguments that the API does not take are left out."""
        return tuple(self._literals())

    def _literals(self) -> Iterator[Literal]:
        for position, step in enumerate(self.steps):
            check = self.checks[position]
            for name, value in step["arguments"].items() if check else ():
                known = check.parameters.get(name) if check else None
                if known is None:
                    continue
                for where, leaf in leaves(value, (name,)):
                    schemas = at(known.schema, where[1:]) or ()
                    parts = tuple(schema for schema in schemas if isinstance(schema, dict))
                    yield Literal(position, where, leaf, known.parameter, parts)

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


def _inside(value: Any, where: tuple[Part, ...]) -> list[Any]:
    """What an example holds at a path; any element of a list stands for every position."""
    current = [value]
    for part in where:
        following: list[Any] = []
        for node in current:
            if isinstance(part, int) and isinstance(node, list):
                following += node
            elif isinstance(node, dict) and part in node:
                following.append(node[part])
        current = following
    return [node for node in current if node is not None and not isinstance(node, dict | list)]
