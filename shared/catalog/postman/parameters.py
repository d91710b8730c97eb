"""The parameters of one Postman request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shared.catalog.decode.templated_text import MARK, is_variable, without_marks
from shared.catalog.model import JsonSchema, Location, Parameter
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.graphql import GraphqlOperation, add_graphql
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import schema_of, with_examples
from shared.catalog.schemas.parameters import Parameters
from shared.scrub.plain import plain

_STRING: JsonSchema = {"type": "string"}
_BINARY: JsonSchema = {"type": "string", "format": "binary"}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,10})?\Z")


def parameters_of(
    request: Request, choice: Choice | None, operation: GraphqlOperation | None, reading: Reading
) -> tuple[Parameter, ...]:
    """Path, query, body, form and header arguments, in that order; `choice` is pinned to its one value."""
    into = Parameters(reading, request.where)
    for row in request.url.variables:
        into.add(
            row.key, "path", _STRING, required=True, default=_example(row.value), description=row.description
        )
    _add_rows(_enabled(request.url.query, "query", request, reading), "query", choice, into, reading.shared)
    _add_body(request, choice, operation, into, reading)
    form = _enabled(request.form, "form", request, reading)
    _add_rows(form, "form", choice, into, reading.shared, request.optional)
    _add_rows(_enabled(request.headers, "header", request, reading), "header", choice, into, reading.shared)
    return into.done()


def _enabled(rows: tuple[Row, ...], place: str, request: Request, reading: Reading) -> tuple[Row, ...]:
    off = [row.key for row in rows if row.disabled]
    if off:
        names = ", ".join(off[:20])
        reading.note("disabled", request.where, f"Disabled in the {place}, left out: {names}.")
    return tuple([row for row in rows if not row.disabled]) if off else rows


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
    if row.kind == "file":
        return into.add(
            key,
            location,
            _BINARY,
            required=not (is_optional or row.is_called_optional),
            description=row.description,
        )
    schema, default = _row_values(same, location)
    required = not is_optional and _row_required(row, location)
    return into.add(key, location, schema, required=required, default=default, description=row.description)


def _row_required(row: Row, location: Location) -> bool:
    if location == "form":
        return row.value not in (None, "") and not row.is_called_optional
    return location == "query" and row.is_called_required


def _row_values(rows: list[Row], location: Location) -> tuple[JsonSchema, Any]:
    """Schema and example of a key; one that stands several times is a list."""
    if len(rows) > 1 and location != "header":
        values = [row.value for row in rows if row.value not in (None, "") and not is_variable(row.value)]
        return {"type": "array", "items": _STRING}, values or None
    value = rows[0].value
    if isinstance(value, dict | list):
        return schema_of(value, depth=3, nodes=30), value
    example = _example(value)
    if location in ("query", "form") and isinstance(example, str):
        return _text_schema(example)
    return _STRING, example


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
        into.add("query", "body", _STRING, required=True, default=request.graphql["query"])
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
    schema = schema_of(value, depth=reading.limits.schema_depth, nodes=reading.limits.schema_nodes)
    is_pinned = bool(pinned) and pinned[0] == key
    if is_pinned:
        schema = _pin(schema, value, pinned[1:])
    required = is_pinned or (value not in (None, "", [], {}) and key not in request.optional)
    example = _example(value) if request.is_templated else value
    if isinstance(example, dict | list):
        schema = with_examples(schema, reading.scrubbed(plain(example), key, "body"))
    into.add(key.lstrip(MARK), "body", schema, required=required, default=example)


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
    return without_marks(value)
