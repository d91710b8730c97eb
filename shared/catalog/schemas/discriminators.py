"""Which values the property of a discriminator has in each variant of a schema."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.schemas.refs import Refs

_MAX_CHILDREN = 500
_MAX_PARTS = 64


class Discriminators:
    """The discriminators of one document, of OpenAPI 3 and of Swagger 2."""

    def __init__(self, refs: Refs) -> None:
        self._refs = refs
        self._heirs: dict[int, list[tuple[str, Any]]] | None = None
        self._called: dict[int, str] | None = None
        self._variants: dict[str, list[JsonSchema]] | None = None
        # What the mappings of discriminators give to each name; the discriminator is kept so that its id stays its own.
        self._given: dict[int, tuple[Any, dict[str, list[str]]]] = {}

    def told_apart(self, variants: list[Any], discriminator: Any) -> list[Any]:
        """The variants, each restricted to its values of the discriminator's property."""
        name = property_of(discriminator)
        if not name:
            return variants
        mapping = _mapping(discriminator)
        otherwise = discriminator.get("defaultMapping") if isinstance(discriminator, dict) else None
        otherwise = _reference(otherwise) if isinstance(otherwise, str) else None
        return [self._told(variant, name, mapping, otherwise) for variant in variants]

    def said_of(self, schema: Any) -> JsonSchema:
        """What the unions that have a schema among their variants say of it; `{}` if they disagree, or none does."""
        if self._variants is None:
            self._variants = {}
            for union in self._refs.named_schemas().values():
                self._collect_variants(union)
        first, *others = self._variants.get(self._names().get(id(schema), ""), [{}])
        return first if all(one == first for one in others) else {}

    def _collect_variants(self, union: Any) -> None:
        if self._variants is None or not isinstance(union, dict) or "discriminator" not in union:
            return
        named = self._refs.named_schemas()
        for word in ("oneOf", "anyOf"):
            listed = union.get(word)
            for variant in listed if isinstance(listed, list) else ():
                ref = variant.get("$ref") if isinstance(variant, dict) else None
                called = ref.rpartition("/")[2] if isinstance(ref, str) and ref.startswith("#/") else ""
                if called in named:
                    (told,) = self.told_apart([variant], union["discriminator"])
                    said = {} if told is variant else {"properties": told["allOf"][-1]["properties"]}
                    self._variants.setdefault(called, []).append(said)

    def children(self, schema: dict[str, Any]) -> list[list[Any]]:
        """The schemas that a base with a discriminator stands for, as one choice; empty if there are none."""
        name, mapping = property_of(schema["discriminator"]), _mapping(schema["discriminator"])
        if not name:
            return []
        mapped: dict[str, list[str]] = {}
        for value, ref in mapping.items():
            mapped.setdefault(ref, []).append(value)
        found = [
            _of_values({"$ref": ref}, name, values) for ref, values in mapped.items() if ref.startswith("#")
        ]
        reached = {id(self._refs.find(ref)) for ref in mapped if ref.startswith("#")} if found else set()
        found += [
            self._of_heir(child, called, name, self._values_given(schema["discriminator"]))
            for called, child in self._all_heirs(schema)
            if id(child) not in reached
        ]
        # The base may be mapped to itself: then it is a variant that has no more than its value.
        own = [
            {"allOf": one["allOf"][1:]} if self._refs.resolve(one["allOf"][0], "") is schema else one
            for one in found
        ]
        return [own[:_MAX_CHILDREN]] if own else []

    def is_named(self, schema: Any) -> bool:
        """Whether a schema has a name in the document, which may be a value of a discriminator."""
        return id(schema) in self._names()

    def narrowed(self, heir: Any, discriminator: Any) -> tuple[str, list[Any], list[list[Any]]]:
        """What the discriminator that a named schema inherits says of it.

        Its property, the values that this has (none if it may be any), and one choice of the heirs that the schema
        stands for, itself among them.
        """
        name, given = property_of(discriminator), self._values_given(discriminator)
        if not name:
            return name, [], []
        heirs = self._all_heirs(heir)[:_MAX_CHILDREN]
        own, *variants = [
            self._of_heir(child, called, name, given)
            for called, child in [(self._names()[id(heir)], heir), *heirs]
        ]
        itself = {"allOf": own["allOf"][1:]}
        values = [values_in(one, name) for one in (itself, *variants)]
        union = [value for listed in values for value in listed] if all(values) else []
        return name, [*dict.fromkeys(union)], [[itself, *variants]] if variants else []

    def _told(self, variant: Any, name: str, mapping: dict[str, str], otherwise: str | None) -> Any:
        ref = variant.get("$ref") if isinstance(variant, dict) else None
        if not isinstance(ref, str) or ref == otherwise:  # which stands for all other values, and for none
            return variant
        values = [value for value, target in mapping.items() if target == ref]
        if values:
            return _of_values(variant, name, values)
        target = self._refs.resolve(variant, ref) or {}
        value = _value_of(target, ref.rpartition("/")[2])
        return _of_values(variant, name, [value]) if self._may_be(target, name, value) else variant

    def _values_given(self, discriminator: Any) -> dict[str, list[str]]:
        """The values in a mapping by the name of the schema that they stand for."""
        known = self._given.get(id(discriminator))
        if known is None:
            given: dict[str, list[str]] = {}
            for value, ref in _mapping(discriminator).items():
                if ref.startswith("#/"):
                    given.setdefault(ref.rpartition("/")[2], []).append(value)
            known = self._given[id(discriminator)] = discriminator, given
        return known[1]

    def _of_heir(self, child: Any, called: str, name: str, given: dict[str, list[str]]) -> dict[str, Any]:
        """An heir restricted to its values by the mapping, else to its name."""
        if values := given.get(called):
            return _of_values(child, name, values)
        value = _value_of(child, called)
        return _of_values(child, name, [value]) if self._may_be(child, name, value) else {"allOf": [child]}

    def _may_be(self, schema: Any, name: str, value: str) -> bool:
        """Whether the schema's own description of the property allows a value that was implied by a name."""
        waiting, seen = [(schema, True)], set[int]()
        while waiting and len(seen) < _MAX_PARTS:
            node, is_own = waiting.pop()
            ref = node.get("$ref") if isinstance(node, dict) else None
            target = self._refs.resolve(node, name)
            if target is None or id(target) in seen:
                continue
            seen.add(id(target))
            is_own = is_own and (ref is None or len(seen) == 1)
            said = target.get("properties")
            own = said.get(name) if isinstance(said, dict) else None
            if is_own and isinstance(own, dict) and ("enum" in own or "const" in own):
                return False  # which says it itself
            listed = self._refs.resolve(own, name) if isinstance(own, dict) else None
            values = listed.get("enum", [listed["const"]] if "const" in listed else None) if listed else None
            if isinstance(values, list) and value not in values:
                return False
            parts = target.get("allOf")
            waiting += [(part, is_own) for part in parts] if isinstance(parts, list) else []
        return True

    def _names(self) -> dict[int, str]:
        if self._called is None:
            self._called = {id(one): str(called) for called, one in self._refs.named_schemas().items()}
        return self._called

    def _all_heirs(self, schema: dict[str, Any]) -> list[tuple[str, Any]]:
        found: dict[int, tuple[str, Any]] = {}
        waiting = [schema]
        while waiting:
            for called, child in self._heirs_of(waiting.pop()):
                if id(child) not in found and child is not schema:
                    found[id(child)] = called, child
                    waiting.append(child)
        return [*found.values()]

    def _heirs_of(self, schema: Any) -> list[tuple[str, Any]]:
        """Named schemas that have `schema` in their `allOf`."""
        if self._heirs is None:
            self._heirs = {}
            for called, child in self._refs.named_schemas().items():
                parts = child.get("allOf") if isinstance(child, dict) else None
                for part in parts if isinstance(parts, list) else ():
                    if isinstance(part, dict) and isinstance(ref := part.get("$ref"), str):
                        self._heirs.setdefault(id(self._refs.find(ref)), []).append((str(called), child))
        return self._heirs.get(id(schema), [])


