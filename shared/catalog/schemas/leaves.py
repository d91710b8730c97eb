"""The keywords of schemas without sub-schemas: types, bounds and allowed values, scrubbed."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.fitness import fits
from shared.catalog.schemas.keywords import BEYOND_LEAF, ENUM_LIMIT, scalar_keywords, schema_types
from shared.catalog.schemas.typed_values import fit_enum, fitted
from shared.scrub.plain import are_plain, plain

_SHORT = 60
# What tools write where there is no example.
FILLERS = frozenset(("string", "text", "example", "value"))


class Leaves:
    """The scalar keywords of the schemas of one document."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[Any, JsonSchema] = {}

    def of(self, schema: Any) -> JsonSchema | None:
        """The closed form of a schema with a type and perhaps a format only (like most); None for any other."""
        if type(schema) is not dict:
            return {}
        if not BEYOND_LEAF.isdisjoint(schema):
            return None
        word: Any = schema.get("type")
        if type(word) is list:
            word = tuple(word)
        key = word, schema.get("format"), schema.get("nullable") is True
        try:
            return self._known[key]
        except KeyError:
            leaf = self._known[key] = scalar_keywords(schema)
            if word and "type" not in leaf and word not in ("any", "object"):
                self._reading.count("keywords_left_out", f"type {word}"[:40])
            return leaf
        except TypeError:  # neither words nor a list of words
            return scalar_keywords(schema)

    def with_example(self, closed: JsonSchema, said: dict[str, Any], name: str) -> JsonSchema:
        """`closed`, the schema of a nested field, with its documented value as an example if it is short."""
        value = said.get("example", said.get("default"))
        listed = said.get("examples")
        if value is None and isinstance(listed, list) and listed:
            value = listed[0]
        if not isinstance(value, str | int | float) or "enum" in closed or "type" not in closed:
            return closed
        if isinstance(value, str) and (not 0 < len(value) <= _SHORT or "{{" in value or value in FILLERS):
            return closed
        value = fitted(value, closed)
        if value is None or self._reading.scrubbed(value, name, "") != value:
            return closed
        if not fits(value, closed, formats=False):
            self._reading.count("default_left_out", name)
            return closed
        if not fits(value, closed):
            self._reading.count("format_in_doubt", name)
        return {**closed, "examples": [value]}

    def scalars(self, said: dict[str, Any], name: str) -> JsonSchema:
        """The keywords without sub-schemas; values are scrubbed as those of a field called `name`."""
        closed = scalar_keywords(said)
        values = [said["const"]] if "const" in said else said.get("enum")
        if isinstance(values, list) and values:
            closed |= self._enum(values, name, closed)
            if "enum" in closed:
                fit_enum(closed)
        return closed

    def _enum(self, values: list[Any], name: str, closed: JsonSchema) -> JsonSchema:
        if len(values) > ENUM_LIMIT:
            message = f"An enum of {len(values)} values is left open; at most {ENUM_LIMIT} are kept."
            self._reading.note("enum_left_out", f"{self._reading.place} {name}".strip(), message)
            return {}
        kept = values if are_plain(values) else [plain(value) for value in values]
        kept = self._reading.scrubbed(kept, name, "")
        if len({(type(value), repr(value)) for value in kept}) < len(kept):
            kept = [*{(type(value), repr(value)): value for value in kept}.values()]
        if "null" in schema_types(closed) and None not in kept:
            kept = [*kept, None]
        return {"enum": kept}
