"""The rules that Azure OpenAI sets a JSON Schema sent with `strict: true`, as a linter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.json_types import JSON_TYPES

MAX_PROPERTIES = 100
MAX_LEVELS = 5
MAX_ENUM_VALUES = 1000
MAX_LONG_ENUM_CHARACTERS = 15_000
"""Limits of Azure's structured-outputs page: properties in all, levels below the root, enum values in all,
and characters of one string enum of more than 250 values."""
_LONG_ENUM = 250
_DEEP = 100

ALLOWED = frozenset(
    {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "$ref",
        "$defs",
        "definitions",
        "title",
        "description",
    }
)
"""Keywords that the service takes; every other one is answered with `'<keyword>' is not permitted.`"""

_Context = tuple[str, ...]
_Schema = dict[str, Any]


def lint(schema: object) -> list[str]:
    """What in `schema` breaks the rules, one sentence each, in document order; empty when the service takes it.

    The sentences are worded like the service's own, without its prefix
    `Invalid schema for response_format '<name>': `.
    """
    if not isinstance(schema, dict):
        return [f"schema must be a JSON Schema of 'type: \"object\"', got {_shown(schema)}."]
    if schema.get("type") != "object":
        kind = "anyOf" if "anyOf" in schema else f"'type: {_shown(schema.get('type'))}'"
        return [f"schema must be a JSON Schema of 'type: \"object\"', got {kind}."]
    nodes = list(_walk(schema, ()))
    breaches = [breach for node, context in nodes for breach in _node_breaches(node, context, schema)]
    return breaches + list(_limit_breaches(schema, [node for node, _ in nodes]))


def _walk(node: object, context: _Context) -> Iterator[tuple[object, _Context]]:
    """Every schema in the document once, references not followed."""
    stack = [(node, context)]
    while stack:
        current, where = stack.pop()
        yield current, where
        if isinstance(current, dict):
            stack.extend(reversed([(child, where + step) for child, step in _children(current)]))


def _children(node: _Schema) -> Iterator[tuple[object, _Context]]:
    for group in ("$defs", "definitions", "properties"):
        members = node.get(group)
        if isinstance(members, dict):
            for name, child in members.items():
                yield child, (group, str(name))
    if "items" in node:
        yield node["items"], ("items",)
    branches = node.get("anyOf")
    if isinstance(branches, list):
        for position, child in enumerate(branches):
            yield child, ("anyOf", str(position))


def _node_breaches(node: object, context: _Context, root: _Schema) -> Iterator[str]:
    at = f"In context={context}, "
    if not isinstance(node, dict):
        yield f"{at}schema must be an object, got {_shown(node)}."
        return
    if "$ref" in node:
        yield from _reference_breaches(node, at, root)
        return
    for keyword in node:
        if keyword not in ALLOWED:
            yield f"{at}'{keyword}' is not permitted."
    if not node.keys() & {"type", "anyOf", "enum", "const"}:
        yield f"{at}schema must have a 'type' key."
    kinds = _types(node)
    for kind in kinds:
        if not isinstance(kind, str) or kind not in JSON_TYPES:
            yield f"{at}{_shown(kind)} is not a valid type."
    if "object" in kinds or "properties" in node:
        yield from _object_breaches(node, at)
    if "array" in kinds and "items" not in node:
        yield f"{at}array schema missing items."
    if "anyOf" in node:
        yield from _branch_breaches(node["anyOf"], at)


def _reference_breaches(node: _Schema, at: str, root: _Schema) -> Iterator[str]:
    others = set(node) - {"$ref"}
    if others:
        yield f"{at}$ref cannot have keywords {{{', '.join(map(repr, sorted(others)))}}}."
    if _resolve(node["$ref"], root) is None:
        yield f"{at}reference {_shown(node['$ref'])} cannot be resolved."


def _object_breaches(node: _Schema, at: str) -> Iterator[str]:
    if node.get("additionalProperties") is not False:
        yield f"{at}'additionalProperties' is required to be supplied and to be false."
    names = node.get("properties", {})
    required = node.get("required")
    if not isinstance(names, dict):
        yield f"{at}'properties' must be an object."
        return
    listed = required if isinstance(required, list) else []
    if names and not isinstance(required, list):
        missing = next(iter(names))
    else:
        missing = next((name for name in names if name not in listed), None)
    if missing is not None:
        yield (
            f"{at}'required' is required to be supplied and to be an array including every key in "
            f"properties. Missing '{missing}'."
        )
    extra = next((name for name in listed if name not in names), None)
    if extra is not None:
        yield f"{at}'required' contains '{extra}', which is not a key in properties."


def _branch_breaches(branches: object, at: str) -> Iterator[str]:
    if not isinstance(branches, list) or not branches:
        yield f"{at}'anyOf' must be a non-empty array."
        return
    first_keys = [
        next(iter(branch["properties"]))
        for branch in branches
        if isinstance(branch, dict) and isinstance(branch.get("properties"), dict) and branch["properties"]
    ]
    if len(first_keys) != len(set(first_keys)):
        yield f"{at}Objects provided via 'anyOf' must not share identical first keys."


def _limit_breaches(root: _Schema, nodes: list[object]) -> Iterator[str]:
    schemas = [node for node in nodes if isinstance(node, dict)]
    properties = sum(len(node["properties"]) for node in schemas if isinstance(node.get("properties"), dict))
    if properties > MAX_PROPERTIES:
        yield f"{properties} parameters exceeds limit of {MAX_PROPERTIES}."
    levels = _levels(root, root, {}, ())
    if levels > MAX_LEVELS:
        yield f"{levels} levels of nesting exceeds limit of {MAX_LEVELS}."
    enums = [node["enum"] for node in schemas if isinstance(node.get("enum"), list)]
    values = sum(len(enum) for enum in enums)
    if values > MAX_ENUM_VALUES:
        yield f"{values} enum values exceeds limit of {MAX_ENUM_VALUES}."
    for enum in enums:
        characters = sum(len(value) for value in enum if isinstance(value, str))
        if len(enum) > _LONG_ENUM and characters > MAX_LONG_ENUM_CHARACTERS:
            yield f"{characters} characters in one enum exceeds limit of {MAX_LONG_ENUM_CHARACTERS}."


def _levels(
    node: object, root: _Schema, known: dict[str, int], open_refs: tuple[str, ...], nested: int = 0
) -> int:
    """Steps through `properties` and `items` down to the deepest value; a reference to itself ends there.

    `nested` is how deep the caller is; below `_DEEP` it does not matter how much further a schema goes.
    """
    if not isinstance(node, dict) or nested > _DEEP:
        return 0
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in open_refs:
            return 0
        if reference not in known:
            known[reference] = _levels(
                _resolve(reference, root), root, known, (*open_refs, reference), nested + 1
            )
        return known[reference]
    below = [
        _levels(child, root, known, open_refs, nested + 1) + (0 if step[0] == "anyOf" else 1)
        for child, step in _children(node)
        if step[0] not in ("$defs", "definitions")
    ]
    return max(below, default=0)


def _resolve(reference: object, root: _Schema) -> object | None:
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    node: Any = root
    for part in reference[1:].split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or key not in node:
            return None
        node = node[key]
    return node  # type: ignore[no-any-return]


def _types(node: _Schema) -> list[Any]:
    kinds = node.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _shown(value: object) -> str:
    return "None" if value is None else f'"{value}"'
