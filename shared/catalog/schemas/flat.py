"""Schemas, one level each: references followed, parts met, variants and conditions collected."""

from __future__ import annotations

from typing import Any

from shared.catalog.reading import Reading
from shared.catalog.schemas.conditions import conditional_fields, conditions_of, is_conditional
from shared.catalog.schemas.discriminators import Discriminators
from shared.catalog.schemas.gathered import NO_FIELDS, Flat, Gathered, fields_of, required_of
from shared.catalog.schemas.meet import Part
from shared.catalog.schemas.refs import Refs

_INWARD = frozenset(("$ref", "$dynamicRef", "allOf", "oneOf", "anyOf", "discriminator"))


class Flats:
    """The schemas of one document, one level each; each schema is read once."""

    def __init__(self, refs: Refs, reading: Reading, *, beside_refs: bool) -> None:
        """`beside_refs`: whether all that stands beside `$ref` counts, as in OpenAPI 3.1, or only annotations."""
        self._refs = refs
        self._reading = reading
        self._beside_refs = beside_refs
        self._discriminators = Discriminators(refs)
        self._known: dict[int, Flat] = {}

    def of(self, schema: Any) -> Flat:
        """One level of `schema`, empty if it is not an object."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = self._read(schema)
        return known

    def said(self, schema: Any) -> dict[str, Any]:
        """The keywords of `schema` itself, references followed and parts met; those of most stand as documented."""
        return schema if self._is_plain(schema) else self.of(schema).said

    def _is_plain(self, schema: Any) -> bool:
        """Whether a schema has no parts, references or variants, so that its keywords are all that it says."""
        is_alone = type(schema) is dict and _INWARD.isdisjoint(schema)
        return is_alone and not self._discriminators.said_of(schema)

    def _read(self, schema: Any) -> Flat:
        if type(schema) is not dict:
            return Flat({}, NO_FIELDS, [], [], schema, {})
        if self._is_plain(schema):
            flat = Flat(schema, fields_of(schema), required_of([schema]), [], schema, {})
            return self._with_conditions(flat, conditions_of(schema)) if is_conditional(schema) else flat
        target = self._target_of_plain_reference(schema)
        if target is not None:
            flat = self.of(target)
            said, kept = flat.said, flat.kept
            return Flat(said, flat.properties, flat.required, flat.choices, schema, kept, flat.conditions)
        gathered = Gathered(self._refs, self._discriminators, self._reading, self._beside_refs)
        gathered.add(schema, 0, False, inherited=False, heir=None)
        flat = gathered.flat(schema)
        return self._with_conditions(flat, gathered.conditions) if gathered.conditions else flat

    def _with_conditions(self, flat: Flat, conditions: list[Part]) -> Flat:
        """`flat` with the fields that only its conditions describe, as optional fields."""
        flat.conditions = conditions
        self._known[id(flat.source)] = flat  # a condition may lead back to it
        found: dict[Any, list[Any]] = {}
        for sub in conditional_fields(conditions):
            one = self.of(sub)
            variants = [variant for choice in one.choices for variant in choice.variants]
            for held in (one, *map(self.of, variants)):
                for name, node in held.properties.items():
                    if name not in flat.properties:
                        found.setdefault(name, []).append(node)
        if found:
            told = {name: [node for node in nodes if node] for name, nodes in found.items()}
            made = {
                name: {"anyOf": nodes} if len(nodes) > 1 else nodes[0] if nodes else {}
                for name, nodes in told.items()
            }
            flat.properties = {**flat.properties, **made}
        return flat

    def _target_of_plain_reference(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        """The target of a schema that is nothing but a reference, so that both share one level; else None."""
        seen: set[int] = set()
        node: Any = schema
        while type(node) is dict and len(node) == 1 and type(ref := node.get("$ref")) is str:
            if id(node) in seen:  # a cycle that never goes down a level
                self._reading.note(
                    "ref_cycle", ref, "A $ref leads back to itself; what it names is left open."
                )
                return None
            seen.add(id(node))
            node = self._refs.find(ref)
        return node if node is not schema and type(node) is dict else None
