"""How much of a schema is kept: its sub-schemas that are sent, on as many levels as the limits allow."""

from __future__ import annotations

from typing import Any, Literal

from shared.catalog.reading import Reading
from shared.catalog.schemas.flat import Flats
from shared.catalog.schemas.gathered import Flat
from shared.catalog.schemas.leaves import Leaves
from shared.catalog.schemas.variants import loosened

type Side = Literal["request", "response"]
type Sub = tuple[str, Any, Any]
"""A sub-schema: its keyword ("" for a variant), the name of the field, and the schema."""

# The type that a sub-schema under one of these words implies.
IMPLIED = {"items": "array", "additionalProperties": "object"}
_LEADS_ON = frozenset(("$ref", "allOf", "anyOf", "oneOf"))
_ANYTHING: tuple[Any, ...] = ({}, True)
_NOT_OF = {"request": "readOnly", "response": "writeOnly"}


class Levels:
    """Counts the sub-schemas of the schemas of one document; what was counted is kept with the schema."""

    def __init__(self, flats: Flats, leaves: Leaves, reading: Reading) -> None:
        self._flats = flats
        self._leaves = leaves
        self._reading = reading
        self.nodes = reading.limits.schema_nodes
        deepest = reading.limits.schema_depth
        kept_well = [(depth, is_loose) for is_loose in (False, True) for depth in range(deepest, 2, -1)]
        self._ways = [*kept_well, (2, True), (1, True)]  # variants without their fields say nothing

    def way(self, flat: Flat, side: Side) -> tuple[int, bool]:
        """How many levels are kept (0 if even one is too much), and whether variants are joined."""
        known = flat.kept.get(("way", side))
        if known is None:
            known = next((way for way in self._ways if self.cost(flat, *way, side) <= self.nodes), (0, True))
            flat.kept["way", side] = known
            depth, is_loose = known
            cost = self.cost(flat, depth, is_loose, side)
            if not depth or self.cost(flat, depth + 1, is_loose, side) > cost:
                self._reading.count("schema_cut", side)
        return known

    def cost(self, flat: Flat, depth: int, is_loose: bool, side: Side) -> int:
        """The number of sub-schemas, including itself, with so many levels; counting stops beyond the limit."""
        key = "cost", depth, is_loose, side
        known = flat.kept.get(key)
        if known is None:
            listed = flat.said.get("enum")
            known = 1 + (len(listed) // 8 if isinstance(listed, list) else 0)
            if depth:
                for _, _, sub in self.subs(flat, is_loose, side):
                    is_leaf = self._leaves.of(sub) is not None
                    known += 1 if is_leaf else self.cost(self._flats.of(sub), depth - 1, is_loose, side)
                    if known > self.nodes:
                        break
            flat.kept[key] = known
        return known

    def subs(self, flat: Flat, is_loose: bool, side: Side) -> list[Sub]:
        """The sub-schemas that are kept, each by its keyword, with those of the variants where they are joined."""
        is_loose = is_loose or len(flat.choices) > 1  # `anyOf` stands in a schema but once
        key = "subs", is_loose, side
        known = flat.kept.get(key)
        if known is None:
            shown = loosened(flat, self._flats) if is_loose else flat
            known = [
                ("properties", name, sub)
                for name, sub in shown.properties.items()
                if not self.is_hidden(sub, side)
            ]
            known += [
                (word, None, sub) for word in IMPLIED if type(sub := shown.said.get(word)) is dict and sub
            ]
            if len(shown.choices) == 1:
                known += [("", None, variant) for variant in shown.choices[0].variants]
            flat.kept[key] = known
        return known

    def is_hidden(self, sub: Any, side: Side) -> bool:
        """Whether a field is absent on this side: it belongs to the other side only, or no value fits it."""
        if type(sub) is not dict:
            return sub is False
        if sub.get("not") in _ANYTHING:  # which no value is
            return True
        word = _NOT_OF[side]
        if sub.get(word) is True:
            return True
        return not _LEADS_ON.isdisjoint(sub) and self._flats.of(sub).said.get(word) is True
