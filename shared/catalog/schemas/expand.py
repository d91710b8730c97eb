"""Schemas of OpenAPI documents as small self-contained JSON Schemas (draft 2020-12, no `$ref`)."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema, Parameter
from shared.catalog.reading import Reading
from shared.catalog.schemas.index import SchemaIndex
from shared.catalog.schemas.keywords import BEYOND_LEAF
from shared.catalog.schemas.nodes import CUT, Closed, Node
from shared.catalog.schemas.refs import Refs
from shared.catalog.schemas.variants import with_variants


class Schemas:
    """Closes the schemas of one document.

    The expansion of a schema depends only on (schema, levels left), so it is done once and shared;
    cycles end where the levels do, and a schema with too many sub-schemas is closed with fewer levels.
    """

    def __init__(self, refs: Refs, reading: Reading) -> None:
        self.refs = refs
        # Fields of bodies made for one operation, which others repeat, by their content.
        self.fields: dict[Any, tuple[Parameter, ...]] = {}
        self._index = SchemaIndex(refs, reading)
        self._depth = reading.limits.schema_depth
        self._nodes = reading.limits.schema_nodes

    def release(self) -> None:
        """Take apart the schemas that refer to themselves, so that their memory is free at once."""
        self._index.release()

    def close(self, schema: Any, name: str = "") -> JsonSchema:
        """`schema` without references, descriptions and examples; `{}` where it says nothing usable."""
        if type(schema) is not dict:
            return {}
        if BEYOND_LEAF.isdisjoint(schema):
            return self._index.leaf(schema)[0]
        self._index.hold(schema)
        found = self._index.read(schema, name)
        if isinstance(found, tuple):
            return found[0]
        if found.best is None:
            found.best = self._expanded(found, self._levels(found))[0]
        return found.best

    def flatten(self, schema: Any) -> dict[str, Any]:
        """`schema` itself, one level: references followed, `allOf` merged; `{}` if it is no object."""
        return self._index.flatten(schema)

    def fields_of(self, schema: Any) -> dict[str, Any]:
        """`schema` one level, with the fields of all its variants."""
        return with_variants(self.flatten(schema), self.flatten)

    def _levels(self, node: Node) -> int:
        """How many levels of a schema are kept: all that are allowed, fewer where it would be too large."""
        level, nodes, held = [node], node.flat[1], node.held
        for depth in range(self._depth):
            # Each counts one at least: what is too large by their number alone need not be read.
            if nodes + held > self._nodes:
                return max(depth, 1)
            below: list[Node] = []
            held = 0
            for one in level:
                members = one.members or self._index.members(one)
                nodes += members.nodes
                if nodes > self._nodes:  # more levels only make it larger
                    return max(depth, 1)
                if members.held:
                    below += members.below
                    held += members.held
            if not below:
                break
            level = below
        return self._depth

    def _expanded(self, node: Node, depth: int) -> Closed:
        """The schema with so many levels, which are no more than can be kept of it."""
        if depth <= 0:
            return node.flat
        whole = node.whole
        if whole is not None and whole[2] <= depth:
            return whole
        cut = node.cut
        if cut is not None and depth in cut:
            return cut[depth]
        found = self._grow(node, depth)
        if found[2] < CUT:
            node.whole = found
        elif cut is None:
            node.cut = {depth: found}
        else:
            cut[depth] = found
        return found

    def _grow(self, node: Node, depth: int) -> Closed:
        members = node.members or self._index.members(node)
        closed, nodes, height = node.flat[0].copy(), node.flat[1] + members.nodes, members.height
        properties, others = members.properties, members.others
        if members.below:
            if depth > 1:
                properties, others = properties.copy(), others.copy()
                holders: tuple[tuple[Any, list[tuple[Any, Node]]], ...] = (
                    (properties, members.named),
                    (others, members.placed),
                )
                for holder, children in holders:
                    for key, child in children:
                        found = self._expanded(child, depth - 1)
                        holder[key] = found[0]
                        nodes += found[1] - child.flat[1]
                        if found[2] > height:
                            height = found[2]
            else:
                height = CUT
        if properties:
            if nodes > self._nodes:
                properties = self._index.fitting(node)
                height = CUT
            closed["properties"] = properties
            if members.required:
                closed["required"] = members.required
        if others or node.nullable:
            _add_others(closed, node, others)
        return closed, nodes, CUT if node.is_cut else height + 1


def _add_others(closed: JsonSchema, node: Node, others: list[JsonSchema]) -> None:
    """Put what a node has besides properties under its keywords, and the variants into `anyOf`."""
    variants: list[JsonSchema] = []
    for (word, _), sub in zip(node.others, others, strict=True):
        if not word:
            variants.append(sub)
        elif sub:
            closed[word] = sub
    if node.nullable:
        variants.append({"type": "null"})
    if not variants or not all(variants):  # an open variant accepts anything, and so does the whole
        return
    if len(variants) > 1:
        closed["anyOf"] = variants
        return
    for key, value in variants[0].items():
        closed.setdefault(key, value)
