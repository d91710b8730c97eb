"""Schemas of OpenAPI documents as small self-contained JSON Schemas (draft 2020-12, no `$ref`)."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema, Parameter
from shared.catalog.plain import plain
from shared.catalog.reading import Reading
from shared.catalog.refs import Refs
from shared.catalog.schema_merge import merge_all_of
from shared.catalog.schema_words import BEYOND_LEAF, ENUM_LIMIT, JSON_TYPES, scalar_keywords, schema_types
from shared.catalog.screen import clean_key
from shared.catalog.typed_values import fit_enum, text_of

_MAX_VARIANTS = 10
_SHORTEST = 20
_HOLDERS = frozenset(("properties", "items", "additionalProperties", "anyOf", "oneOf"))
_OPEN: JsonSchema = {}

# A closed schema, how many sub-schemas it has, and the levels it needed (`_CUT` if it was cut).
type _Closed = tuple[JsonSchema, int, int]
_CUT = 1_000
_NOTHING: _Closed = (_OPEN, 1, 0)
_ENDLESS: _Closed = (_OPEN, 1, _CUT)


class _Node:
    """What is known of the expansion of a schema that holds others."""

    __slots__ = ("base", "by_depth", "fails_from", "nodes", "schema", "whole")

    def __init__(self, schema: dict[str, Any], base: JsonSchema, nodes: int) -> None:
        self.schema = schema
        self.base = base
        self.nodes = nodes
        self.whole: _Closed | None = None
        self.fails_from = _CUT
        self.by_depth: dict[int, _Closed] = {}


class Schemas:
    """Closes the schemas of one document.

    The expansion of a schema depends only on (schema, levels left), so it is done once and shared;
    cycles end where the levels do, and a schema with too many sub-schemas is closed with fewer levels.
    """

    def __init__(self, refs: Refs, reading: Reading) -> None:
        self.refs = refs
        # Fields of bodies made for one operation, which others repeat, by their content.
        self.fields: dict[str, tuple[Parameter, ...]] = {}
        # Whole bodies by the identity of their schema, place and whether they are required.
        self.bodies: dict[tuple[int, str, bool], tuple[Parameter, ...]] = {}
        self._reading = reading
        self._depth = reading.limits.schema_depth
        self._nodes = reading.limits.schema_nodes
        # By identity of the schema and its name, which enums are scrubbed by.
        self._known: dict[tuple[int, str], _Closed | _Node] = {}
        self._held: list[Any] = []
        self._best: dict[str, JsonSchema] = {}
        self._leaves: dict[tuple[str | None, str | None, bool], _Closed] = {}
        self._merged: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}

    def close(self, schema: Any, name: str = "") -> JsonSchema:
        """`schema` without references, descriptions and examples; `{}` where it says nothing usable."""
        if not isinstance(schema, dict):
            return _OPEN
        if BEYOND_LEAF.isdisjoint(schema):
            return self._leaf(schema)[0]
        ref = schema.get("$ref")
        if isinstance(ref, str) and ref in self._best:
            return self._best[ref]
        self._held.append(schema)  # so that its id stays its own
        found: _Closed | None = None
        for depth in range(self._depth, -1, -1):
            found = self._expand(schema, depth, name)
            if found is not None:
                break
        closed = found[0] if found else _OPEN
        if isinstance(ref, str):
            self._best[ref] = closed
        return closed

    def flatten(self, schema: Any) -> dict[str, Any]:
        """`schema` itself, one level: references followed, `allOf` merged; `{}` if it is no object."""
        node = self.refs.resolve(schema, "") if isinstance(schema, dict) and "$ref" in schema else schema
        if not isinstance(node, dict):
            return {}
        return self._merge(node) if "allOf" in node else node

    def _merge(self, schema: dict[str, Any]) -> dict[str, Any]:
        known = self._merged.get(id(schema))
        if known is None:
            known = self._merged[id(schema)] = (schema, merge_all_of(schema, self.refs))
        return known[1]

    def _expand(self, schema: Any, depth: int, name: str) -> _Closed | None:
        """None: over the allowed number of sub-schemas at this depth."""
        if type(schema) is not dict:
            return _NOTHING
        if BEYOND_LEAF.isdisjoint(schema):
            return self._leaf(schema)
        ref = schema.get("$ref")
        if type(ref) is str:
            return self._expand_ref(ref, depth)
        key = (id(schema), name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._read(schema, name)
        if isinstance(known, tuple):
            return known
        whole = known.whole
        if whole is not None and whole[2] <= depth:
            return whole
        if depth >= known.fails_from:
            return None
        found = known.by_depth.get(depth)
        return found if found is not None else self._grow(known, depth)

    def _leaf(self, schema: dict[str, Any]) -> _Closed:
        """Most schemas are a type and perhaps a format: one object serves all that are the same."""
        word, form = schema.get("type"), schema.get("format")
        if not ((word is None or type(word) is str) and (form is None or type(form) is str)):
            return scalar_keywords(schema)[0], 1, 0
        key = (word, form, schema.get("nullable") is True)
        leaf = self._leaves.get(key)
        if leaf is None:
            leaf = self._leaves[key] = scalar_keywords(schema)[0], 1, 0
        return leaf

    def _expand_ref(self, ref: str, depth: int) -> _Closed | None:
        target = self.refs.find(ref)
        seen = {ref}
        while type(target) is dict and type(following := target.get("$ref")) is str:
            if following in seen:  # a cycle that never goes down a level
                return _ENDLESS
            seen.add(following)
            target = self.refs.find(following)
        return self._expand(target, depth, "")

    def _read(self, source: dict[str, Any], name: str) -> _Closed | _Node:
        schema = self._merge(source) if "allOf" in source else source
        closed, grows = scalar_keywords(schema)
        if not grows:
            return closed, 1, 0
        nodes = 1
        values = schema.get("enum")
        if values is None and "const" in schema:
            values = [schema["const"]]
        if isinstance(values, list) and values:
            closed |= self._enum(values, name, closed)
            if "enum" in closed:
                fit_enum(closed)
            nodes += len(values) // 8
        if nodes <= self._nodes and _HOLDERS.isdisjoint(schema):
            return closed, nodes, 0
        return _Node(schema, closed, nodes)

    def _grow(self, node: _Node, depth: int) -> _Closed | None:
        found = self._expand_object(node, depth)
        if found is None:  # more levels only make it larger
            node.fails_from = depth
        elif found[2] < _CUT:
            node.whole = found
        else:
            node.by_depth[depth] = found
        return found

    def _expand_object(self, node: _Node, depth: int) -> _Closed | None:
        schema, closed, nodes, height = node.schema, node.base.copy(), node.nodes, 0
        if "type" not in closed and (kind := _implied_type(schema)):
            closed["type"] = kind
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            grown = self._properties(closed, properties, schema.get("required"), depth)
            if grown is None:
                return None
            nodes, height = nodes + grown[0], max(height, grown[1])
        if "items" in schema or "additionalProperties" in schema:
            grown = self._items(closed, schema, depth)
            if grown is None:
                return None
            nodes, height = nodes + grown[0], max(height, grown[1])
        if "anyOf" in schema or "oneOf" in schema:
            grown = self._variants(closed, schema, depth)
            if grown is None:
                return None
            nodes, height = nodes + grown[0], max(height, grown[1])
        return (closed, nodes, height) if nodes <= self._nodes or depth <= 1 else None

    def _properties(
        self, closed: JsonSchema, properties: dict[str, Any], required: Any, depth: int
    ) -> tuple[int, int] | None:
        if depth <= 0:
            return 0, _CUT
        kept: dict[str, JsonSchema] = {}
        nodes, height = 0, 0
        for key, sub in properties.items():
            found = self._expand(sub, depth - 1, key)
            if found is None:
                return None
            kept[_clean(key)] = found[0]
            nodes += found[1]
            height = max(height, found[2])
            if nodes > self._nodes:
                if depth > 1:
                    return None
                height = _CUT
                break
        closed["properties"] = kept
        if isinstance(required, list) and required:
            names = _required(required, properties)
            if names:
                closed["required"] = names
        return nodes, height + 1

    def _items(self, closed: JsonSchema, schema: dict[str, Any], depth: int) -> tuple[int, int] | None:
        nodes, height = 0, 0
        for word in ("items", "additionalProperties"):
            sub = schema.get(word)
            if not isinstance(sub, dict) or not sub:
                continue
            if depth <= 0:
                height = _CUT
                continue
            found = self._expand(sub, depth - 1, "")
            if found is None:
                return None
            if found[0]:
                closed[word] = found[0]
            nodes, height = nodes + found[1], max(height, found[2] + 1)
        return nodes, height

    def _variants(self, closed: JsonSchema, schema: dict[str, Any], depth: int) -> tuple[int, int] | None:
        variants = schema.get("oneOf") or schema.get("anyOf")
        if not isinstance(variants, list) or not variants:
            return 0, 0
        real = [item for item in variants if not (isinstance(item, dict) and item.get("type") == "null")]
        if len(real) > _MAX_VARIANTS:  # too many to be kept: what they have in common is their type
            kinds = {word if isinstance(word := self.flatten(item).get("type"), str) else "" for item in real}
            if len(kinds) == 1 and len(real) == len(variants) and kinds < JSON_TYPES:
                closed.setdefault("type", kinds.pop())
            return 0, _CUT
        if depth <= 0:
            return 0, _CUT
        kept: list[JsonSchema] = []
        nodes, height = 0, 0
        for item in real:
            found = self._expand(item, depth - 1, "")
            if found is None:
                return None
            kept.append(found[0])
            nodes, height = nodes + found[1], max(height, found[2])
        if len(real) < len(variants):
            kept.append({"type": "null"})
        if all(kept):  # an open variant accepts anything, and so does the whole
            if len(kept) == 1:
                for key, value in kept[0].items():
                    closed.setdefault(key, value)
            elif len(kept) > 1:
                closed["anyOf"] = kept
        return nodes, height + 1

    def _enum(self, values: list[Any], name: str, closed: JsonSchema) -> JsonSchema:
        if len(values) > ENUM_LIMIT:
            message = f"An enum of {len(values)} values is left open; at most {ENUM_LIMIT} are kept."
            self._reading.note("enum_left_out", name, message)
            return {}
        is_plain = all(type(value) is str and value.isascii() for value in values)
        kept = self._reading.scrubbed(values if is_plain else [plain(value) for value in values], name, "")
        types = schema_types(closed)
        if "null" in types and None not in kept:
            kept = [*kept, None]
        return {"enum": kept}


def _implied_type(schema: dict[str, Any]) -> str:
    """The type of a schema that does not say it, by what it holds; "" where its variants have other types."""
    kind = ""
    for word, implied in (("additionalProperties", "object"), ("items", "array"), ("properties", "object")):
        if isinstance(schema.get(word), dict) and schema[word]:
            kind = implied
    variants = schema.get("oneOf") or schema.get("anyOf") or ()
    others = (
        [one.get("type") for one in variants if isinstance(one, dict)] if isinstance(variants, list) else []
    )
    return kind if all(other in (None, kind) for other in others) else ""


def _required(required: list[Any], properties: dict[str, Any]) -> list[str]:
    """Names that a request must hold: those of known properties that are not read-only."""
    names = []
    for raw in required:
        name = raw if type(raw) is str else text_of(raw)  # `required: [1]` beside a property `1:`
        sub = properties.get(name) if name is not None else None
        if name is not None and isinstance(sub, dict) and not sub.get("readOnly"):
            names.append(_clean(name))
    return list(dict.fromkeys(names))


def _clean(key: Any) -> Any:
    """The name of a property, scrubbed; no credential is a word as short as most of them."""
    return key if type(key) is not str or (len(key) < _SHORTEST and key.isidentifier()) else clean_key(key)
