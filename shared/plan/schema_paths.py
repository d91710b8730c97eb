"""What a JSON Schema says about a path below its root: whether it exists, which types it has, whether it fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.json_types import JSON_TYPES
from shared.plan.references import Part, format_path

Schema = dict[str, Any]

RESULT = "result"
"""First name of a path into a response that is no object: `result[0].id`."""

_UNIONS = ("anyOf", "oneOf", "allOf")
_NESTING = 32


def branches(schema: Any, nesting: int = 0) -> Iterator[Schema]:
    """`schema` and every alternative or part of it (`anyOf`, `oneOf`, `allOf`), as dicts; `{}` for anything else."""
    if not isinstance(schema, dict) or nesting > _NESTING:
        yield {}
        return
    unions = [union for union in _UNIONS if isinstance(schema.get(union), list)]
    if not unions or schema.keys() & {"type", "properties", "items", "enum", "const"}:
        yield schema
    for union in unions:
        for branch in schema[union]:
            yield from branches(branch, nesting + 1)


def is_known(response: Any) -> bool:
    """Whether a response schema says anything about the response's shape."""
    return any(_says_something(branch) for branch in branches(response))


def _says_something(branch: Schema) -> bool:
    return bool(branch.keys() & {"type", "properties", "items", "enum", "const", "additionalProperties"})


def is_object(response: Any) -> bool:
    """Whether a known response is (or may be) an object."""
    return any("properties" in branch or "object" in declared_types(branch) for branch in branches(response))


def declared_types(branch: Schema) -> frozenset[str]:
    """The JSON types that one branch names, or that its keywords imply; empty if it accepts any."""
    declared = branch.get("type")
    if isinstance(declared, str):
        return frozenset({declared}) & JSON_TYPES
    if isinstance(declared, list):
        return frozenset(kind for kind in declared if isinstance(kind, str)) & JSON_TYPES
    if isinstance(branch.get("enum"), list):
        return frozenset(type_of(value) for value in branch["enum"])
    if "const" in branch:
        return frozenset({type_of(branch["const"])})
    if "properties" in branch:
        return frozenset({"object"})
    return frozenset({"array"}) if "items" in branch else frozenset()


def type_of(value: Any) -> str:
    """The JSON type of a Python value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list() | tuple():
            return "array"
        case _:
            return "object"


def types(schemas: Sequence[Any]) -> frozenset[str]:
    """All JSON types that any of `schemas` allows; empty if one of them accepts anything."""
    found: set[str] = set()
    for schema in schemas:
        for branch in branches(schema):
            declared = declared_types(branch)
            if not declared:
                if "allOf" in (schema if isinstance(schema, dict) else {}):
                    continue
                return frozenset()
            found |= declared
    return frozenset(found)


def at(schema: Any, parts: Sequence[Part]) -> list[Any] | None:
    """Every sub-schema that a value at `parts` may have; None if no value can be there.

    A property exists where a branch names it, where `additionalProperties` allows it, or where the schema says
    nothing about its properties. A name with dots may be split over several parts.
    """
    current: list[Any] = [schema]
    position = 0
    while position < len(parts):
        step, width = _step(current, parts, position)
        if step is None:
            return None
        current = step
        position += width
    return current


def _step(schemas: list[Any], parts: Sequence[Part], position: int) -> tuple[list[Any] | None, int]:
    part = parts[position]
    if isinstance(part, int):
        return _found(_item(branch, part) for schema in schemas for branch in branches(schema)), 1
    found = _found(_property(branch, part) for schema in schemas for branch in branches(schema))
    if found is not None:
        return found, 1
    name = part
    for width in range(2, len(parts) - position + 1):
        following = parts[position + width - 1]
        if isinstance(following, int):
            break
        name += f".{following}"
        found = _found(_property(branch, name) for schema in schemas for branch in branches(schema))
        if found is not None:
            return found, width
    return None, 1


def _found(children: Iterator[Any]) -> list[Any] | None:
    found = [child for child in children if child is not None]
    return found or None


def _property(branch: Schema, name: str) -> Any:
    """The schema of property `name` of an object, `{}` where it may be anything, None where it cannot be."""
    properties = branch.get("properties")
    if isinstance(properties, dict) and name in properties:
        return properties[name] if isinstance(properties[name], dict) else {}
    declared = declared_types(branch)
    if declared and "object" not in declared:
        return None
    extra = branch.get("additionalProperties")
    if isinstance(extra, dict):
        return extra
    if extra is True or (extra is None and not properties and not branch.keys() & set(_UNIONS)):
        return {}
    return {} if branch.get("patternProperties") else None


def _item(branch: Schema, position: int) -> Any:
    declared = declared_types(branch)
    if declared and "array" not in declared:
        return None
    most = branch.get("maxItems")
    if isinstance(most, int) and position >= most:
        return None
    prefix = branch.get("prefixItems")
    if isinstance(prefix, list) and position < len(prefix):
        return prefix[position]
    items = branch.get("items", {})
    return items if isinstance(items, dict) else (None if items is False else {})


def in_response(response: Any, parts: Sequence[Part]) -> list[Any] | None:
    """Like `at`, for a path as a reference writes it: a response that is no object is called `result`."""
    if not is_known(response):
        return [{}]
    if parts[0] == RESULT and not is_object(response):
        return at(response, parts[1:])
    return at(response, parts)


def output_names(response: Any) -> tuple[str, ...] | None:
    """First names that a path into the response can have; None if any name may do."""
    if not is_known(response):
        return None
    if not is_object(response):
        return (RESULT,)
    names: dict[str, None] = {}
    for branch in branches(response):
        declared = declared_types(branch)
        if declared and "object" not in declared:
            continue
        if _property(branch, "\0") is not None:
            return None
        names.update(dict.fromkeys(branch.get("properties", {})))
    return tuple(names)


def leaves(response: Any, *, limit: int, depth: int = 5) -> list[tuple[str, str]]:
    """Paths into a response with their types, `("items[0].sku", "string")`, at most `limit`, shallow ones first.

    The first element stands for a list. Objects and lists are listed too, so that a whole one can be passed on.
    """
    prefix: tuple[Part, ...] = () if is_object(response) else (RESULT,)
    level: list[tuple[tuple[Part, ...], Any]] = [(prefix, response)]
    found: dict[str, str] = {}
    for _ in range(depth):
        following: list[tuple[tuple[Part, ...], Any]] = []
        for where, schema in level:
            for part, child in _children(schema):
                following.append(((*where, part), child))
        for where, schema in ([(prefix, response)] if prefix and not found else []) + following:
            if len(found) >= limit:
                return list(found.items())
            kinds = types([schema]) - {"null"}
            found.setdefault(format_path(where), "|".join(sorted(kinds)) or "any")
        level = following
    return list(found.items())


def _children(schema: Any) -> Iterator[tuple[Part, Any]]:
    for branch in branches(schema):
        properties = branch.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        if isinstance(branch.get("items"), dict):
            yield 0, branch["items"]
