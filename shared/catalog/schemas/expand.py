"""Schemas of documents as small self-contained JSON Schemas (draft 2020-12, no `$ref`)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.conditioned import Conditioned
from shared.catalog.schemas.exact import Exact
from shared.catalog.schemas.flat import Flats
from shared.catalog.schemas.gathered import Flat
from shared.catalog.schemas.keywords import CHECKED, SHOWING
from shared.catalog.schemas.leaves import Leaves
from shared.catalog.schemas.levels import IMPLIED, Levels, Side, Sub
from shared.catalog.schemas.refs import Refs
from shared.catalog.schemas.typed_values import text_of
from shared.catalog.schemas.variants import loosened, may_have_fields, types_of
from shared.scrub.text import scrub_key


class Fields(Struct, frozen=True):
    """The top level of a body: its fields, the names of the required ones, its keywords and its conditions."""

    properties: dict[Any, Any]
    required: list[str]
    said: dict[str, Any]
    conditions: list[JsonSchema] = []


class Schemas:
    """Closes the schemas of one document, each for requests (nothing read-only) or responses (nothing write-only).

    A schema keeps as many levels as the limits allow: first with its variants, then with their fields joined.
    """

    def __init__(self, refs: Refs, reading: Reading, *, beside_refs: bool = True) -> None:
        self.refs = refs
        # Fields of bodies made for one operation, which others repeat, by their content.
        self.fields: dict[Any, Any] = {}
        self._reading = reading
        self._flats = Flats(refs, reading, beside_refs=beside_refs)
        self._leaves = Leaves(reading)
        exact = Exact(refs, reading, beside_refs=beside_refs, nodes=reading.limits.condition_nodes)
        self._conditioned = Conditioned(exact, reading)
        self._names: dict[Any, Any] = {}
        self._levels = Levels(self._flats, self._leaves, reading)

    def close(self, schema: Any, name: str = "", side: Side = "request") -> JsonSchema:
        """`schema` without references, descriptions and examples; `{}` where it says nothing usable."""
        if type(schema) is not dict:
            return {}
        if (leaf := self._leaves.of(schema)) is not None:
            return leaf
        flat = self._flats.of(schema)
        depth, is_loose = self._levels.way(flat, side)
        if depth == 0:
            return self._fitting(flat, name, side)
        return self._built(flat, depth, is_loose, name, side)

    def flatten(self, schema: Any) -> dict[str, Any]:
        """The keywords of `schema` itself, references followed and parts met; `{}` if it is no object."""
        return self._flats.said(schema) if type(schema) is dict else {}

    def description_of(self, schema: Any) -> Any:
        """The description of a schema, or the first that one of its variants has; "" if none has any."""
        if said := self._flats.said(schema).get("description"):
            return said
        return loosened(self._flats.of(schema), self._flats).said.get("description") or ""

    def fields_of(self, schema: Any) -> Fields:
        """The fields of a body with this schema, those of all its variants; none if it need not be an object."""
        flat = self._flats.of(schema)
        if not may_have_fields(flat, self._flats):
            return Fields({}, [], flat.said)
        whole = self._joined(flat, "request")
        kept = {
            name: sub for name, sub in whole.properties.items() if not self._levels.is_hidden(sub, "request")
        }
        if kept:  # a field that is required is one, described or not
            kept |= {name: {} for name in whole.required if name not in map(text_of, whole.properties)}
            if isinstance(others := whole.said.get("additionalProperties"), dict) and others:
                self._conditioned.note_left_out("additionalProperties", "the body")
        return Fields(kept, whole.required, whole.said, self._conditions_on_fields(whole) if kept else [])

    def _conditions_on_fields(self, whole: Flat) -> list[JsonSchema]:
        sizes = [
            {word: most}
            for word in ("minProperties", "maxProperties")
            if type(most := whole.said.get(word)) is int and most > 0
        ]
        return sizes + self._conditioned.of_arguments(whole.conditions, self._hidden_names(whole))

    def _joined(self, flat: Flat, side: Side) -> Flat:
        """The schema with its variants joined, which is counted once per schema."""
        if flat.choices and not flat.kept.get(("joined", side)):
            flat.kept["joined", side] = True
            self._reading.count("variants_joined", side)
        return loosened(flat, self._flats)

    def is_argument(self, sub: Any) -> bool:
        """Whether a field with this schema can be sent: it is not read-only, and some value fits it."""
        return not self._levels.is_hidden(sub, "request")

    def _built(self, flat: Flat, depth: int, is_loose: bool, name: str, side: Side) -> JsonSchema:
        is_named: Any = "enum" in flat.said or "const" in flat.said or "items" in flat.said or flat.choices
        is_named = bool(is_named or flat.conditions) or not CHECKED.isdisjoint(flat.said)
        key = "built", depth, is_loose, side, name if is_named else ""
        known = flat.kept.get(key)
        if known is None:
            known = flat.kept[key] = self._build(flat, depth, is_loose, name, side)
        return known

    def _build(self, flat: Flat, depth: int, is_loose: bool, name: str, side: Side) -> JsonSchema:
        shown = self._joined(flat, side) if is_loose or len(flat.choices) > 1 else flat
        subs = self._levels.subs(flat, is_loose, side) if depth else []
        return self._with_subs(name, shown, subs, depth, is_loose, side)

    def _with_subs(
        self, name: str, shown: Flat, subs: list[Sub], depth: int, is_loose: bool, side: Side
    ) -> JsonSchema:
        closed = self._scalars(shown, name)
        if side == "request":
            self._conditioned.note_unkept(shown.said, closed, name)
        properties: dict[Any, JsonSchema] = {}
        variants: list[JsonSchema] = []
        for word, field, sub in subs:
            found = self._leaves.of(sub)
            if found is None:
                found = self._built(self._flats.of(sub), depth - 1, is_loose, field or name, side)
            if word == "properties":
                if side == "request" and type(sub) is dict and not SHOWING.isdisjoint(sub):
                    found = self._leaves.with_example(found, sub, str(field))
                properties[self._name(field)] = found
            elif not word:
                variants.append(found)
            elif found:
                closed[word] = found
        if shown.conditions:
            closed = self._with_conditions(closed, shown, depth, name, side)
        if depth:
            self._say_fields(closed, properties, shown)
        if variants and all(variants):  # an open variant accepts anything, and so does the whole
            closed["anyOf"] = variants + [{"type": "null"}] * shown.choices[0].or_null
        return closed

    def _say_fields(self, closed: JsonSchema, properties: dict[Any, JsonSchema], shown: Flat) -> None:
        """Add fields and required names; a name that is only required becomes a field without a schema."""
        if properties:
            closed["properties"] = properties
            if not shown.choices:
                described = {text_of(name) for name in shown.properties}
                properties |= {self._name(name): {} for name in shown.required if name not in described}
        names = [key for name in shown.required if (key := self._name(name)) in properties or not properties]
        if names:
            closed["required"] = [*dict.fromkeys(names)]

    def _with_conditions(
        self, closed: JsonSchema, shown: Flat, depth: int, name: str, side: Side
    ) -> JsonSchema:
        if not depth:
            self._reading.count("schema_cut", side)
            return closed
        if side == "response":
            return self._conditioned.of_answer(closed, shown.conditions, name)
        is_open = bool(shown.choices)
        hidden = self._hidden_names(shown)
        return self._conditioned.schema(closed, shown.conditions, name, hidden, is_open=is_open)

    def _hidden_names(self, flat: Flat) -> set[str]:
        """Names of fields that are never sent."""
        return {str(name) for name, sub in flat.properties.items() if self._levels.is_hidden(sub, "request")}

    def _scalars(self, flat: Flat, name: str) -> JsonSchema:
        """The keywords that hold no sub-schema, with the type that the others imply."""
        closed = self._leaves.scalars(flat.said, name)
        if "type" not in closed and (kind := _implied(flat)):
            variants = [one for choice in flat.choices for one in choice.variants]
            kinds = [types_of(self._flats.of(one)) for one in variants]
            # Variants that say another type are no objects or lists.
            if all(not words or words == {kind} for words in kinds):
                closed["type"] = [kind, "null"] if any(choice.or_null for choice in flat.choices) else kind
        return closed

    def _fitting(self, flat: Flat, name: str, side: Side) -> JsonSchema:
        """One level of a schema with too many fields; required fields and those with an enum have priority."""
        shown = self._joined(flat, side)
        subs = self._levels.subs(flat, True, side)
        costs = [self._levels.cost(self._flats.of(sub), 0, True, side) for _, _, sub in subs]
        telling = [isinstance(self.flatten(sub).get("enum"), list) for _, _, sub in subs]
        order = sorted(
            range(len(subs)), key=lambda at: (subs[at][1] not in shown.required, not telling[at], at)
        )
        left, kept = self._levels.nodes, set()
        for at in order:
            left -= costs[at]
            if left < 0:
                break
            kept.add(at)
        return self._with_subs(name, shown, [sub for at, sub in enumerate(subs) if at in kept], 1, True, side)

    def _name(self, name: Any) -> Any:
        """The name of a field, scrubbed."""
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = scrub_key(name) if type(name) is str else name
        return known


def _implied(flat: Flat) -> str:
    if flat.properties:
        return "object"
    return next((kind for word, kind in IMPLIED.items() if type(flat.said.get(word)) is dict), "")
