"""What is known of the schemas of a document before they are expanded; each is looked at once."""

from __future__ import annotations

from itertools import islice
from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.keywords import BEYOND_LEAF, ENUM_LIMIT, scalar_keywords, schema_types
from shared.catalog.schemas.merge import merge_all_of, merge_values
from shared.catalog.schemas.nodes import CUT, Closed, Known, Members, Names, Node, node_of, required_names
from shared.catalog.schemas.refs import Refs
from shared.catalog.schemas.typed_values import fit_enum
from shared.json_types import JSON_TYPES
from shared.scrub.plain import are_plain, plain

_MAX_VARIANTS = 10
# A schema with one of these is rarely the same as another, or its name matters.
_OF_ITS_OWN = frozenset(("properties", "allOf", "enum", "const"))
_OPEN: JsonSchema = {}
_NOTHING: Closed = (_OPEN, 1, 0)
_ENDLESS: Closed = (_OPEN, 1, CUT)


class SchemaIndex:
    """The schemas of one document: closed where they hold no others, else nodes whose members are found on demand."""

    def __init__(self, refs: Refs, reading: Reading) -> None:
        self._refs = refs
        self._reading = reading
        self._nodes = reading.limits.schema_nodes
        # By identity of the schema and its name, which enums are scrubbed by.
        self._known: dict[tuple[int, str], Known] = {}
        self._same: dict[str, Known] = {}
        self._held: list[Any] = []
        self._targets: dict[str, Known] = {}
        self._leaves: dict[Any, Closed] = {}
        self._types: dict[str, str] = {}
        self._names = Names()
        self._merged: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}

    def hold(self, schema: Any) -> None:
        """Keep a schema, so that its id stays its own."""
        self._held.append(schema)

    def release(self) -> None:
        """Take apart the schemas that refer to themselves, so that their memory is free at once."""
        for known in self._known.values():
            if not isinstance(known, tuple):
                known.members = None

    def flatten(self, schema: Any) -> dict[str, Any]:
        """`schema` itself, one level: references followed, `allOf` merged; `{}` if it is no object."""
        node = self._refs.resolve(schema, "") if isinstance(schema, dict) and "$ref" in schema else schema
        if not isinstance(node, dict):
            return {}
        return self._merge(node) if "allOf" in node else node

    def _merge(self, schema: dict[str, Any]) -> dict[str, Any]:
        known = self._merged.get(id(schema))
        if known is None:
            known = self._merged[id(schema)] = (schema, merge_all_of(schema, self._refs))
        return known[1]

    def read(self, schema: Any, name: str) -> Known:
        """What is known of a schema before it is expanded; each is looked at once."""
        if type(schema) is not dict:
            return _NOTHING
        if "$ref" in schema and type(ref := schema["$ref"]) is str:
            return self._targets.get(ref) or self._target(ref)
        if BEYOND_LEAF.isdisjoint(schema):
            return self.leaf(schema)
        key = (id(schema), name)
        known = self._known.get(key)
        if known is None:
            known = self._alike(schema, name) if _OF_ITS_OWN.isdisjoint(schema) else self._own(schema, name)
            self._known[key] = known
        return known

    def _alike(self, schema: dict[str, Any], name: str) -> Known:
        """What is known of a schema without properties: one node serves all that are the same."""
        content = content_key(schema)
        if content is None or '"enum"' in content or '"const"' in content:  # which are scrubbed by the name
            return self._own(schema, name)
        known = self._same.get(content)
        if known is None:
            known = self._same[content] = self._own(schema, name)
        return known

    def leaf(self, schema: dict[str, Any]) -> Closed:
        """Most schemas are a type and perhaps a format: one object serves all that are the same."""
        word: Any = schema.get("type")
        if type(word) is list:
            word = tuple(word)
        key = word, schema.get("format"), schema.get("nullable") is True
        try:
            return self._leaves[key]
        except KeyError:
            leaf = self._leaves[key] = scalar_keywords(schema)[0], 1, 0
            return leaf
        except TypeError:  # neither words nor a list of words
            return scalar_keywords(schema)[0], 1, 0

    def _target(self, ref: str) -> Known:
        target = self._refs.find(ref)
        seen = {ref}
        while type(target) is dict and type(following := target.get("$ref")) is str:
            if following in seen:  # a cycle that never goes down a level
                known: Known = _ENDLESS
                break
            seen.add(following)
            target = self._refs.find(following)
        else:
            known = self.read(target, "")
        self._targets[ref] = known
        return known

    def _own(self, source: dict[str, Any], name: str) -> Known:
        schema = self._merge(source) if "allOf" in source else source
        if "oneOf" in schema or "anyOf" in schema:
            schema = merge_values(schema)
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
        if len(node.others) > _MAX_VARIANTS:
            self._cut_variants(node)
        return node if node.flat[2] or nodes > self._nodes else node.flat

    def _cut_variants(self, node: Node) -> None:
        """Too many variants to be kept: what they have in common is their type."""
        variants = [one for word, one in node.others if not word]
        if len(variants) <= _MAX_VARIANTS:
            return
        kind = "" if node.nullable else self._type_of(variants[0])
        if kind in JSON_TYPES and all(self._type_of(one) == kind for one in variants):
            node.flat[0].setdefault("type", kind)
        node.held -= len(variants)
        node.others = [(word, sub) for word, sub in node.others if word]
        node.nullable, node.is_cut = False, True

    def _type_of(self, schema: Any) -> str:
        """The one type word of a schema, or ""."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(ref, str) and ref in self._types:
            return self._types[ref]
        word = self.flatten(schema).get("type")
        word = word if isinstance(word, str) else ""
        if isinstance(ref, str):
            self._types[ref] = word
        return word

    def members(self, node: Node) -> Members:
        """The sub-schemas of a node; each node is asked for them once."""
        # No more than these are ever kept.
        listed = islice(node.properties.items(), self._nodes + 1)
        named = [(self._names[key], self.read(sub, key)) for key, sub in listed]
        placed = [self.read(sub, "") for _, sub in node.others]
        known = [*(one for _, one in named), *placed]
        below = [one for one in known if not isinstance(one, tuple)]
        flat = [one if isinstance(one, tuple) else one.flat for one in known]
        node.members = Members(
            properties={name: closed[0] for (name, _), closed in zip(named, flat, strict=False)},
            others=[closed[0] for closed in flat[len(named) :]],
            below=below,
            named=[(name, one) for name, one in named if not isinstance(one, tuple)],
            placed=[(place, one) for place, one in enumerate(placed) if not isinstance(one, tuple)],
            nodes=sum(closed[1] for closed in flat),
            held=sum(one.held for one in below),
            height=CUT if any(isinstance(one, tuple) and one[2] for one in known) else 0,
            required=required_names(node.required, node.properties, self._names),
        )
        return node.members

    def fitting(self, node: Node) -> dict[str, JsonSchema]:
        """The first properties of a node that holds too many, one level of each."""
        kept: dict[str, JsonSchema] = {}
        nodes = 0
        for key, sub in node.properties.items():
            known = self.read(sub, key)
            found = known if isinstance(known, tuple) else known.flat
            kept[self._names[key]] = found[0]
            nodes += found[1]
            if nodes > self._nodes:
                break
        return kept

    def _enum(self, values: list[Any], name: str, closed: JsonSchema) -> JsonSchema:
        if len(values) > ENUM_LIMIT:
            message = f"An enum of {len(values)} values is left open; at most {ENUM_LIMIT} are kept."
            self._reading.note("enum_left_out", name, message)
            return {}
        kept = values if are_plain(values) else [plain(value) for value in values]
        kept = self._reading.scrubbed(kept, name, "")
        types = schema_types(closed)
        if "null" in types and None not in kept:
            kept = [*kept, None]
        return {"enum": kept}
