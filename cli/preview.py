"""Shows what would be taught before anything is paid: assignments in words, and the prompts of a teacher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Blueprint
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import Slice, cut
from shared.teacher.assignment import DIFFICULTIES, SHAPES, VARIATIONS, assignment_message
from shared.teacher.prompt import prompt_cost, system_message


class Preview:
    """The first assignments of a run over a catalog with no other options than a seed."""

    def __init__(self, catalog: Catalog, count: int, seed: int = 0) -> None:
        self._apis = {api.name: api for api in catalog.apis}
        self._slices: dict[int, Slice] = {part.index: part for part in cut(catalog, cost=prompt_cost)}
        self._plan = CoveragePlan(catalog, tuple(self._slices.values()), seed=seed)
        self.blueprints = tuple(self._plan.blueprint(index) for index in range(count))

    def in_words(self) -> str:
        """The assignments for a person: what is taught, with which calls and which data."""
        return "\n\n".join("\n".join(self._told(one)) for one in self.blueprints)

    def prompts(self) -> Iterator[bytes]:
        """Each as one line of JSON: `{"index", "assignment", "messages"}`, the messages that a teacher is sent."""
        for one in self.blueprints:
            apis = [self._apis[name] for name in self._slices[one.slice].apis]
            told = assignment_message(one)
            line = {
                "index": one.index,
                "assignment": orjson.loads(told.split("\n", 2)[1]),
                "messages": [
                    {"role": "system", "content": system_message(apis)},
                    {"role": "user", "content": told},
                ],
            }
            yield orjson.dumps(line)

    def _told(self, one: Blueprint) -> Iterator[str]:
        yield f"{one.index}. {one.difficulty} ({DIFFICULTIES[one.difficulty]}): {SHAPES[one.shape]}"
        for number, name in enumerate(one.focus, 1):
            yield f"   {number}. {_called(self._apis[name])}"
            if given := ", ".join(self._given(one, name)):
                yield f"      with {given}"
        yield f"   asked by {one.persona}"
        yield f"   {one.variation}: {VARIATIONS[one.variation]}"
        yield from (f"   {note}" for note in one.notes)

    def _given(self, one: Blueprint, name: str) -> Iterator[str]:
        """The arguments of a step, each with where its value comes from."""
        numbers = {of: number for number, of in enumerate(one.focus, 1)}
        fed = {flow.parameter: flow for flow in one.flows if flow.consumer == name}
        wanted = {parameter for of, parameter in one.required if of == name}
        fixed = {parameter: value for of, parameter, value in one.given if of == name}
        for parameter in self._apis[name].parameters:
            if parameter.name in fed:
                flow = fed[parameter.name]
                yield f"{parameter.name} from {flow.path} of {numbers[flow.producer]}"
            elif parameter.name in fixed:
                yield f"{parameter.name} = {fixed[parameter.name]}"
            elif parameter.required or parameter.name in wanted:
                yield _asked_for(parameter)


def _called(api: Api) -> str:
    said = api.description.partition(". ")[0].rstrip(".")
    return f"{api.name}: {said}" if said else f"{api.name} ({api.method} {api.path})".replace(" ( )", "")


def _asked_for(parameter: Parameter) -> str:
    values: Any = parameter.enum[0] if len(parameter.enum) == 1 else parameter.schema.get("const")
    return parameter.name if values is None else f"{parameter.name} = {values}"
