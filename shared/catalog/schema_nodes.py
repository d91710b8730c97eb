"""A schema that holds others, before it is expanded: its own keywords, and what it holds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from shared.catalog.model import JsonSchema
from shared.catalog.screen import clean_key
from shared.catalog.typed_values import text_of

_SHORTEST = 20
_NONE: list[Any] = []
_NOTHING: dict[str, Any] = {}
# Levels of a schema that was cut: more than any schema has.
CUT = 1_000

# A closed schema, how many sub-schemas it has, and the levels it needed (`CUT` if it was cut).
type Closed = tuple[JsonSchema, int, int]
# What a sub-schema is known as: closed, as it holds nothing, or a node to be expanded.
type Known = Closed | Node


# Where in a schema a sub-schema stands.
PROPERTIES, INNER, VARIANTS = range(3)


class Node(Struct):
    """What is known of the expansion of a schema that holds others.

    Attributes:
        flat: the schema without those it holds; its type may be the one that its variants have in common.
        required: as it stands in the document.
        properties, inner, variants: the sub-schemas as they stand in the document.
        nullable: one of the variants is null.
        held: how many sub-schemas it has.
        is_cut: it has more variants than are kept.
        members: the sub-schemas as they are known, from the first expansion on.
        whole: the expansion, once there was one that left nothing out.
        cut: the expansions that left something out, by the levels they were allowed.
        best: the expansion with as many levels as there may be.
    """

    flat: Closed
    required: Any
    properties: dict[str, Any]
    inner: list[tuple[str, dict[str, Any]]]
    variants: list[Any]
    nullable: bool
    held: int
    is_cut: bool = False
    members: Members | None = None
    whole: Closed | None = None
    cut: dict[int, Closed] | None = None
    best: JsonSchema | None = None


class Members(Struct):
    """The sub-schemas of a node as they are known.

    Attributes:
        properties, inner, variants: they without those they hold, under their scrubbed names, words and places.
        children: those that hold others: where they stand, under which key, and they.
        nodes: what all of them count by themselves.
        height: the levels that those which hold nothing need.
        required: scrubbed names of properties.
    """

    properties: dict[str, JsonSchema]
    inner: dict[str, JsonSchema]
    variants: dict[int, JsonSchema]
    children: list[tuple[int, Any, Node]]
    nodes: int
    height: int
    required: list[str]


def node_of(schema: dict[str, Any], base: JsonSchema, nodes: int) -> Node:
    """The node of a schema with these keywords of its own, which get the type that it implies."""
    properties = schema.get("properties")
    if type(properties) is not dict:
        properties = _NOTHING
    inner, variants, nullable = _NONE, _NONE, False
    if "items" in schema and type(sub := schema["items"]) is dict and sub:
        inner = [("items", sub)]
    if "additionalProperties" in schema and type(sub := schema["additionalProperties"]) is dict and sub:
        inner = [*inner, ("additionalProperties", sub)]
    if "oneOf" in schema or "anyOf" in schema:
        listed = schema.get("oneOf") or schema.get("anyOf")
        if type(listed) is list:
            variants = [
                one for one in listed if type(one) is not dict or "type" not in one or one["type"] != "null"
            ]
            nullable = len(variants) < len(listed)
    held = len(properties) + len(inner) + len(variants)
    if held and "type" not in base and not nullable:
        kind = (
            "object" if properties else "" if not inner else "array" if inner[0][0] == "items" else "object"
        )
        # Variants that say another type are no objects or lists.
        if kind and all(one.get("type") in (None, kind) for one in variants if isinstance(one, dict)):
            base["type"] = kind
    flat = base, nodes, CUT if held or nullable else 0
    return Node(flat, schema.get("required"), properties, inner, variants, nullable, held)


class Names(dict[Any, Any]):
    """The names of properties, scrubbed; each is looked at once."""

    def __missing__(self, key: Any) -> Any:
        if type(key) is not str:  # of a YAML document
            return key
        # No credential is a word as short as most names.
        self[key] = name = key if len(key) < _SHORTEST and key.isidentifier() else clean_key(key)
        return name


def required_names(required: Any, properties: dict[str, Any], names: Names) -> list[str]:
    """Names that a request must hold: those of known properties that are not read-only."""
    found: dict[str, None] = {}
    for raw in required if isinstance(required, list) else ():
        name = raw if type(raw) is str else text_of(raw)  # `required: [1]` beside a property `1:`
        sub = properties.get(name) if name is not None else None
        if isinstance(sub, dict) and not sub.get("readOnly"):
            found[names[name]] = None
    return list(found)
