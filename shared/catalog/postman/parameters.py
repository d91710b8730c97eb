"""The parameters of one Postman request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shared.catalog.decode.templated_text import MARK, is_variable, without_marks
from shared.catalog.model import JsonSchema, Location, Parameter
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.graphql import GraphqlOperation, add_graphql, add_unread
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row
from shared.catalog.postman.wrapped import wrapped
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import schema_of, with_examples
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.types import placeholder_type
from shared.scrub.plain import plain

_STRING: JsonSchema = {"type": "string"}
_BINARY: JsonSchema = {"type": "string", "format": "binary"}
_MOST_NAMED = 20
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,10})?\Z")


def parameters_of(
    request: Request, choice: Choice | None, operation: GraphqlOperation | None, reading: Reading
) -> tuple[Parameter, ...]:
    """Path, query, body, form and header arguments, in that order; `choice` is pinned to its one value."""
    into = Parameters(reading, request.where)
    for row in request.url.variables:
        schema, example = _path_value(row.value)
        into.add(row.key, "path", schema, required=True, default=example, description=row.description)
    _add_rows(_enabled(request.url.query, "query", request, reading), "query", choice, into, reading.shared)
    _add_body(request, choice, operation, into, reading)
    form = _enabled(request.form, "form", request, reading)
    _add_rows(form, "form", choice, into, reading.shared, request.optional)
    _add_rows(_enabled(request.headers, "header", request, reading), "header", choice, into, reading.shared)
    return into.done()


def _enabled(rows: tuple[Row, ...], place: str, request: Request, reading: Reading) -> tuple[Row, ...]:
    """The rows that may be sent: of those that are disabled the ones that are described, as optional arguments."""
    if not any(row.disabled for row in rows):
        return rows
    sent = {row.key for row in rows if not row.disabled}
    off = [row.key for row in rows if row.disabled and not row.is_described]
    if off:
        names = ", ".join(off[:_MOST_NAMED]) + (
            f" and {len(off) - _MOST_NAMED} more" if off[_MOST_NAMED:] else ""
        )
        reading.note("disabled", request.where, f"Disabled in the {place}, left out: {names}.")
    return tuple([row for row in rows if not row.disabled or (row.is_described and row.key not in sent)])


def _add_rows(
    rows: tuple[Row, ...],
    location: Location,
    choice: Choice | None,
    into: Parameters,
    shared: dict[Any, tuple[Parameter, ...]],
    optional: frozenset[str] = frozenset(),
) -> None:
    """Arguments of rows. The same rows, and each of them, stand in many requests: they are judged once."""
    if not rows:
        return
    chosen = choice.path[1] if choice is not None and choice.path[0] == location else None
    plain = chosen is None and _are_texts(rows)
    key: Any = (location, rows, optional) if plain else None
    if plain and key in shared and into.share(shared[key]):
        return
    made = [
        _add_group(name, same, location, choice if name == chosen else None, into, shared, name in optional)
        for name, same in _grouped(rows).items()
    ]
    if plain and None not in made:
        shared[key] = tuple(made)  # type: ignore[arg-type]


def _are_texts(rows: Iterable[Row]) -> bool:
    for row in rows:  # noqa: SIM110 - a generator takes most of the time
        if type(row.value) is not str or type(row.description) is not str:
            return False
    return True


def _grouped(rows: tuple[Row, ...]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.key, []).append(row)
    return grouped


def _add_group(
    key: str,
    same: list[Row],
    location: Location,
    choice: Choice | None,
    into: Parameters,
    shared: dict[Any, tuple[Parameter, ...]],
    is_optional: bool,
) -> Parameter | None:
    """The argument of all rows of one key; None if it is left out or renamed."""
    if choice is not None:
        schema: JsonSchema = {"type": "string", "enum": [choice.value]}
        text = same[0].description
        into.add(key, location, schema, required=True, default=choice.value, description=text)
        return None
    memo = (location, is_optional, *same) if _are_texts(same) else None
    known = shared.get(memo) if memo is not None else None
    if known is not None and into.share(known):
        return known[0]
    made = _add_row(key, same, location, is_optional, into)
    if memo is not None and made is not None:
        shared[memo] = (made,)
    return made


def _add_row(
    key: str, same: list[Row], location: Location, is_optional: bool, into: Parameters
) -> Parameter | None:
    row = same[0]
    if row.kind in ("file", "files"):
        return into.add(
            key,
            location,
            {"type": "array", "items": _BINARY} if row.kind == "files" or len(same) > 1 else _BINARY,
            required=not (is_optional or row.is_called_optional or row.disabled),
            description=row.description,
        )
    schema, default = _row_values(same, location)
    required = not is_optional and _row_required(row, location)
    return into.add(
        key,
        location,
        schema,
        required=required,
        default=default,
        description=row.description,
        is_declared=True,
    )


def _row_required(row: Row, location: Location) -> bool:
    if row.disabled:
        return False
    if location == "form":
        return (row.value not in (None, "") or row.is_called_required) and not row.is_called_optional
    return location in ("query", "header") and row.is_called_required


def _row_values(rows: list[Row], location: Location) -> tuple[JsonSchema, Any]:
    """Schema and example of a key; one that stands several times is a list."""
    if len(rows) > 1 and location != "header":
        kinds = {kind["type"] for row in rows if (kind := _placeholder(row.value)) is not None}
        values = [
            row.value
            for row in rows
            if row.value not in (None, "") and not is_variable(row.value) and _placeholder(row.value) is None
        ]
        items = {"type": kinds.pop()} if len(kinds) == 1 and not values else _STRING
        return {"type": "array", "items": items}, values or None
    value = rows[0].value
    if isinstance(value, dict | list):
        return schema_of(value, depth=3, nodes=30), value
    if isinstance(value, str) and (stands_for := placeholder_type(value.strip())) is not None:
        return stands_for, None
    example = _example(value)
    if location in ("query", "form") and isinstance(example, str):
        return _text_schema(example)
    return _STRING, example


def _placeholder(value: Any) -> JsonSchema | None:
    return placeholder_type(value.strip()) if isinstance(value, str) else None


def _path_value(value: Any) -> tuple[JsonSchema, Any]:
    stands_for = _placeholder(value)
    return (stands_for, None) if stands_for is not None else (_STRING, _example(value))


def _text_schema(text: str) -> tuple[JsonSchema, Any]:
    """Type and value that the text of a query or form field stands for."""
    if text in ("true", "false"):
        return {"type": "boolean"}, text == "true"
    number = _NUMBER.match(text)
    if number is None:
        return _STRING, text
    return ({"type": "number"}, float(text)) if number.group(1) else ({"type": "integer"}, int(text))


def _add_body(
    request: Request,
    choice: Choice | None,
    operation: GraphqlOperation | None,
    into: Parameters,
    reading: Reading,
) -> None:
    if request.graphql is not None and operation is not None:
        add_graphql(request.graphql, operation, into, reading)
    elif request.graphql is not None:
        add_unread(request.graphql, into, reading)
    elif isinstance(request.body, dict):
        pinned = choice.path[1:] if choice is not None and choice.path[0] == "body" else ()
        sent = request.body if request.filled is None else request.filled
        for key, value in sent.items():
            _add_field(str(key), value, pinned, request, into, reading)
    elif request.body is not None:
        sent = request.body if request.filled is None else request.filled
        _add_field("body", sent, (), request, into, reading)
    elif request.opaque:
        schema = _BINARY if request.opaque == "binary" else _STRING
        into.add("body", "body", schema, required=True, default=_example(request.opaque_example))


def _add_field(
    key: str, value: Any, pinned: tuple[str, ...], request: Request, into: Parameters, reading: Reading
) -> None:
    schema = schema_of(
        value, depth=reading.limits.schema_depth, nodes=reading.limits.schema_nodes, reading=reading
    )
    is_pinned = bool(pinned) and pinned[0] == key
    is_sent = value not in (None, "", [], {}) and key not in request.optional
    if is_pinned:
        schema = _pin(schema, value, pinned[1:])
    elif request.needed_within and "properties" in schema and wrapped(request.body) is not None:
        needed = [name for name in schema["properties"] if name in request.needed_within]
        schema = {**schema, "required": needed} if needed else schema
    required = is_pinned or is_sent or key in request.needed
    example = _without_placeholders(_example(value))
    if isinstance(example, dict | list):
        schema = with_examples(schema, reading.shown(plain(example), schema, key, "body"))
    into.add(key.lstrip(MARK), "body", schema, required=required, default=example)


def _without_placeholders(value: Any, depth: int = 16) -> Any:
    """`value` without the placeholders of a generator; None where nothing else was in it."""
    if isinstance(value, str):
        return None if _placeholder(value) is not None else value
    if not isinstance(value, dict | list) or not value or depth <= 0:
        return value
    if isinstance(value, list):
        return [
            kept for item in value if (kept := _without_placeholders(item, depth - 1)) is not None
        ] or None
    found = {key: _without_placeholders(item, depth - 1) for key, item in value.items()}
    return {key: kept for key, kept in found.items() if kept is not None or value[key] is None} or None


def _pin(schema: JsonSchema, value: Any, path: tuple[str, ...]) -> JsonSchema:
    """`schema` with the field at `path` required and limited to its one value."""
    if not path:
        return {"type": "string", "enum": [value]}
    properties = dict(schema.get("properties", {}))
    properties[path[0]] = _pin(properties.get(path[0], {}), value[path[0]], path[1:])
    return {**schema, "type": "object", "properties": properties, "required": [path[0]]}


def _example(value: Any) -> Any:
    """The value as an example; None where it is only variables."""
    if isinstance(value, str):
        return None if is_variable(value) else without_marks(value)
    if isinstance(value, list) and value:
        return without_marks([item for item in value if not is_variable(item)]) or None
    return without_marks(value)
