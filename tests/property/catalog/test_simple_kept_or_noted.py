"""Whatever an entry of the simple form says of its arguments is in the catalog or under a diagnostic.

What is expected is written down while the document is made, in whatever way it is said there.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from shared.catalog.model import Catalog
from tests.builders.documents import read
from tests.builders.lengths import cases

CASES = cases(200, 2_000)
_TYPES = {
    "string": "string",
    "int": "integer",
    "integer": "integer",
    "float": "number",
    "bool": "boolean",
    "date": "string",
}
_HOLDERS = ("parameters", "inputSchema", "input_schema")

type Path = tuple[str, ...]


class Made:
    """A document of the simple form from a seed, with what it must become."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"simple {seed}")
        self._named = 0
        # By entry: each argument, and each field within one, with whether it is required and its type.
        self.wanted: dict[str, dict[Path, tuple[bool, str]]] = {}

    def document(self) -> Any:
        entries = [self._entry(number) for number in range(self._rng.randint(1, 4))]
        if self._rng.random() < 0.3:
            return {"tools": entries}
        return {"name": "shop", "apis": entries}

    def _entry(self, number: int) -> dict[str, Any]:
        name = f"call_{number}"
        arguments: dict[Path, tuple[bool, str]] = {}
        self.wanted[name] = arguments
        way = self._rng.choice((self._rows, self._schema, self._mapping, self._places))
        entry: dict[str, Any] = {"name": name, "description": "Does it", **way(arguments)}
        if self._rng.random() < 0.5:
            entry |= {"method": self._rng.choice(("POST", "PUT")), "path": "/things"}
        return entry

    def _name(self) -> str:
        self._named += 1
        return f"p{self._named}x"

    def _names(self) -> list[str]:
        return [self._name() for _ in range(self._rng.randint(1, 4))]

    def _rows(self, wanted: dict[Path, tuple[bool, str]]) -> dict[str, Any]:
        rows = []
        for name in self._names():
            word, is_needed = self._rng.choice([*_TYPES]), self._rng.random() < 0.5
            wanted[(name,)] = is_needed, _TYPES[word]
            rows.append({"name": name, "type": word, "required": is_needed, "description": "It"})
        return {"parameters": rows}

    def _mapping(self, wanted: dict[Path, tuple[bool, str]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in self._names():
            word, is_needed = self._rng.choice([*_TYPES]), self._rng.random() < 0.5
            wanted[(name,)] = is_needed, _TYPES[word]
            said: Any = {"type": word, "required": is_needed}
            found[name] = (
                said if self._rng.random() < 0.6 else f"{word}, {'required' if is_needed else 'optional'}"
            )
        return {"parameters": found}

    def _places(self, wanted: dict[Path, tuple[bool, str]]) -> dict[str, Any]:
        found = {}
        for place in self._rng.sample(("query", "headers", "body"), 2):
            name, is_needed = self._name(), self._rng.random() < 0.5
            wanted[(name,)] = is_needed, "string"
            found[place] = [{"name": name, "type": "string", "required": is_needed}]
        return found

    def _schema(self, wanted: dict[Path, tuple[bool, str]]) -> dict[str, Any]:
        return {self._rng.choice(_HOLDERS): self._object(wanted, (), 3)}

    def _object(self, wanted: dict[Path, tuple[bool, str]], above: Path, depth: int) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        needed = []
        for name in self._names():
            is_needed, is_deep = self._rng.random() < 0.5, depth > 1 and self._rng.random() < 0.3
            if is_deep:
                wanted[(*above, name)] = is_needed, "object"
                properties[name] = self._object(wanted, (*above, name), depth - 1)
            else:
                kind = self._rng.choice(("string", "integer", "boolean"))
                wanted[(*above, name)] = is_needed, kind
                properties[name] = {"type": kind}
            needed += [name] if is_needed else []
        schema: dict[str, Any] = {"type": "object", "properties": properties, "required": needed}
        if self._rng.random() < 0.3:
            first = next(iter(properties))
            schema = {"allOf": [schema, {"properties": {first: {"description": "Told"}}}]}
        if above and self._rng.random() < 0.2:
            schema["not"] = {"required": [*properties, self._name()]}
        return schema


def lost(wanted: dict[str, dict[Path, tuple[bool, str]]], catalog: Catalog) -> list[str]:
    """What is neither kept nor noted, or kept as something else."""
    apis = {api.name: api for api in catalog.apis}
    found = []
    for entry, arguments in wanted.items():
        for path, expected in arguments.items():
            parameter = apis[entry].parameter(path[0])
            kept: tuple[bool, str] | None = (
                (parameter.required, parameter.type) if parameter is not None else None
            )
            node = parameter.schema if parameter is not None else {}
            for name in path[1:]:
                sub = node.get("properties", {}).get(name)
                kept = (name in node.get("required", ()), sub.get("type", "")) if sub is not None else None
                node = sub or {}
            if kept != expected and not any(path[-1] in one.message for one in catalog.diagnostics):
                found.append(f"{entry} {path}: {expected}, kept as {kept}")
    return found


@pytest.mark.parametrize("block", range(2))
def test_every_argument_and_what_is_in_it_is_kept_or_noted(block: int) -> None:
    checked = deep = 0
    for seed in range(block * CASES // 2, (block + 1) * CASES // 2):
        made = Made(seed)
        root = made.document()
        catalog = read(root)
        assert [api.name for api in catalog.apis] == [*made.wanted], seed
        assert lost(made.wanted, catalog) == [], seed
        checked += sum(map(len, made.wanted.values()))
        deep += sum(len(path) > 1 for one in made.wanted.values() for path in one)
    assert checked > 2 * CASES
    assert deep > CASES / 4
