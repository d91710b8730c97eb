"""The catalog part of a prompt: one compact JSON line an API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson

from shared.catalog.model import Api, Parameter
from shared.catalog.schemas.inferred import with_examples
from shared.curriculum.exclusive import Ties, ties_of
from shared.curriculum.fields import is_open
from shared.plan.schema_paths import branches, is_known, leaves

API_TEXT = 300
PARAMETER_TEXT = 160
SCHEMA_TEXT = 1800
RETURNS = 40
CONDITIONS = 8
ENUM_TEXT = 1200
"""Bounds of a line: characters of a description and of a parameter's schema, paths of the response, conditions,
characters of the values of an enum.
"""
CUT = "\u2026"
"""The key under which the line says what of a schema or an enum it does not show."""

_PLAIN_KEYWORDS = frozenset(
    {"type", "enum", "format", "description", "title", "default", "example", "examples"}
)
_DROPPED = frozenset({"description", "title", "example", "examples", "default", "readOnly", "writeOnly"})
_REFINED = re.compile(r"[_.-]([0-9a-f]{8}|\d{1,3})\Z")
"""The end of a name that had to be told from others by a hash or a number."""
_VALUES = frozenset({"enum", "const"})
_LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_REQUIRED_LEVELS = 6
_SHOWN_EXAMPLE = 120
_LEAF_EXAMPLE = 60
_SCHEMA_DEPTHS = (6, 4, 3, 2, 1)
_WIDTHS = (100, 60, 40, 24, 16, 10, 6, 3)
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "dependentRequired"})
_WIDE = _MAPS | _VALUES | {"anyOf", "oneOf", "allOf", "prefixItems"}


class _ById:
    """An API as a cache key: an `Api` holds dicts and so has no hash."""

    __slots__ = ("api",)

    def __init__(self, api: Api) -> None:
        self.api = api

    def __hash__(self) -> int:
        return id(self.api)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.api is self.api


def api_line(api: Api) -> str:
    """The line of an API, without its line break; the same object gives the same text."""
    return _line(_ById(api))


@lru_cache(maxsize=4096)
def _line(key: _ById) -> str:
    api = key.api
    ties = ties_of(api)
    line = {
        "api": api.name,
        "description": _cut(api.description, API_TEXT),
        "method": api.method,
        "path": api.path,
        "parameters": [_parameter(parameter, ties) for parameter in api.parameters],
        "returns": _returns(api.responses),
    }
    if api.conditions:
        line["conditions"] = [_compact(condition) for condition in api.conditions[:CONDITIONS]]
    if not api.original_name.isascii():
        line["original_name"] = _cut(api.original_name, PARAMETER_TEXT)
    if api.tags and (api.is_told_by_folder or _REFINED.search(api.name)):
        line["folder"] = " / ".join(api.tags)
    return orjson.dumps(line, default=str).decode()


def api_lines(apis: Sequence[Api]) -> str:
    """The lines of all APIs, in order."""
    return "\n".join(api_line(api) for api in apis)


def _parameter(parameter: Parameter, ties: Ties) -> dict[str, Any]:
    schema = _with_known_leaves(parameter)
    line: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.location,
        "type": parameter.type,
        "required": parameter.required,
    }
    if values := _accepted_values(parameter):
        line["enum"] = shown = _values_that_fit(values)
        if len(shown) < len(values):
            line[CUT] = f"{len(values) - len(shown)} more of enum"
    if isinstance(schema.get("format"), str):
        line["format"] = schema["format"]
    if parameter.default is not None and _is_shown(orjson.dumps(parameter.default, default=str)):
        line["example"] = parameter.default
    if parameter.name in ties.needs:
        sibling, value = ties.needs[parameter.name]
        line["only_with"] = {sibling: value}
    if ties.excludes.get(parameter.name):
        line["not_with"] = sorted(ties.excludes[parameter.name])
    if schema.get("deprecated"):
        line["deprecated"] = True
    if parameter.description:
        line["description"] = _cut(parameter.description, PARAMETER_TEXT)
    if schema.keys() - _PLAIN_KEYWORDS:
        line["schema"] = _compact(schema)
    return line


def _is_shown(example: bytes) -> bool:
    """Whether an example fits the line and is one: a placeholder shows nothing."""
    return len(example) <= _SHOWN_EXAMPLE and b"{{" not in example


def _with_known_leaves(parameter: Parameter) -> dict[str, Any]:
    """The schema, with an example that is too long for the line told leaf by leaf."""
    example = parameter.default
    if not isinstance(example, dict | list) or _is_shown(orjson.dumps(example, default=str)):
        return parameter.schema
    return with_examples(parameter.schema, example)


def _compact(schema: dict[str, Any]) -> Any:
    """`schema` without words, cut at the depth at which it fits the line; examples go before a level does."""
    for depth in _SCHEMA_DEPTHS:
        for shows_examples in (True, False):
            compact = _pruned(schema, depth, shows_examples)
            if len(orjson.dumps(compact, default=str)) <= SCHEMA_TEXT:
                return compact
    for most in _WIDTHS:
        narrow = _narrowed(compact, most)
        if len(orjson.dumps(narrow, default=str)) <= SCHEMA_TEXT:
            return narrow
    return {**{key: schema[key] for key in ("type",) if key in schema}, CUT: "all else"}


def _narrowed(node: Any, most: int) -> Any:
    """`node` with at most so many fields, values and variants at each place, and how many are not shown."""
    if isinstance(node, list):
        return [_narrowed(one, most) for one in node]
    if not isinstance(node, dict):
        return node
    narrow: dict[str, Any] = {}
    cut = []
    for key, value in node.items():
        kept = value
        if isinstance(value, dict | list) and len(value) > most and key in _WIDE:
            kept = _first(node, key, most)
            cut.append(f"{len(value) - most} more of {key}")
        if key in _MAPS and isinstance(kept, dict):
            narrow[key] = {name: _narrowed(child, most) for name, child in kept.items()}
        else:
            narrow[key] = kept if key in _VALUES else _narrowed(kept, most)
    return {**narrow, CUT: ", ".join(cut)} if cut else narrow


def _first(node: dict[str, Any], key: str, most: int) -> Any:
    held = node[key]
    if isinstance(held, list):
        return held[:most]
    required = node.get("required", ())
    order = sorted(held, key=lambda name: name not in required)[:most]
    return {name: held[name] for name in held if name in order}


def _pruned(node: Any, depth: int, shows_examples: bool) -> Any:
    """`node` without words; below `depth` only properties that are required or list their values stay, six levels
    further only types.
    """
    if not isinstance(node, dict):
        return node
    if depth < -_REQUIRED_LEVELS:
        return {key: node[key] for key in ("type", "enum", "const") if key in node}
    pruned = {key: _pruned_keyword(node, key, depth, shows_examples) for key in node if key not in _DROPPED}
    examples = node.get("examples")
    if shows_examples and isinstance(examples, list) and examples and _is_short(examples[0]):
        pruned["example"] = examples[0]
    return pruned


def _is_short(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LEAF_EXAMPLE)


def _pruned_keyword(node: dict[str, Any], key: str, depth: int, shows_examples: bool) -> Any:
    value = node[key]
    if key == "properties" and isinstance(value, dict):
        required = node.get("required", [])
        return {
            name: _pruned(child, depth - 1, shows_examples)
            for name, child in value.items()
            if depth > 0 or name in required or (isinstance(child, dict) and not _VALUES.isdisjoint(child))
        }
    if key in _MAPS and isinstance(value, dict):
        return {name: _pruned(child, depth - 1, shows_examples) for name, child in value.items()}
    if key in _LISTS_OF_SCHEMAS and isinstance(value, list):
        return [_pruned(child, depth, shows_examples) for child in value]
    return _pruned(value, depth - (key == "items"), shows_examples) if isinstance(value, dict) else value


def _accepted_values(parameter: Parameter) -> list[Any]:
    """The only values of a parameter, also where the schema spells them as alternatives; empty if there are others."""
    if parameter.enum:
        return list(parameter.enum)
    values: list[Any] = []
    for branch in branches(parameter.schema):
        given = branch.get("enum", [branch["const"]] if "const" in branch else None)
        if given is None and branch.get("type") != "null":
            return []
        values += [value for value in given or () if value not in values]
    return values if "allOf" not in parameter.schema else []


def _values_that_fit(values: list[Any]) -> list[Any]:
    left, kept = ENUM_TEXT, 0
    for value in values:
        left -= len(orjson.dumps(value, default=str)) + 1
        if left < 0 and kept:
            break
        kept += 1
    return values[:kept]


def _returns(responses: dict[str, Any]) -> list[dict[str, str]] | None:
    if not is_known(responses) or is_open(responses):
        return None
    return [
        {"path": path, "type": kind} for path, kind in leaves(responses, limit=RETURNS) if '"' not in path
    ]


def _cut(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
