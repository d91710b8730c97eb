"""A schema that holds others, before it is expanded: its own keywords, and what it holds."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.screen import clean_key
from shared.catalog.typed_values import text_of

_SHORTEST = 20
_NONE: list[Any] = []
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
        nullable: one of the variants is null.
        is_cut: it has more variants than are kept.
        whole: the expansion, once there was one that left nothing out.
        by_depth: the expansions that were cut, by the levels they were allowed.
        fails_from: with so many levels and more it has too many sub-schemas.
        best: the expansion with as many levels as there may be.
        members: the sub-schemas as they are known, from the first expansion on.
    """

    __slots__ = (
        "base",
        "best",
        "by_depth",
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
        properties = schema.get("properties")
        self.properties: dict[str, Any] = properties if isinstance(properties, dict) else {}
        self.required = schema.get("required")
        self.inner: list[tuple[str, dict[str, Any]]] = []
        for word in ("items", "additionalProperties"):
            if word in schema and isinstance(sub := schema[word], dict) and sub:
                self.inner.append((word, sub))
        variants = schema.get("oneOf") or schema.get("anyOf") or _NONE
        if not isinstance(variants, list):
            variants = _NONE
        self.variants: list[Any] = variants
        if variants:
            self.variants = [
                one for one in variants if not (isinstance(one, dict) and one.get("type") == "null")
            ]
        self.nullable = len(self.variants) < len(variants)
        self.is_cut = False
        self.whole: Closed | None = None
        self.by_depth: dict[int, Closed] = {}
        self.fails_from = CUT
        self.best: JsonSchema | None = None
        self.members: Members | None = None
        if "type" not in base and (kind := self._implied_type(variants)):
            base["type"] = kind

    @property
    def holds(self) -> bool:
        """Whether there is anything to expand."""
        return bool(self.properties or self.inner or self.variants or self.nullable or self.is_cut)

    def _implied_type(self, variants: list[Any]) -> str:
        """The type of a schema that does not say it, by what it holds; "" where its variants have other types."""
        kind = ""
        if self.properties:
            kind = "object"
        elif self.inner:
            kind = "array" if self.inner[0][0] == "items" else "object"
        if not kind or all(one.get("type") in (None, kind) for one in variants if isinstance(one, dict)):
            return kind
        return ""


class Members:
    """The sub-schemas of a node as they are known, under their scrubbed names."""

    __slots__ = ("inner", "properties", "required", "variants")

    def __init__(
        self,
        properties: list[tuple[str, Known]],
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
