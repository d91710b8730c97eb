"""The values that a response holds, with the names they can be asked for by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.catalog.model import JsonSchema
from shared.curriculum.nouns import key_words
from shared.json_types import SCALARS

MAX_DEPTH = 5
MAX_FIELDS = 120
Key = tuple[str, ...]

# A single word of these says nothing without the resource it belongs to.
GENERIC = frozenset(
    "id sid urn arn sha "
    "name key code number slug title type status state value data url uri href link date time description "
    "text message count total ref reference version kind label tag content result item email path hash "
    "created updated amount price quantity category author severity currency color copies start end "
    "from to size length limit offset page format lang language sort order_by query".split()
)
# Envelopes that say nothing of the resource they hold.
_WRAPPERS = frozenset(
    "data result item value response body payload content record entry list object attribute resource embedded "
    "property output node edge hit match row element".split()
)
# A response that is no object is called `result` in references: `result[0].id`.
RESULT = "result"
_NAMEABLE = re.compile(r"[^\s.\[\]{}\"'$][^.\[\]{}\"']*")
# Of a field that nothing is said about, a name like these says that it holds one value.
_HANDLES = frozenset("id sid slug key code number name username uid".split())
_WORDS_ABOUT = frozenset(("description", "title", "nullable"))


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar (or list of scalars) in a response: its path, the keys it answers to, best first, and its type."""

    path: str
    keys: tuple[Key, ...]
    type: str
    format: str
    depth: int


def response_fields(schema: JsonSchema, resource: str) -> list[Field]:
    """The first `MAX_FIELDS` values of a response body, breadth first, at most `MAX_DEPTH` levels deep.

    Paths are as a plan's references write them: a body that is a list itself is called `result`.
    """
    found: list[Field] = []
    level: list[tuple[str, JsonSchema, str, int]] = []
    if schema_type(schema) == "array":
        _visit(RESULT, RESULT, schema, resource, -1, found, level)
    else:
        level.append(("", schema, resource, 0))
    while level and len(found) < MAX_FIELDS:
        below: list[tuple[str, JsonSchema, str, int]] = []
        for path, node, context, depth in level:
            for name, child in _properties(node):
                _visit(f"{path}.{name}" if path else name, name, child, context, depth, found, below)
                if len(found) >= MAX_FIELDS:
                    return found
        level = below[:MAX_FIELDS]
    return found


def _visit(
    path: str,
    name: str,
    node: JsonSchema,
    context: str,
    depth: int,
    found: list[Field],
    below: list[tuple[str, JsonSchema, str, int]],
) -> None:
    if not _NAMEABLE.fullmatch(name):
        return
    kind = schema_type(node)
    while kind == "array" and isinstance(node.get("items"), dict):
        path, node = f"{path}[0]", node["items"]
        kind = schema_type(node)
    if kind in SCALARS and "const" not in node:
        found.append(Field(path, field_keys(name, context), kind, str(node.get("format", "")), depth))
    elif kind == "any" and not node.keys() - _WORDS_ABOUT and (key_words(name) or ("",))[-1] in _HANDLES:
        found.append(Field(path, field_keys(name, context), "any", "", depth))
    elif kind in ("object", "any") and depth + 1 < MAX_DEPTH:
        inner = (key_words(name) or ("",))[-1]
        below.append((path, node, context if inner in _WRAPPERS or not inner else inner, depth + 1))


def field_keys(name: str, context: str) -> tuple[Key, ...]:
    """The keys of a field or parameter called `name` of the resource `context`, the most telling first."""
    words = key_words(name)
    if not words:
        return ()
    if len(words) == 1 and words[0] in GENERIC:
        return ((context, *words),) if context else ()
    return (words,)


_PAGING = frozenset(
    "page total count limit offset cursor next previous prev more link meta size marker object type kind status "
    "success message code url href start end has first last per pagination token context result".split()
)


def main_list(schema: JsonSchema) -> str | None:
    """The path of the list that a response is: `result` for a bare one, `items` of a page of them.

    "" where the response is known and is no list, None where nothing is known of it.
    """
    if schema_type(schema) == "array":
        return RESULT
    if is_open(schema):
        return None
    return _list_in(schema, "", 0)


def holds_things(schema: JsonSchema) -> bool:
    """Whether a response holds a list of objects, among other things."""
    return any(field.depth <= 1 and "[0]." in field.path for field in response_fields(schema, ""))


def _list_in(schema: JsonSchema, path: str, depth: int) -> str:
    lists: list[str] = []
    wraps: list[tuple[str, JsonSchema]] = []
    own = 0
    for name, node in _properties(schema):
        words = key_words(name)
        if schema_type(node) == "array":
            lists.append(name)
        elif schema_type(node) == "object" and words and words[-1] in _WRAPPERS:
            wraps.append((name, node))
        elif _PAGING.isdisjoint(words) and schema_type(node) != "object":
            own += 1
    if own <= 1 and len(lists) == 1:
        return f"{path}{lists[0]}"
    if own <= 1 and len(lists) > 1:
        named = [name for name in lists if (key_words(name) or ("",))[-1] in _WRAPPERS]
        return f"{path}{named[0]}" if len(named) == 1 else ""
    if not own and not lists and len(wraps) == 1 and depth < 2:
        return _list_in(wraps[0][1], f"{path}{wraps[0][0]}.", depth + 1)
    return ""


def is_open(schema: JsonSchema) -> bool:
    """Whether a response may be an object of any fields: nothing is said, or only that it is an object."""
    return schema_type(schema) in ("any", "object") and next(_properties(schema), None) is None


def schema_type(schema: JsonSchema) -> str:
    """The one JSON type that `schema` gives (null aside), `any` if it gives none or several."""
    kinds = _types(schema, 0) - {"null"}
    return kinds.pop() if len(kinds) == 1 else "any"


def _types(schema: JsonSchema, depth: int) -> set[str]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return {kind}
    if isinstance(kind, list):
        return {one for one in kind if isinstance(one, str)}
    if isinstance(schema.get("properties"), dict):
        return {"object"}
    return {one for part in _parts(schema) if depth < MAX_DEPTH for one in _types(part, depth + 1)}


def _parts(schema: JsonSchema) -> Iterator[JsonSchema]:
    for union in ("allOf", "oneOf", "anyOf"):
        parts: Any = schema.get(union)
        if isinstance(parts, list):
            yield from (part for part in parts[:8] if isinstance(part, dict))


def _properties(schema: JsonSchema, depth: int = 0) -> Iterator[tuple[str, JsonSchema]]:
    properties: Any = schema.get("properties")
    if isinstance(properties, dict):
        yield from ((name, node) for name, node in properties.items() if isinstance(node, dict))
    if depth < MAX_DEPTH:
        for part in _parts(schema):
            yield from _properties(part, depth + 1)
