"""Checks literal values against a parameter: its schema compiled once, errors as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from shared.catalog.model import Parameter
from shared.catalog.schemas.fitness import validator
from shared.json_types import FORMAT_ALIASES
from shared.plan.fit import describe
from shared.plan.json_text import shown
from shared.plan.references import Part, format_path
from shared.plan.schema_paths import type_of

_UNIONS = ("anyOf", "oneOf", "allOf", "not", "if")
_MAPS = ("properties", "patternProperties", "$defs", "definitions")
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLES = ("items", "additionalProperties")
_CODE_OF_KEYWORD = {
    "type": "wrong_type",
    "enum": "not_in_enum",
    "const": "not_in_enum",
    "format": "bad_format",
    "pattern": "bad_format",
    "required": "missing_argument",
    "additionalProperties": "unknown_argument",
}
_LIMITS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems "
    "minProperties maxProperties contains".split()
)
_FORMAT_EXAMPLES = {
    "date-time": "2026-03-01T09:30:00Z",
    "date": "2026-03-01",
    "time": "09:30:00",
    "uuid": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80",
    "email": "maria.keller@example.com",
    "uri": "https://example.com/page",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value: a code, where below the argument, and a sentence."""

    code: str
    where: tuple[Part, ...]
    message: str


def effective_schema(parameter: Parameter) -> dict[str, Any]:
    """The parameter's schema with its `type` and `enum`, and with objects closed that list their properties.

    Teachers are shown the properties, so a field that is not among them is invented; `additionalProperties`
    given by the source is kept. Conditions (`if`, `not` …) stay as they are: they name but the fields they speak of.
    """
    schema: dict[str, Any] = _closed(parameter.schema) if isinstance(parameter.schema, dict) else {}
    if parameter.type not in ("any", "") and not schema.keys() & {"type", "$ref", *_UNIONS, "enum", "const"}:
        schema = {**schema, "type": parameter.type}
    if parameter.enum and "enum" not in schema and parameter.type != "array":
        schema = {**schema, "enum": list(parameter.enum)}
    return schema


