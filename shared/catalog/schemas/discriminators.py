"""What a discriminator says of the variants of a schema: which value of its property means which."""

from __future__ import annotations

from typing import Any

from shared.catalog.schemas.refs import Refs

_MAX_CHILDREN = 500


class Discriminators:
    """The discriminators of one document, of OpenAPI 3 and of Swagger 2."""

    def __init__(self, refs: Refs) -> None:
        self._refs = refs
        self._heirs: dict[int, list[tuple[str, Any]]] | None = None

    def told_apart(self, variants: list[Any], discriminator: Any) -> list[Any]:
        """The variants, each with the values that its property then has."""
        name = _property(discriminator)
        mapping = _mapping(discriminator)
        if not name:
            return variants
        return [self._told(variant, name, mapping) for variant in variants]

    def children(self, schema: dict[str, Any]) -> list[list[Any]]:
        """One choice of the schemas that a base with a discriminator stands for; none if there are none."""
        name = _property(schema["discriminator"])
        if not name:
            return []
        mapping = _mapping(schema["discriminator"])
        mapped: dict[str, list[str]] = {}
        for value, ref in mapping.items():
            mapped.setdefault(ref, []).append(value)
        found = [
            _of_values({"$ref": ref}, name, values) for ref, values in mapped.items() if ref.startswith("#")
        ]
        reached = {id(self._refs.find(ref)) for ref in mapped if ref.startswith("#")} if found else set()
        found += [
            _of_values(child, name, [_value_of(child, called)])
            for called, child in self._all_heirs(schema)
            if id(child) not in reached
        ]
        own = [child for child in found if self._refs.resolve(child["allOf"][0], "") is not schema]
        return [own[:_MAX_CHILDREN]] if own else []

    def _told(self, variant: Any, name: str, mapping: dict[str, str]) -> Any:
        ref = variant.get("$ref") if isinstance(variant, dict) else None
        if not isinstance(ref, str):
            return variant
        values = [value for value, target in mapping.items() if target == ref]
        if values:
            return _of_values(variant, name, values)
        called = ref.rpartition("/")[2]
        target = self._refs.resolve(variant, ref) or {}
        said = target.get("properties")
        own = said.get(name) if isinstance(said, dict) else None
        if isinstance(own, dict) and ("enum" in own or "const" in own):  # which say it themselves
            return variant
        return _of_values(variant, name, [_value_of(target, called)])

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


def _property(discriminator: Any) -> str:
    name = discriminator.get("propertyName") if isinstance(discriminator, dict) else discriminator
    return name if isinstance(name, str) else ""


def _mapping(discriminator: Any) -> dict[str, str]:
    """Value to reference; a mapping may also give the bare name of a schema."""
    listed = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    return {
        str(value): target
        if "/" in target or "#" in target or "." in target
        else f"#/components/schemas/{target}"
        for value, target in (listed.items() if isinstance(listed, dict) else ())
        if isinstance(target, str)
    }


def _value_of(child: Any, called: str) -> str:
    said = child.get("x-discriminator-value", child.get("x-ms-discriminator-value"))
    return said if isinstance(said, str) else called


def _of_values(variant: Any, name: str, values: list[str]) -> dict[str, Any]:
    return {"allOf": [variant, {"properties": {name: {"enum": values}}, "required": [name]}]}
