"""One level of a schema, gathered from its parts on the way through references and `allOf`."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from shared.catalog.reading import Reading
from shared.catalog.schemas.alternatives import as_values, is_null, with_null
from shared.catalog.schemas.conditions import conditions_of, is_conditional, only_names
from shared.catalog.schemas.discriminators import Discriminators, property_of, values_in
from shared.catalog.schemas.keywords import malformed
from shared.catalog.schemas.meet import ANNOTATIONS, Part, met, met_properties
from shared.catalog.schemas.refs import Refs
from shared.catalog.schemas.typed_values import text_of

_MAX_PARTS = 128
_EACH_HOLDS = ("pattern", "multipleOf")
NO_FIELDS: dict[Any, Any] = {}


class Choice(Struct, frozen=True):
    """Variants, one of which holds; with `or_null` the value may also be null."""

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


class Gathered:
    """Collects the parts of one schema through references and `allOf`."""

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
        # By the property that tells the heirs of a schema apart: its values, for where it is described, and the heirs.
        self._told: dict[str, list[tuple[int, Part, Choice]]] = {}
        # What unions say of their variants among the parts.
        self._said: list[tuple[int, Part]] = []
        self._seen: set[int] = set()

    def add(self, schema: Any, rank: int, or_null: bool, *, inherited: bool, heir: Any) -> None:
        """Add a schema that holds; `rank` is its distance from the first one, `inherited` says that an `allOf` has it.

        `heir` is the outermost named schema that has this one as a part, None if there is none.
        """
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
        self._parts.append((rank, with_null(own) if or_null else own))
        if not inherited and (said := self._discriminators.said_of(schema)):
            self._said.append((rank, said))
        if is_conditional(own):
            self.conditions += conditions_of(own)
        for word in malformed(own):
            self._reading.count("keywords_left_out", word)
        if isinstance(ref, str):
            self.add(self._refs.find(ref), rank + 2, or_null, inherited=inherited, heir=heir)
        listed = own.get("allOf")
        if isinstance(listed, list) and heir is None and self._discriminators.is_named(schema):
            below: Any = schema
        else:
            below = heir
        for part in listed if isinstance(listed, list) else ():
            is_far = isinstance(part, dict) and "$ref" in part
            self.add(part, rank + (2 if is_far else 1), or_null, inherited=True, heir=below)
        or_null = or_null or (own.get("nullable") is True and "type" not in own)
        for choice in self._choices_of(own, rank, or_null, heir):
            self._choose(choice, rank, or_null, inherited=inherited, heir=heir)

    def flat(self, schema: Any) -> Flat:
        """All parts as one level."""
        for name, told in self._told.items():
            self._tell(name, told)
        for rank, said in self._said:
            if any(said["properties"].keys() <= fields_of(part).keys() for _, part in self._parts):
                self._parts.append((rank, said))
        in_order = [part for _, part in self._parts]
        nearest = [part for _, part in sorted(self._parts, key=lambda one: one[0])]
        said = met(nearest, self._conflict)
        properties = met_properties(nearest, in_order)
        for word in _EACH_HOLDS:  # of which two cannot be made one
            for value in {part[word]: None for part in nearest if type(part.get(word)) in (str, int, float)}:
                if value != said.get(word):
                    self.conditions.append({word: value})
        self._count_closed_parts(properties)
        return Flat(said, properties, required_of(in_order), self._choices, schema, {})

    def _tell(self, name: str, told: list[tuple[int, Part, Choice]]) -> None:
        """Add the values that discriminators give a property, and the heirs whose values it may have."""
        described = [fields[name] for _, part in self._parts if name in (fields := fields_of(part))]
        for rank, part, heirs in told:
            left = [one for one in heirs.variants if _may_have(described, values_in(one, name))]
            self._choose(left, rank, heirs.or_null, inherited=True, heir=None)
            if described and part:
                self._parts.append((rank, part))

    def _count_closed_parts(self, properties: dict[Any, Any]) -> None:
        """Count parts that forbid fields which other parts have; the fields of all are kept."""
        for _, part in self._parts:
            is_closed = part.get("additionalProperties") is False and "patternProperties" not in part
            if is_closed and not properties.keys() <= fields_of(part).keys():
                self._conflict("additionalProperties")

    def _annotations(self, schema: dict[str, Any]) -> dict[str, Any]:
        own = {key: value for key, value in schema.items() if key in ANNOTATIONS}
        for word in schema.keys() - own.keys() - {"$ref", "$dynamicRef"}:
            if not str(word).startswith("x-"):
                self._reading.count("beside_ref", str(word)[:40])
        return own

    def _choices_of(self, own: dict[str, Any], rank: int, or_null: bool, heir: Any) -> list[list[Any]]:
        found = [
            listed
            for word in ("oneOf", "anyOf")
            if isinstance(listed := own.get(word), list) and listed and not only_names(listed)
        ]
        if "discriminator" not in own:
            return found
        if found:
            return [self._discriminators.told_apart(listed, own["discriminator"]) for listed in found]
        values: list[Any] = []
        if heir is None:
            name, choices = property_of(own["discriminator"]), self._discriminators.children(own)
        else:
            name, values, choices = self._discriminators.narrowed(heir, own["discriminator"])
        heirs = [] if name in self._told else [one for choice in choices for one in choice]
        part = {"properties": {name: {"enum": values}}} if values else {}
        self._told.setdefault(name, []).append((rank + 1, part, Choice(heirs, or_null)))
        return []

    def _choose(self, variants: list[Any], rank: int, or_null: bool, *, inherited: bool, heir: Any) -> None:
        left = [one for one in variants if not is_null(self._named(one))]
        or_null = or_null or len(left) < len(variants)
        if len(left) == 1:
            self.add(left[0], rank + 2, or_null, inherited=inherited, heir=heir)
        elif (values := as_values([*map(self._named, left)])) is not None:
            self._parts.append((rank + 1, with_null(values) if or_null else values))
        elif left:
            self._choices.append(Choice(left, or_null))

    def _named(self, schema: Any) -> Any:
        """The target of a schema that is nothing but a reference; any other schema itself."""
        if not isinstance(schema, dict) or [*schema] != ["$ref"]:
            return schema
        target = self._refs.resolve(schema, "")
        return schema if target is None else target

    def _conflict(self, word: str) -> None:
        self._reading.count("contradiction", word)


def fields_of(schema: dict[str, Any]) -> dict[Any, Any]:
    """The properties that a schema itself describes."""
    own = schema.get("properties")
    return own if type(own) is dict else NO_FIELDS


def _may_have(described: list[Any], values: list[Any]) -> bool:
    """Whether the descriptions of a property allow all of the values."""
    listed = [one["enum"] for one in described if isinstance(one, dict) and isinstance(one.get("enum"), list)]
    return not values or any(all(value in known for known in listed) for value in values)


def required_of(parts: list[Part]) -> list[str]:
    """The names that any of the parts requires, each once."""
    listed = [part["required"] for part in parts if isinstance(part.get("required"), list)]
    names = [text_of(name) for one in listed for name in one]
    return [*dict.fromkeys([name for name in names if name is not None])]
