"""One level of a schema with everything that holds there: references followed, parts met, variants collected."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from shared.catalog.reading import Reading
from shared.catalog.schemas.conditions import conditional_fields, conditions_of, is_conditional, only_names
from shared.catalog.schemas.discriminators import Discriminators
from shared.catalog.schemas.meet import ANNOTATIONS, Part, met, met_properties
from shared.catalog.schemas.refs import Refs
from shared.catalog.schemas.typed_values import text_of

_MAX_PARTS = 128
_INWARD = frozenset(("$ref", "$dynamicRef", "allOf", "oneOf", "anyOf", "discriminator"))
# What a variant may say that is no more than a value of its own.
_OF_A_VALUE = frozenset(("const", "enum", "type", "format", "title", "description", "deprecated"))
_EACH_HOLDS = ("pattern", "multipleOf")
_NO_FIELDS: dict[Any, Any] = {}


class Choice(Struct, frozen=True):
    """Variants of which a value is one; `or_null` says that it may be null instead."""

    variants: list[Any]
    or_null: bool


class Flat(Struct):
    """One level of a schema.

    Attributes:
        said: its keywords, those of all parts met; `properties`, `required` and variants stand apart.
        properties: schemas of the fields as documented, by name.
        required: names of fields that every value has.
        choices: each holds at once.
        conditions: what else a value must satisfy (`if`, `not`, `dependentRequired` …), each by itself.
        source: the schema, kept so that its id stays its own.
        kept: what was made of it, by how it was asked.
    """

    said: dict[str, Any]
    properties: dict[Any, Any]
    required: list[str]
    choices: list[Choice]
    source: Any
    kept: dict[Any, Any]
    conditions: list[Part] = field(default_factory=list)


class Flats:
    """The schemas of one document, one level each; a schema is looked at once."""

    def __init__(self, refs: Refs, reading: Reading, *, beside_refs: bool) -> None:
        """`beside_refs`: whether all that stands beside `$ref` counts, as in OpenAPI 3.1, or only annotations."""
        self._refs = refs
        self._reading = reading
        self._beside_refs = beside_refs
        self._discriminators = Discriminators(refs)
        self._known: dict[int, Flat] = {}

    def of(self, schema: Any) -> Flat:
        """One level of `schema`; nothing is said by what is no object."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = self._read(schema)
        return known

    def _read(self, schema: Any) -> Flat:
        if type(schema) is not dict:
            return Flat({}, _NO_FIELDS, [], [], schema, {})
        if _INWARD.isdisjoint(schema):
            flat = Flat(schema, _fields(schema), _required([schema]), [], schema, {})
            return self._with_conditions(flat, conditions_of(schema)) if is_conditional(schema) else flat
        target = self._target_of_plain_reference(schema)
        if target is not None:
            flat = self.of(target)
            said, kept = flat.said, flat.kept
            return Flat(said, flat.properties, flat.required, flat.choices, schema, kept, flat.conditions)
        gathered = _Gathered(self._refs, self._discriminators, self._reading, self._beside_refs)
        gathered.add(schema, 0, False, inherited=False)
        flat = gathered.flat(schema)
        return self._with_conditions(flat, gathered.conditions) if gathered.conditions else flat

    def _with_conditions(self, flat: Flat, conditions: list[Part]) -> Flat:
        """`flat` with the fields that only its conditions speak of, none of them required."""
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
        """What a schema refers to that is no more than a reference, so that both are one."""
        seen: set[int] = set()
        node: Any = schema
        while type(node) is dict and len(node) == 1 and type(ref := node.get("$ref")) is str:
            if id(node) in seen:  # a cycle that never goes down a level
                return None
            seen.add(id(node))
            node = self._refs.find(ref)
        return node if node is not schema and type(node) is dict else None


