"""APIs as function definitions, and plans as tool calls, in the shape that fine-tuning accepts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter

MAX_TOOLS = 128
"""Tools that the service accepts in one example."""
MAX_NAME = 64
_MAX_DESCRIPTION = 1024
BUDGET = 16_384
"""Bytes of definitions in one example, about 4,000 tokens: they are paid for in every row and epoch."""

_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]")


def function_names(names: Iterable[str]) -> dict[str, str]:
    """API name → function name: `[A-Za-z0-9_-]`, at most 64 characters, unique, independent of the order.

    A name that is one already stays; others get `_` for what does not fit, and a hash where that collides.
    """
    ordered = sorted(set(names))
    proper = {name: _NOT_IN_NAME.sub("_", name)[:MAX_NAME] for name in ordered}
    claims: dict[str, list[str]] = {}
    for name, function in proper.items():
        claims.setdefault(function, []).append(name)
    return {
        name: function if function == name or (len(claims[function]) == 1) else _hashed(function, name)
        for name, function in proper.items()
    }


def _hashed(function: str, name: str) -> str:
    return f"{function[: MAX_NAME - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class Toolbox:
    """The catalog's APIs as tools; the same definition wherever an API is offered.

    A catalog whose definitions fit the budget is offered whole, so that a row looks like the use of the
    model; of a bigger one a row gets what its plan and its confusers need, then neighbours in the catalog.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.functions = function_names(api.name for api in catalog.apis)
        self._apis = {api.name: api for api in catalog.apis}
        self._order = {api.name: number for number, api in enumerate(catalog.apis)}
        self._names = [api.name for api in catalog.apis]
        self._definitions: dict[str, bytes] = {}
        self._whole: bytes | None = self._offer_all()

    def definition(self, name: str) -> bytes:
        """The tool of the API `name`, as JSON."""
        if name not in self._definitions:
            self._definitions[name] = orjson.dumps(
                definition(self._apis.get(name, Api(name)), self.functions.get(name, _foreign(name)))
            )
        return self._definitions[name]

    def offered(self, needed: Iterable[str]) -> bytes:
        """The `tools` array of a row whose plan and confusers need the APIs `needed` (most needed first)."""
        if self._whole is not None:
            return self._whole
        chosen = list(dict.fromkeys(name for name in needed if name in self._apis))[:MAX_TOOLS]
        size = sum(len(self.definition(name)) + 1 for name in chosen)
        for name in self._neighbours(chosen):
            size += len(self.definition(name)) + 1
            if size > BUDGET or len(chosen) >= MAX_TOOLS:
                break
            chosen.append(name)
        return _array(self.definition(name) for name in sorted(chosen, key=self._order.__getitem__))

    def calls(self, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The plan's steps as `tool_calls`; a reference to a step stays a string in the arguments."""
        return [
            {
                "id": f"call_{step['index']}",
                "type": "function",
                "function": {
                    "name": self.functions.get(step["api"], _foreign(step["api"])),
                    "arguments": orjson.dumps(step["arguments"]).decode(),
                },
            }
            for step in plan["steps"]
        ]

    def _offer_all(self) -> bytes | None:
        if len(self._names) > MAX_TOOLS:
            return None
        size = 0
        for name in self._names:
            size += len(self.definition(name)) + 1
            if size > BUDGET:
                return None
        return _array(map(self.definition, self._names))

    def _neighbours(self, chosen: list[str]) -> Iterable[str]:
        """Names nearest to the chosen ones in the catalog's order, not chosen yet."""
        taken = set(chosen)
        places = [self._order[name] for name in chosen]
        for distance in range(1, MAX_TOOLS):
            for place in places:
                for other in (place + distance, place - distance):
                    if 0 <= other < len(self._names) and self._names[other] not in taken:
                        taken.add(self._names[other])
                        yield self._names[other]


def definition(api: Api, function: str) -> dict[str, Any]:
    """One entry of `tools`: name, description and parameters as JSON Schema."""
    parameters: dict[str, Any] = {
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in api.parameters},
        "required": [parameter.name for parameter in api.parameters if parameter.required],
    }
    description = " ".join(api.description.split())[:_MAX_DESCRIPTION] or api.original_name or api.name
    return {
        "type": "function",
        "function": {"name": function, "description": description, "parameters": parameters},
    }


def _property(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if "type" not in schema and parameter.type != "any" and not schema:
        schema["type"] = parameter.type
    if parameter.enum and "enum" not in schema:
        schema["enum"] = list(parameter.enum)
    if parameter.description:
        schema["description"] = " ".join(parameter.description.split())[:_MAX_DESCRIPTION]
    return schema


def _foreign(name: str) -> str:
    return _NOT_IN_NAME.sub("_", name)[:MAX_NAME]


def _array(items: Iterable[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"
