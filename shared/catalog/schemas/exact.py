"""Copies sub-schemas of conditions (`if`, `not`, `then` …) completely, or not at all."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.keywords import CONSTRAINTS, asks_nothing, scalar_keywords
from shared.catalog.schemas.patterns import is_fit
from shared.catalog.schemas.refs import Refs
from shared.json_types import JSON_TYPES
from shared.scrub.plain import plain
from shared.scrub.text import scrub_key

_DEEPEST = 8
_MOST_VALUES = 100
_ONE = frozenset(
    "items additionalProperties not if then else contains propertyNames unevaluatedProperties".split()
)
_LISTS = frozenset("allOf anyOf oneOf prefixItems".split())
_MAPS = frozenset("properties patternProperties dependentSchemas".split())
_SCALARS = CONSTRAINTS - _ONE - _LISTS - _MAPS
_COUNTS = ("minContains", "maxContains")


class Exact:
    """Makes closed copies of schemas of one document with at most `nodes` sub-schemas.

    A `not` or `if` with a part missing would mean something else.
    """

    def __init__(self, refs: Refs, reading: Reading, *, beside_refs: bool, nodes: int) -> None:
        self._refs = refs
        self._reading = reading
        self._beside_refs = beside_refs
        self._nodes = nodes

    def copy(self, condition: dict[str, Any]) -> JsonSchema | None:
        """The schema without references and descriptions; None if any part cannot be kept."""
        made = self._copy(condition, [self._nodes], 0)
        return made if isinstance(made, dict) else None

    def _copy(self, schema: Any, left: list[int], depth: int) -> JsonSchema | bool | None:
        left[0] -= 1
        if left[0] < 0 or depth > _DEEPEST:
            return None
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            return None
        if "$ref" in schema or "$dynamicRef" in schema:
            return self._followed(schema, left, depth)
        made = self._scalars(schema)
        if made is None:
            return None
        for word, value in schema.items():
            if word in _ONE:
                made[word] = self._copy(value, left, depth + 1)
            elif word in _LISTS:
                made[word] = self._list(value, left, depth + 1)
            elif word in _MAPS:
                made[word] = self._map(word, value, left, depth + 1)
            else:
                continue
            if made[word] is None:
                return None
        return made

    def _followed(self, schema: dict[str, Any], left: list[int], depth: int) -> JsonSchema | bool | None:
        ref = schema.get("$ref", schema.get("$dynamicRef"))
        target = self._refs.find(ref) if isinstance(ref, str) else None
        rest = {word: value for word, value in schema.items() if word not in ("$ref", "$dynamicRef")}
        if target is None:
            return None
        if not self._beside_refs or CONSTRAINTS.isdisjoint(rest):
            return self._copy(target, left, depth + 1)
        return self._copy({"allOf": [target, rest]}, left, depth)

    def _list(self, value: Any, left: list[int], depth: int) -> list[Any] | None:
        if not isinstance(value, list) or not value:
            return None
        made = [self._copy(one, left, depth) for one in value]
        return None if None in made else made

    def _map(self, word: str, value: Any, left: list[int], depth: int) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        made: dict[str, Any] = {}
        for name, sub in value.items():
            if not isinstance(name, str) or scrub_key(name) != name:
                return None
            if word == "patternProperties" and not is_fit(name):
                return None
            made[name] = self._copy(sub, left, depth)
        return None if None in made.values() else made

    def _scalars(self, schema: dict[str, Any]) -> JsonSchema | None:
        """The keywords without sub-schemas; None if one of them cannot be kept."""
        closed = scalar_keywords(schema)
        for word, value in schema.items():
            if word == "type" and not self._is_type(value):
                return None
            if word == "required" and (names := self._names(value)) is not None:
                closed["required"] = names
            elif word == "dependentRequired":
                closed[word] = self._needs(value)
                if closed[word] is None:
                    return None
            elif word in _COUNTS:
                if type(value) is not int or value < 0:
                    return None
                closed[word] = value
            elif word in ("enum", "const"):
                kept = self._values(value if word == "enum" else [value])
                if kept is None:
                    return None
                closed["enum"] = kept
            elif word in _SCALARS and word not in closed and not asks_nothing(word, schema):
                return None
        return closed

    def _names(self, value: Any) -> list[str] | None:
        if not isinstance(value, list):
            return None
        kept = [name for name in value if isinstance(name, str) and scrub_key(name) == name]
        return [*dict.fromkeys(kept)] if len(kept) == len(value) else None

    def _needs(self, value: Any) -> dict[str, list[str]] | None:
        if not isinstance(value, dict) or self._names([*value]) is None:
            return None
        made = {name: names for name, listed in value.items() if (names := self._names(listed)) is not None}
        return made if len(made) == len(value) else None

    def _values(self, values: Any) -> list[Any] | None:
        if not isinstance(values, list) or not 0 < len(values) <= _MOST_VALUES:
            return None
        kept = [plain(value) for value in values]
        return kept if kept == values and self._reading.scrubbed(kept, "", "") == kept else None

    @staticmethod
    def _is_type(value: Any) -> bool:
        words = value if isinstance(value, list) else [value]
        return bool(words) and all(isinstance(word, str) and word in JSON_TYPES for word in words)
