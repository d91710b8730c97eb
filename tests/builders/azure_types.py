"""Checks resource bodies against what Azure accepts: the compiler's own types, or the models of the management SDKs."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from tests.builders.bicep import Expression

_REQUIRED, _READ_ONLY = 1, 2
BICEP_OWN = frozenset({"scope", "parent", "dependsOn"})
"""Properties that are Bicep's, not the resource's."""

Types = list[dict[str, Any]]


def faults(body: dict[str, Any], types: Types) -> list[str]:
    """What the compiler would say of `body`; `types[0]` is the resource's type, `$ref` is a position in `types`."""
    own = {key: each for key, each in body.items() if key not in BICEP_OWN}
    # A resource below another one is named by its last part; type and version are in the declaration.
    given = {"type": Expression("declared"), "apiVersion": Expression("declared"), **own}
    return list(_faults(given, types[0], types, "", top=True))


def _faults(
    found: Any, kind: dict[str, Any], types: Types, where: str, *, top: bool = False
) -> Iterator[str]:
    if isinstance(found, Expression):
        return
    name = kind["$type"]
    if name == "ObjectType":
        yield from _object(found, kind, types, where, top=top)
    elif name == "DiscriminatedObjectType":
        yield from _discriminated(found, kind, types, where)
    elif name == "ArrayType":
        if not isinstance(found, list):
            yield f"{where}: a list is wanted"
            return
        item = _at(kind["itemType"], types)
        for number, each in enumerate(found):
            yield from _faults(each, item, types, f"{where}[{number}]")
    elif name == "UnionType":
        yield from _union(found, kind, types, where)
    elif not _fits(found, kind):
        yield f"{where}: {found!r} is not a {name} {kind.get('value', '')}"


def _object(
    found: Any, kind: dict[str, Any], types: Types, where: str, *, top: bool = False
) -> Iterator[str]:
    if not isinstance(found, dict):
        yield f"{where}: an object is wanted"
        return
    properties = kind.get("properties", {})
    other = kind.get("additionalProperties")
    for key, each in found.items():
        if key in properties:
            if properties[key].get("flags", 0) & _READ_ONLY:
                if not isinstance(each, Expression):
                    yield f"{where}.{key} is read-only"
                continue
            yield from _faults(each, _at(properties[key]["type"], types), types, f"{where}.{key}")
        elif other:
            yield from _faults(each, _at(other, types), types, f"{where}.{key}")
        else:
            yield f"{where}.{key} does not exist"
    for key, each in properties.items():
        if each.get("flags", 0) & _REQUIRED and key not in found and not (top and key == "parent"):
            yield f"{where}.{key} is required"


def _discriminated(found: Any, kind: dict[str, Any], types: Types, where: str) -> Iterator[str]:
    if not isinstance(found, dict):
        yield f"{where}: an object is wanted"
        return
    chosen = found.get(kind["discriminator"])
    if isinstance(chosen, Expression):
        yield f"{where}.{kind['discriminator']}: known only when deployed, so nothing below is checked (BCP225)"
        return
    element = kind["elements"].get(chosen)
    if element is None:
        yield f"{where}.{kind['discriminator']}: {chosen!r} is none of {sorted(kind['elements'])}"
        return
    own = _at(element, types)
    whole = {**own, "properties": {**kind.get("baseProperties", {}), **own.get("properties", {})}}
    yield from _object(found, whole, types, where)


def _union(found: Any, kind: dict[str, Any], types: Types, where: str) -> Iterator[str]:
    elements = [_at(each, types) for each in kind["elements"]]
    if all(list(_faults(found, each, types, where)) for each in elements):
        yield f"{where}: {found!r} is none of {[each.get('value', each['$type']) for each in elements]}"


def _fits(found: Any, kind: dict[str, Any]) -> bool:
    name = kind["$type"]
    if found is None or name == "AnyType":
        return True
    if name == "StringLiteralType":
        return bool(found == kind["value"])
    wanted = {"StringType": str, "IntegerType": int, "BooleanType": bool}.get(name, object)
    return isinstance(found, wanted) and not (wanted is int and isinstance(found, bool))


def _at(reference: dict[str, str], types: Types) -> dict[str, Any]:
    return types[int(reference["$ref"].removeprefix("#/"))]


# ---- management SDKs --------------------------------------------------------------------------------------------


def unknown_properties(body: dict[str, Any], model: type, where: str = "") -> list[str]:
    """Properties of `body` that `model`, a class of a management SDK, does not have; by their names on the wire."""
    return _unknown(body, _wire(model), model, where)


def _unknown(body: dict[str, Any], wire: dict[str, str], model: type, where: str) -> list[str]:
    """`wire` maps each property's path on the wire to how its type is written."""
    found = []
    for key, each in body.items():
        if where == "" and key in BICEP_OWN:
            continue
        below = {
            path.removeprefix(f"{key}."): kind for path, kind in wire.items() if path.startswith(f"{key}.")
        }
        if key not in wire and not below:
            found.append(f"{where}.{key}")
            continue
        for one in each if isinstance(each, list) else [each]:
            if not isinstance(one, dict):
                continue
            if below:
                found += _unknown(one, below, model, f"{where}.{key}")
            elif (inner := _model(wire[key], model, one)) is not None:
                found += unknown_properties(one, inner, f"{where}.{key}")
    return found


def _wire(model: Any) -> dict[str, str]:
    if hasattr(model, "_attribute_map"):
        return {each["key"]: each["type"] for each in model._attribute_map.values()}
    model.__new__(model)  # the field table is made with the first instance
    return {each._rest_name: _annotation(model, name) for name, each in model._attr_to_rest_field.items()}


def _annotation(model: type, attribute: str) -> str:
    owners = [inspect.get_annotations(base) for base in model.__mro__]
    return next((str(owner[attribute]) for owner in owners if attribute in owner), "")


def _model(kind: str, model: type, found: dict[str, Any]) -> type | None:
    """The class written as `kind`, or the subclass that the discriminator in `found` chooses; None for plain values."""
    if "dict[" in kind.lower() or kind.startswith("{"):
        return None
    models = importlib.import_module(model.__module__.rsplit(".", 1)[0])
    named = re.search(r"_models\.(\w+)", kind)
    chosen = getattr(models, named[1] if named else kind.strip("[]"), None)
    if not inspect.isclass(chosen) or not hasattr(chosen, "__mro__") or chosen.__module__ == "builtins":
        return None
    values = {each for each in found.values() if isinstance(each, str)}
    own = getattr(chosen, "__mapping__", {})
    old = getattr(chosen, "_subtype_map", {})
    for name, subclass in own.items():
        if name in values:
            return subclass
    for names in old.values():
        for name, subclass_name in names.items():
            if name in values:
                return getattr(models, subclass_name)
    return chosen