def _closed(schema: Any, *, part_of_all: bool = False) -> Any:
    if not isinstance(schema, dict):
        return schema
    closed = dict(schema)
    for key in _MAPS:
        if isinstance(closed.get(key), dict):
            closed[key] = {name: _closed(child) for name, child in closed[key].items()}
    for key in _LISTS:
        if isinstance(closed.get(key), list):
            inside = key == "allOf" or "properties" in closed
            closed[key] = [_closed(child, part_of_all=inside) for child in closed[key]]
    for key in _SINGLES:
        if isinstance(closed.get(key), dict):
            closed[key] = _closed(closed[key])
    if isinstance(closed.get("format"), str):
        closed["format"] = FORMAT_ALIASES.get(closed["format"], closed["format"])
    open_keys = {"additionalProperties", "unevaluatedProperties", "$ref", "anyOf", "oneOf", "allOf"}
    if closed.get("properties") and not part_of_all and not closed.keys() & open_keys:
        closed["additionalProperties"] = False
    return closed


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator of `schema`; what the document got wrong (a bad pattern, an unknown type) is left out."""
    try:
        return validator(schema)
    except ValueError:
        pass
    try:
        return validator(_without(schema, {"pattern", "patternProperties", "$schema", "$id", "$ref"}))
    except ValueError:
        kept = {str(key): schema[key] for key in ("type", "enum") if key in schema}
    try:
        return validator(kept)
    except ValueError:
        return validator({})


def _without(node: Any, keywords: set[str]) -> Any:
    if isinstance(node, dict):
        return {key: _without(child, keywords) for key, child in node.items() if key not in keywords}
    return [_without(child, keywords) for child in node] if isinstance(node, list) else node


class ParameterCheck:
    """One parameter, ready to check values.

    Attributes:
        accepts: whether a literal value fits.
        as_text: whether a value travels as text, whatever its type.
    """

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.schema = effective_schema(parameter)
        self._validator = compiled(self.schema)
        self.accepts: Callable[[Any], bool] = self._validator.is_valid
        self.as_text = parameter.location != "body"

    def problems(self, value: Any) -> list[Problem]:
        """What is wrong with a literal value, outermost first; empty if it fits."""
        if self.accepts(value):
            return []
        found = [
            problem
            for error in self._validator.iter_errors(value)
            for problem in problems_of(error, self.schema)
        ]
        return list(dict.fromkeys(found))


def problems_of(error: Any, schema: Any) -> Iterator[Problem]:
    """What one error of a validator of `schema` means."""
    keyword = error.kind.name
    where = tuple(error.instance_path)
    if keyword in ("anyOf", "oneOf"):
        yield from _union_problems(error, schema)
        return
    code = _CODE_OF_KEYWORD.get(keyword, "out_of_range" if keyword in _LIMITS else "bad_value")
    if keyword == "required":
        yield Problem(code, (*where, error.kind.property), f"field '{error.kind.property}' is required")
    elif keyword == "additionalProperties":
        for name in error.kind.unexpected:
            known = _property_names(schema, error.schema_path)
            yield Problem(
                code, (*where, name), f"there is no field '{name}'" + (f"; known: {known}" if known else "")
            )
    else:
        yield Problem(code, where, _sentence(keyword, error, schema))


def _union_problems(error: Any, schema: Any) -> Iterator[Problem]:
    """The problems of the alternative that comes closest: same type first, then fewest problems."""
    alternatives = [
        [problem for inner in branch for problem in problems_of(inner, schema)]
        for branch in getattr(error.kind, "context", [])
        if branch
    ]
    where = tuple(error.instance_path)
    close = [
        found for found in alternatives if not any(p.code == "wrong_type" and p.where == where for p in found)
    ]
    lists = [
        problem
        for found in close
        for problem in found
        if problem.code == "not_in_enum" and problem.where == where
    ]
    if close and len(lists) < len(close):
        yield from min(close, key=len)
        return
    if lists:
        node = _node(schema, error.schema_path[:-1])
        yield Problem("not_in_enum", where, f"{shown(error.instance)} is not among {describe([node])}")
        return
    codes = {problem.code for found in alternatives for problem in found}
    node = _node(schema, error.schema_path[:-1])
    wanted = f"; accepted: {describe([node])}" if isinstance(node, dict) else ""
    yield Problem(
        "wrong_type" if "wrong_type" in codes else "bad_value",
        where,
        f"{type_of(error.instance)} fits none of the accepted forms{wanted}",
    )


def _sentence(keyword: str, error: Any, schema: Any) -> str:
    node = _node(schema, error.schema_path[:-1])
    given = shown(error.instance)
    if keyword == "type":
        return f"{given} is {type_of(error.instance)}, not {describe([node])}"
    if keyword in ("enum", "const"):
        values = node.get("enum", [node.get("const")]) if isinstance(node, dict) else []
        return (
            f"{given} is not one of {', '.join(map(shown, values[:20]))}{', …' if len(values) > 20 else ''}"
        )
    if keyword == "format":
        name = node.get("format", "") if isinstance(node, dict) else ""
        example = f", for example {_FORMAT_EXAMPLES[name]}" if name in _FORMAT_EXAMPLES else ""
        return f"{given} is not a valid {name}{example}"
    return str(error.message)


def _node(schema: Any, path: Sequence[Any]) -> Any:
    node = schema
    for part in path:
        held = isinstance(node, dict) and part in node
        if not held and not (isinstance(node, list) and isinstance(part, int) and part < len(node)):
            return {}
        node = node[part]
    return node


def _property_names(schema: Any, path: Sequence[Any]) -> str:
    node = _node(schema, path[:-1])
    names = list(node.get("properties", {})) if isinstance(node, dict) else []
    return ", ".join(names[:30])


def dotted(name: str, where: Sequence[Part]) -> str:
    """An argument and a path below it: `user.email`, `items[0].sku`."""
    return format_path((name, *where))