def property_of(discriminator: Any) -> str:
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else discriminator
    return name if isinstance(name, str) else ""


def _mapping(discriminator: Any) -> dict[str, str]:
    """The mapping from values to references; documents may also give the bare name of a schema."""
    listed = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    return {
        str(value): _reference(target)
        for value, target in (listed.items() if isinstance(listed, dict) else ())
        if isinstance(target, str)
    }


def _reference(target: str) -> str:
    return target if "/" in target or "#" in target or "." in target else f"#/components/schemas/{target}"


def _value_of(child: Any, called: str) -> str:
    said = child.get("x-discriminator-value", child.get("x-ms-discriminator-value"))
    return said if isinstance(said, str) else called


def _of_values(variant: Any, name: str, values: list[str]) -> dict[str, Any]:
    return {"allOf": [variant, {"properties": {name: {"enum": values}}, "required": [name]}]}


def values_in(variant: dict[str, Any], name: str) -> list[Any]:
    """The values to which `_of_heir` restricted a variant; empty if it did not."""
    told = variant["allOf"][-1] if variant["allOf"] else {}
    said = told.get("properties")
    found = said.get(name) if isinstance(said, dict) and "$ref" not in told and "allOf" not in told else None
    return found["enum"] if isinstance(found, dict) and [*found] == ["enum"] else []
