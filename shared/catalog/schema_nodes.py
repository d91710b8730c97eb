"""A schema that holds others, before it is expanded: its own keywords, and what it holds."""

from __future__ import annotations

from typing import Any

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


class Node:
    """What is known of the expansion of a schema that holds others.

    Attributes:
        base: the keywords of its own; its type may be the one that its variants have in common.
        nodes: what it counts by itself.
        properties, inner, variants: the sub-schemas as they stand in the document.
        required: as it stands in the document.
        nullable: one of the variants is null.
        is_cut: it has more variants than are kept.
        members: the sub-schemas as they are known, from the first expansion on.
        whole: the expansion, once there was one that left nothing out.
        cut: the expansions that left something out, by the levels they were allowed.
        fails_from: with so many levels and more it has too many sub-schemas.
        best: the expansion with as many levels as there may be.
    """

    __slots__ = (
        "base",
        "best",
        "cut",
        "fails_from",
        "inner",
        "is_cut",
        "members",
        "nodes",
        "nullable",
        "properties",
        "required",
        "variants",
        "whole",
    )

    def __init__(self, schema: dict[str, Any], base: JsonSchema, nodes: int) -> None:
        self.base = base
        self.nodes = nodes
        get = schema.get
        properties = get("properties")
        self.properties: dict[str, Any] = properties if type(properties) is dict else _NOTHING
        self.required = get("required")
        self.inner: list[tuple[str, dict[str, Any]]] = _NONE
        if "items" in schema or "additionalProperties" in schema:
            inner = [(word, get(word)) for word in ("items", "additionalProperties")]
            self.inner = [(word, sub) for word, sub in inner if type(sub) is dict and sub]
        self.variants: list[Any] = _NONE
        self.nullable = False
        variants = get("oneOf") or get("anyOf")
        if variants and type(variants) is list:
            self.variants = [
                one for one in variants if type(one) is not dict or "type" not in one or one["type"] != "null"
            ]
            self.nullable = len(self.variants) < len(variants)
        self.is_cut = False
        self.members: Members | None = None
        self.whole: Closed | None = None
        self.cut: dict[int, Closed] | None = None
        self.fails_from = CUT
        self.best: JsonSchema | None = None
        if "type" not in base and (kind := self._implied_type()):
            base["type"] = kind

    @property
    def holds(self) -> bool:
        """Whether there is anything to expand."""
        return bool(self.properties or self.inner or self.variants or self.nullable or self.is_cut)

    def _implied_type(self) -> str:
        """The type of a schema that does not say it, by what it holds; "" where its variants have other types."""
        if self.properties:
            kind = "object"
        elif self.inner:
            kind = "array" if self.inner[0][0] == "items" else "object"
        else:
            return ""
        if self.nullable:
            return ""
        others = [one.get("type") for one in self.variants if isinstance(one, dict)]
        return kind if all(other in (None, kind) for other in others) else ""


class Members:
    """The sub-schemas of a node as they are known, under their scrubbed names."""

    __slots__ = ("inner", "properties", "required", "variants")

    def __init__(
        self,
        properties: dict[str, Known],
        required: list[str],
        inner: list[tuple[str, Known]],
        variants: list[Known],
    ) -> None:
        self.properties = properties
        self.required = required
        self.inner = inner
        self.variants = variants


def required_names(required: Any, properties: dict[str, Any]) -> list[str]:
    """Names that a request must hold: those of known properties that are not read-only."""
    names: dict[str, None] = {}
    for raw in required if isinstance(required, list) else ():
        name = raw if type(raw) is str else text_of(raw)  # `required: [1]` beside a property `1:`
        sub = properties.get(name) if name is not None else None
        if isinstance(sub, dict) and not sub.get("readOnly"):
            names[property_name(name)] = None
    return list(names)


def property_name(key: Any) -> Any:
    """The name of a property, scrubbed; no credential is a word as short as most of them."""
    return key if type(key) is not str or (len(key) < _SHORTEST and key.isidentifier()) else clean_key(key)
