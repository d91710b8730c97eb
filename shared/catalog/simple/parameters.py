"""The parameters of one entry of the simple form, in all the ways people write them."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.model import Location
from shared.catalog.openapi.parameters import documented_value, is_true
from shared.catalog.reading import Reading
from shared.catalog.schemas.conditions import is_conditional
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.inferred import schema_of
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.refs import VALUES, Refs
from shared.catalog.schemas.typed_values import text_of
from shared.catalog.schemas.types import json_type
from shared.catalog.simple.entries import SCHEMA_WORDS
from shared.catalog.simple.words import said_in_words

_LOCATIONS: dict[str, Location] = {
    "path": "path", "query": "query", "header": "header", "headers": "header", "body": "body", "form": "form",
    "formData": "form",
}  # fmt: skip
# Arguments of a call given by where they stand.
_PLACES: dict[str, Location] = {
    "path_params": "path", "query": "query", "query_params": "query", "headers": "header", "body": "body",
    "request_body": "body", "form": "form",
}  # fmt: skip
_HOST = re.compile(r"\A(?:\w+://[^/]*|\{\{[^{}]*\}\})")
_PATH_VARIABLE = re.compile(r"\{\{?([^{}/]{1,80})\}\}?|(?<=/)(?<!//):([A-Za-z_]\w*)")


# What rows say in other words.
_OTHER_WORDS = {
    "name": ("param", "parameter", "key", "field"),
    "type": ("dataType", "data_type", "param_type", "paramType"),
    "required": ("is_required", "isRequired", "mandatory"),
    "enum": ("values", "choices", "options", "allowed_values", "allowedValues", "possible_values"),
    "description": ("desc", "summary"),
    "minimum": ("min",),
    "maximum": ("max",),
}


class Scope:
    """Gives the schemas of the document, or those of one schema that has its own definitions."""

    def __init__(self, top: dict[str, Any], schemas: Schemas, reading: Reading) -> None:
        self.reading = reading
        self._top = top
        self._schemas = schemas
        self._of_one = schemas

    def schemas(self, holder: Any) -> Schemas:
        """The schemas by which references in `holder` are resolved."""
        if not isinstance(holder, dict):
            return self._schemas
        if not any(isinstance(holder.get(word), dict) for word in ("$defs", "definitions")) and not _refers(
            holder
        ):
            return self._schemas
        self._of_one = Schemas(Refs(holder, self.reading, self._top), self.reading)
        return self._of_one


def _refers(schema: dict[str, Any]) -> bool:
    """Whether a schema contains a reference by pointer, which counts from the schema itself."""
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(ref := node.get("$ref"), str) and ref.startswith("#"):
                return True
            waiting += [value for word, value in node.items() if word not in VALUES]
        elif isinstance(node, list):
            waiting += node
    return False


def parameters_of(entry: dict[str, Any], path: str, method: str, where: str, scope: Scope) -> Parameters:
    """All arguments; by default in the path if it names them, in the query of GET and the like, or in the body."""
    into = Parameters(scope.reading, where)
    in_path = {a.strip() or b for a, b in _PATH_VARIABLE.findall(_HOST.sub("", path))}
    otherwise: Location = "query" if method in ("GET", "DELETE", "HEAD") else "body"
    for raw, place in _holders(entry):
        holder = raw.get("json", raw) if isinstance(raw, dict) and isinstance(raw.get("json"), dict) else raw
        schemas = scope.schemas(holder)
        needed = entry.get("required") if isinstance(holder, list) else None
        for row in _rows(holder, schemas, where, scope.reading):
            if isinstance(needed, list) and row.get("name") in needed:
                row = {**row, "required": True}
            _add(row, place or otherwise, in_path, into, schemas)
        if isinstance(holder, dict) and _is_whole_schema(holder):
            into.require(schemas.fields_of(holder).conditions, place or otherwise, is_needed=True)
    for name in sorted(in_path):
        if name not in into:
            into.add(name, "path", {"type": "string"}, required=True)
    return into


def _holders(entry: dict[str, Any]) -> list[tuple[Any, Location | None]]:
    """The members of an entry that hold parameters, each with the location that its name implies, or None."""
    word = next((word for word in SCHEMA_WORDS if entry.get(word) is not None), None)
    found: list[tuple[Any, Location | None]] = [] if word is None else [(entry[word], None)]
    for listed, required in (("required_parameters", True), ("optional_parameters", False)):
        rows = entry.get(listed)
        if isinstance(rows, list):
            found.append(([{**row, "required": required} for row in rows if isinstance(row, dict)], None))
    for word, place in _PLACES.items():
        raw = entry.get(word)
        if (
            isinstance(raw, dict)
            and not isinstance(raw.get("properties"), dict)
            and not _is_whole_schema(raw)
        ):
            raw = [_row_or_example(str(name), value) for name, value in raw.items()]
        if isinstance(raw, dict | list):
            found.append((raw, place))
    return found


def _row_or_example(name: str, value: Any) -> dict[str, Any]:
    """A row for a field whose type, schema or example a mapping gives."""
    if json_type(value) or (isinstance(value, dict) and (is_schema(value) or "description" in value)):
        return _named(name, value, False)
    return {"name": name, "schema": schema_of(value, depth=3, nodes=30), "example": value}


def _add(row: dict[str, Any], place: Location, in_path: set[str], into: Parameters, schemas: Schemas) -> None:
    name = row.get("name")
    said = row.get("location", row.get("in"))
    location = _LOCATIONS.get(said) if isinstance(said, str) else None
    location = location or ("path" if isinstance(name, str) and name in in_path else place)
    schema = schema_of_row(row)
    into.add(
        name,
        location,
        schemas.close(schema, name if isinstance(name, str) else ""),
        required=location == "path" or is_true(row.get("required")) or row.get("optional") is False,
        default=documented_value(row, schemas.flatten(schema)),
        description=row.get("description") or "",
    )


def _rows(raw: Any, schemas: Schemas, where: str, reading: Reading) -> list[dict[str, Any]]:
    """Parameters as a list of objects, whatever way they are given: list, JSON Schema, mapping by name."""
    if isinstance(raw, dict):
        if _is_whole_schema(raw):
            fields = schemas.fields_of(raw)
            if not fields.properties:
                message = "`parameters` is a schema without fields; left out."
                reading.note("malformed_parameters", where, message)
            return [_named(name, sub, name in fields.required) for name, sub in fields.properties.items()]
        node = raw
        properties = node.get("properties")
        if isinstance(properties, dict):
            required = node.get("required")
            needed = [*map(text_of, required)] if isinstance(required, list) else []
            undescribed: dict[Any, Any] = {name: {} for name in needed if name and name not in properties}
            return [
                _named(name, sub, name in needed)
                for name, sub in {**properties, **undescribed}.items()
                if schemas.is_argument(sub)
            ]
        if node.get("type") in ("object", "dict") and not any(
            isinstance(value, dict) for value in node.values()
        ):
            return []
        return [_named(name, sub, False) for name, sub in raw.items()]
    if not isinstance(raw, list):
        reading.note("malformed_parameters", where, "`parameters` is neither a list nor an object; left out.")
        return []
    rows = []
    for item in raw:
        if isinstance(item, str):
            rows.append({"name": item})
        elif isinstance(item, dict):
            rows.append(_row(item))
        else:
            reading.note("malformed_parameter", where, "A parameter that is not an object is left out.")
    return rows


def _is_whole_schema(raw: dict[str, Any]) -> bool:
    """Whether a mapping is a schema with references, parts or conditions, and no mapping of parameters by name."""
    return (
        isinstance(raw.get("$ref"), str)
        or any(isinstance(raw.get(word), list) for word in ("allOf", "anyOf", "oneOf"))
        or (isinstance(raw.get("properties"), dict) and is_conditional(raw))
    )


def _row(item: dict[str, Any]) -> dict[str, Any]:
    """A row with its keys and the words of its type brought to the usual form."""
    row = dict(item)
    for word, others in _OTHER_WORDS.items():
        if word not in row and (other := next((one for one in others if one in row), None)):
            row[word] = row.pop(other)
    name = row.get("name")
    return _named(name, row, False) if isinstance(row.get("type"), str) and isinstance(name, str) else row


def _named(name: str, node: Any, required: bool) -> dict[str, Any]:
    if isinstance(node, str):
        return {"name": name, **said_in_words(node)}
    if not isinstance(node, dict):
        return {"name": name, "required": required}
    word = said_in_words(node["type"]) if isinstance(node.get("type"), str) else {}
    needed = (
        required or is_true(node.get("required")) or ("required" not in node and word.get("required") is True)
    )
    more = {key: value for key, value in word.items() if key not in ("required", "description")}
    more = {key: value for key, value in more.items() if key == "type" or key not in node}
    if isinstance(node.get("required"), list) and "schema" not in node:  # of the fields within
        more["schema"] = {**node, **more}
    return {**node, **more, "name": name, "required": needed}


def schema_of_row(row: dict[str, Any]) -> Any:
    """The schema in a row, or the row as a schema."""
    if isinstance(row.get("schema"), dict):
        return row["schema"]
    return {
        key: value
        for key, value in row.items()
        if key not in ("name", "description", "in", "location")
        and (key != "required" or isinstance(value, list))
    }


def is_schema(node: dict[str, Any]) -> bool:
    """Whether an object looks like a schema and not like an example."""
    return (
        any(word in node for word in ("properties", "$ref", "anyOf", "oneOf", "allOf"))
        or isinstance(node.get("items"), dict | bool)
        or isinstance(node.get("type"), str | list)
    )