class _Gathered:
    """Parts of one schema as they are met on the way through references and `allOf`."""

    def __init__(
        self, refs: Refs, discriminators: Discriminators, reading: Reading, beside_refs: bool
    ) -> None:
        self._refs = refs
        self._discriminators = discriminators
        self._reading = reading
        self._beside_refs = beside_refs
        self._parts: list[tuple[int, Part]] = []
        self.conditions: list[Part] = []
        self._choices: list[Choice] = []
        self._seen: set[int] = set()

    def add(self, schema: Any, rank: int, or_null: bool, *, inherited: bool) -> None:
        """A schema that holds; `rank` is how far it stands from the first, `inherited` that it came by `allOf`."""
        if not isinstance(schema, dict) or id(schema) in self._seen:
            return
        if len(self._seen) >= _MAX_PARTS:
            self._reading.count("parts_left_out", "allOf")
            return
        self._seen.add(id(schema))
        ref = schema.get("$ref", schema.get("$dynamicRef"))
        own = schema
        if isinstance(ref, str) and not self._beside_refs:
            own = self._annotations(schema)
        self._parts.append((rank, _with_null(own) if or_null else own))
        if is_conditional(own):
            self.conditions += conditions_of(own)
        if isinstance(ref, str):
            self.add(self._refs.find(ref), rank + 2, or_null, inherited=inherited)
        listed = own.get("allOf")
        for part in listed if isinstance(listed, list) else ():
            is_far = isinstance(part, dict) and "$ref" in part
            self.add(part, rank + (2 if is_far else 1), or_null, inherited=True)
        for choice in self._choices_of(own, inherited):
            self._choose(choice, rank, or_null, inherited)

    def flat(self, schema: Any) -> Flat:
        """All that was gathered as one level."""
        in_order = [part for _, part in self._parts]
        nearest = [part for _, part in sorted(self._parts, key=lambda one: one[0])]
        said = met(nearest, self._conflict)
        properties = met_properties(nearest, in_order)
        for word in _EACH_HOLDS:  # of which two cannot be made one
            for value in {part[word]: None for part in nearest if type(part.get(word)) in (str, int, float)}:
                if value != said.get(word):
                    self.conditions.append({word: value})
        return Flat(said, properties, _required(in_order), self._choices, schema, {})

    def _annotations(self, schema: dict[str, Any]) -> dict[str, Any]:
        own = {key: value for key, value in schema.items() if key in ANNOTATIONS}
        for word in schema.keys() - own.keys() - {"$ref", "$dynamicRef"}:
            if not str(word).startswith("x-"):
                self._reading.count("beside_ref", str(word)[:40])
        return own

    def _choices_of(self, own: dict[str, Any], inherited: bool) -> list[list[Any]]:
        found = [
            listed
            for word in ("oneOf", "anyOf")
            if isinstance(listed := own.get(word), list) and listed and not only_names(listed)
        ]
        if "discriminator" not in own:
            return found
        if found:
            return [self._discriminators.told_apart(listed, own["discriminator"]) for listed in found]
        return [] if inherited else self._discriminators.children(own)

    def _choose(self, variants: list[Any], rank: int, or_null: bool, inherited: bool) -> None:
        left = [one for one in variants if not _is_null(one)]
        or_null = or_null or len(left) < len(variants)
        if len(left) == 1:
            self.add(left[0], rank + 2, or_null, inherited=inherited)
        elif (values := _as_values(left)) is not None:
            self._parts.append((rank + 1, _with_null(values) if or_null else values))
        elif left:
            self._choices.append(Choice(left, or_null))

    def _conflict(self, word: str) -> None:
        self._reading.count("contradiction", word)


def _fields(schema: dict[str, Any]) -> dict[Any, Any]:
    own = schema.get("properties")
    return own if type(own) is dict else _NO_FIELDS


def _required(parts: list[Part]) -> list[str]:
    names = [
        text_of(name) for part in parts if isinstance(listed := part.get("required"), list) for name in listed
    ]
    return [*dict.fromkeys([name for name in names if name is not None])]


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") in ("null", ["null"])
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
    )


def _with_null(part: Part) -> Part:
    """The part with null allowed besides; its structure stays."""
    kept = dict(part)
    word = kept.get("type")
    if isinstance(word, str | list):
        words = [word] if isinstance(word, str) else word
        kept["type"] = words if "null" in words else [*words, "null"]
    if isinstance(listed := kept.get("enum"), list) and None not in listed:
        kept["enum"] = [*listed, None]
    if "const" in kept:
        kept["enum"] = [kept.pop("const"), None]
    return kept


def _as_values(variants: list[Any]) -> Part | None:
    """Variants that are one value each, as OpenAPI 3.1 describes each value of one, as one `enum`."""
    values: list[Any] = []
    for one in variants:
        if not isinstance(one, dict) or not all(key in _OF_A_VALUE or str(key)[:2] == "x-" for key in one):
            return None
        listed = one["enum"] if "enum" in one else [one["const"]] if "const" in one else None
        if not isinstance(listed, list) or not listed:
            return None
        values += [value for value in listed if value not in values] if len(values) < 500 else listed
    if not values:
        return None
    first = variants[0].get("type")
    shared = (
        {"type": first} if first is not None and all(one.get("type") == first for one in variants) else {}
    )
    return {**shared, "enum": values}
