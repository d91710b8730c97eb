"""The parameters of one Postman request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shared.catalog.decode.templated_text import example_of, is_variable
from shared.catalog.model import JsonSchema, Location, Parameter
from shared.catalog.postman.body_fields import add_body
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.graphql import GraphqlOperation
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import schema_of
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.types import placeholder_type

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
    add_body(request, choice, operation, into, reading)
    form = _enabled(request.form, "form", request, reading)
    _add_rows(form, "form", choice, into, reading.shared, request.optional)
    _add_rows(_enabled(request.headers, "header", request, reading), "header", choice, into, reading.shared)
    return into.done()


def _enabled(rows: tuple[Row, ...], place: str, request: Request, reading: Reading) -> tuple[Row, ...]:
    """The enabled rows, and the disabled ones with a description, which become optional arguments."""
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
    """Add arguments of rows; lists of rows, and single rows, that several requests share are read once."""
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
    return all(isinstance(row.value, str) and isinstance(row.description, str) for row in rows)


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
        into.add(
            key, location, schema, required=True, default=choice.value, description=text, is_declared=True
        )
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
    """Schema and example for the rows of one key; several rows make a list."""
    if len(rows) > 1 and location != "header":
        kinds = {kind["type"] for row in rows if (kind := placeholder_type(row.value)) is not None}
        values = [
            row.value
            for row in rows
            if row.value not in (None, "")
            and not is_variable(row.value)
            and placeholder_type(row.value) is None
        ]
        items = {"type": kinds.pop()} if len(kinds) == 1 and not values else _STRING
        return {"type": "array", "items": items}, values or None
    value = rows[0].value
    if isinstance(value, dict | list):
        return schema_of(value, depth=3, nodes=30), value
    if (stands_for := placeholder_type(value)) is not None:
        return stands_for, None
    example = example_of(value)
    if location in ("query", "form") and isinstance(example, str):
        return _text_schema(example)
    return _STRING, example


def _path_value(value: Any) -> tuple[JsonSchema, Any]:
    stands_for = placeholder_type(value)
    return (stands_for, None) if stands_for is not None else (_STRING, example_of(value))


def _text_schema(text: str) -> tuple[JsonSchema, Any]:
    """Type and value that the text of a query or form field stands for."""
    if text in ("true", "false"):
        return {"type": "boolean"}, text == "true"
    number = _NUMBER.match(text)
    if number is None:
        return _STRING, text
    return ({"type": "number"}, float(text)) if number.group(1) else ({"type": "integer"}, int(text))
