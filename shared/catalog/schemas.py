"""Schemas of OpenAPI documents as small self-contained JSON Schemas (draft 2020-12, no `$ref`)."""

from __future__ import annotations

from itertools import islice
from typing import Any

from shared.catalog.model import JsonSchema, Parameter
from shared.catalog.plain import plain
from shared.catalog.reading import Reading
from shared.catalog.refs import Refs
from shared.catalog.schema_merge import merge_all_of
from shared.catalog.schema_nodes import CUT, Closed, Known, Members, Names, Node, node_of, required_names
from shared.catalog.schema_words import BEYOND_LEAF, ENUM_LIMIT, JSON_TYPES, scalar_keywords, schema_types
from shared.catalog.typed_values import fit_enum

_MAX_VARIANTS = 10
_OPEN: JsonSchema = {}
_NOTHING: Closed = (_OPEN, 1, 0)
_ENDLESS: Closed = (_OPEN, 1, CUT)


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
        self._known: dict[tuple[int, str], Known] = {}
        self._held: list[Any] = []
        self._targets: dict[str, Known] = {}
        self._leaves: dict[Any, Closed] = {}
        self._types: dict[str, str] = {}
        self._names = Names()
        self._merged: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}

    def close(self, schema: Any, name: str = "") -> JsonSchema:
        """`schema` without references, descriptions and examples; `{}` where it says nothing usable."""
        if type(schema) is not dict:
            return _OPEN
        if BEYOND_LEAF.isdisjoint(schema):
            return self._leaf(schema)[0]
        self._held.append(schema)  # so that its id stays its own
        found = self._read(schema, name)
        if not isinstance(found, Node):
            return found[0]
        if found.best is None:
            found.best = self._best(found)
        return found.best

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

    def _read(self, schema: Any, name: str) -> Known:
        """What is known of a schema before it is expanded; each is looked at once."""
        if type(schema) is not dict:
            return _NOTHING
        ref = schema.get("$ref")
        if type(ref) is str:
            found = self._targets.get(ref)
            if found is None:
                found = self._targets[ref] = self._target(ref)
            return found
        if BEYOND_LEAF.isdisjoint(schema):
            return self._leaf(schema)
        key = (id(schema), name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._own(schema, name)
        return known

    def _leaf(self, schema: dict[str, Any]) -> Closed:
        """Most schemas are a type and perhaps a format: one object serves all that are the same."""
        key: Any = schema.get("type")
        if type(key) is not str or "format" in schema or "nullable" in schema:
            word = tuple(key) if type(key) is list else key
            key = (word, schema.get("format"), schema.get("nullable") is True)
        try:
            leaf = self._leaves.get(key)
            if leaf is None:
                leaf = self._leaves[key] = scalar_keywords(schema)[0], 1, 0
        except TypeError:  # neither words nor a list of words
            leaf = scalar_keywords(schema)[0], 1, 0
        return leaf

    def _target(self, ref: str) -> Known:
        target = self.refs.find(ref)
        seen = {ref}
        while type(target) is dict and type(following := target.get("$ref")) is str:
            if following in seen:  # a cycle that never goes down a level
                return _ENDLESS
            seen.add(following)
            target = self.refs.find(following)
        return self._read(target, "")

    def _own(self, source: dict[str, Any], name: str) -> Known:
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
        node = node_of(schema, closed, nodes)
        if len(node.variants) > _MAX_VARIANTS:
            self._cut_variants(node)
        return node if node.holds or nodes > self._nodes else (node.base, nodes, 0)

    def _cut_variants(self, node: Node) -> None:
        """Too many variants to be kept: what they have in common is their type."""
        kinds = {self._type_of(one) for one in node.variants}
        if len(kinds) == 1 and not node.nullable and kinds < JSON_TYPES:
            node.base.setdefault("type", kinds.pop())
        node.variants, node.nullable, node.is_cut = [], False, True

    def _type_of(self, schema: Any) -> str:
        """The one type word of a schema, "" where there is none."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(ref, str) and ref in self._types:
            return self._types[ref]
        word = self.flatten(schema).get("type")
        word = word if isinstance(word, str) else ""
        if isinstance(ref, str):
            self._types[ref] = word
        return word

    def _best(self, node: Node) -> JsonSchema:
        for depth in range(self._depth, -1, -1):
            found = self._expanded(node, depth)
            if found is not None:
                return found[0]
        return _OPEN

    def _expanded(self, node: Node, depth: int) -> Closed | None:
        """None: over the allowed number of sub-schemas at this depth."""
        whole = node.whole
        if whole is not None and whole[2] <= depth:
            return whole
        if depth >= node.fails_from:
            return None
        cut = node.cut
        if cut is not None and depth in cut:
            return cut[depth]
        found = self._grow(node, depth)
        if found is None:  # more levels only make it larger
            node.fails_from = depth
        elif found[2] < CUT:
            node.whole = found
        elif cut is None:
            node.cut = {depth: found}
        else:
            cut[depth] = found
        return found

    def _grow(self, node: Node, depth: int) -> Closed | None:
        if depth <= 0:
            return node.base, node.nodes, CUT if node.holds else 0
        members = node.members
        if members is None:
            members = node.members = self._members(node)
        closed, nodes, height = node.base.copy(), node.nodes, CUT if node.is_cut else 0
        if members.properties:
            grown = self._grow_properties(closed, members, depth - 1)
            if grown is None:
                return None
            nodes += grown[0]
            height = max(height, grown[1] + 1)
        for word, known in members.inner:
            found = self._expanded(known, depth - 1) if isinstance(known, Node) else known
            if found is None:
                return None
            if found[0]:
                closed[word] = found[0]
            nodes += found[1]
            height = max(height, found[2] + 1)
        if members.variants or node.nullable:
            grown = self._grow_variants(closed, members, node.nullable, depth - 1)
            if grown is None:
                return None
            nodes += grown[0]
            height = max(height, grown[1] + 1)
        return (closed, nodes, height) if nodes <= self._nodes or depth <= 1 else None

    def _members(self, node: Node) -> Members:
        read, names = self._read, self._names
        # No more than these are ever kept.
        properties = islice(node.properties.items(), self._nodes + 1)
        return Members(
            {names[key]: read(sub, key) for key, sub in properties},
            required_names(node.required, node.properties, names) if node.required else [],
            [(word, read(sub, "")) for word, sub in node.inner],
            [read(one, "") for one in node.variants],
        )

    def _grow_properties(self, closed: JsonSchema, members: Members, depth: int) -> tuple[int, int] | None:
        kept: dict[str, JsonSchema] = {}
        nodes, height, most = 0, 0, self._nodes
        for key, known in members.properties.items():
            found = self._expanded(known, depth) if isinstance(known, Node) else known
            if found is None:
                return None
            kept[key] = found[0]
            nodes += found[1]
            if found[2] > height:
                height = found[2]
            if nodes > most:
                if depth > 0:
                    return None
                height = CUT
                break
        closed["properties"] = kept
        if members.required:
            closed["required"] = members.required
        return nodes, height

    def _grow_variants(
        self, closed: JsonSchema, members: Members, nullable: bool, depth: int
    ) -> tuple[int, int] | None:
        kept: list[JsonSchema] = []
        nodes, height = 0, 0
        for known in members.variants:
            found = self._expanded(known, depth) if isinstance(known, Node) else known
            if found is None:
                return None
            kept.append(found[0])
            nodes += found[1]
            height = max(height, found[2])
        if nullable:
            kept.append({"type": "null"})
        if all(kept):  # an open variant accepts anything, and so does the whole
            if len(kept) == 1:
                for key, value in kept[0].items():
                    closed.setdefault(key, value)
            elif len(kept) > 1:
                closed["anyOf"] = kept
        return nodes, height

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
