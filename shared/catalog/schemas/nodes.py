"""A schema that holds others, before it is expanded: its own keywords, and what it holds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from shared.catalog.model import JsonSchema
from shared.catalog.schemas.typed_values import text_of
from shared.scrub.text import scrub_key

_NONE: list[Any] = []
_NOTHING: dict[str, Any] = {}
# Levels of a schema that was cut: more than any schema has.
CUT = 1_000
# The type that a sub-schema under one of these words implies; one under none is a variant.
_IMPLIED = {"items": "array", "additionalProperties": "object"}

# A closed schema, how many sub-schemas it has, and the levels it needed (`CUT` if it was cut).
type Closed = tuple[JsonSchema, int, int]
# What a sub-schema is known as: closed, as it holds nothing, or a node to be expanded.
type Known = Closed | Node


class Node(Struct):
    """What is known of the expansion of a schema that holds others.

    Attributes:
        flat: the schema without those it holds; its type may be the one that its variants have in common.
        required: as it stands in the document.
        properties: those sub-schemas as they stand in the document.
        others: the other ones, each with its keyword; variants have none.
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
    others: list[tuple[str, Any]]
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
        properties: they without those they hold, under their scrubbed names.
        others: likewise.
        below: those of both that hold others, or are too large to be kept whole.
        named, placed: the same with their names and places.
        nodes: what all sub-schemas count by themselves.
        held: how many sub-schemas those below have.
        height: the levels that those which hold nothing need.
        required: scrubbed names of properties.
    """

    properties: dict[str, JsonSchema]
    others: list[JsonSchema]
    below: list[Node]
    named: list[tuple[Any, Node]]
    placed: list[tuple[int, Node]]
    nodes: int
    held: int
    height: int
    required: list[str]


def node_of(schema: dict[str, Any], base: JsonSchema, nodes: int) -> Node:
    """The node of a schema with these keywords of its own, which get the type that it implies."""
    properties = schema.get("properties")
    if type(properties) is not dict:
        properties = _NOTHING
    others, nullable = _NONE, False
    if "items" in schema and type(sub := schema["items"]) is dict and sub:
        others = [("items", sub)]
    if "additionalProperties" in schema and type(sub := schema["additionalProperties"]) is dict and sub:
        others = [*others, ("additionalProperties", sub)]
    if "oneOf" in schema or "anyOf" in schema:
        listed = schema.get("oneOf") or schema.get("anyOf")
        if type(listed) is list:
            variants = [
                ("", one)
                for one in listed
                if type(one) is not dict or "type" not in one or one["type"] != "null"
            ]
            nullable = len(variants) < len(listed)
            others = [*others, *variants] if others else variants
    held = len(properties) + len(others)
    if held and "type" not in base and not nullable:
        kind = "object" if properties else _IMPLIED.get(others[0][0])
        # Variants that say another type are no objects or lists.
        if kind and all(word or _allows(one, kind) for word, one in others):
            base["type"] = kind
    flat = base, nodes, CUT if held or nullable else 0
    return Node(flat, schema.get("required") if properties else None, properties, others, nullable, held)


def _allows(schema: Any, kind: str) -> bool:
    return not isinstance(schema, dict) or schema.get("type") in (None, kind)


class Names(dict[Any, Any]):
    """The names of properties, scrubbed; each is looked at once."""

    def __missing__(self, key: Any) -> Any:
        if type(key) is not str:  # of a YAML document
            return key
        self[key] = name = scrub_key(key)
        return name


def required_names(required: Any, properties: dict[str, Any], names: Names) -> list[str]:
    """Names that a request must hold: those of known properties that are not read-only."""
    if type(required) is not list:
        return []
    listed: list[Any] = [name if type(name) is str else text_of(name) for name in required]
    found = [
        names[name]  # `required: [1]` may stand beside a property `1:`
        for name in listed
        if name in properties
        and type(sub := properties[name]) is dict
        and ("readOnly" not in sub or not sub["readOnly"])
    ]
    return [*dict.fromkeys(found)]
