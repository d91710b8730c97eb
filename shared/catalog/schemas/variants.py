"""A schema with variants as one without: the fields of all, and the values that tell them apart."""

from __future__ import annotations

from typing import Any

from shared.catalog.schemas.flat import Flats
from shared.catalog.schemas.gathered import Choice, Flat
from shared.catalog.schemas.types import json_type

_MAX_NESTED = 8
_MAX_VALUES = 500


def types_of(flat: Flat) -> set[str]:
    """The JSON types that a schema allows, as far as it says or implies so; empty if any."""
    word = flat.said.get("type")
    listed = word if isinstance(word, list) else [word]
    found = {known for raw in listed if (known := json_type(raw))}
    return found or ({"object"} if flat.properties else set())


def loosened(flat: Flat, flats: Flats, level: int = 0) -> Flat:
    """`flat` with its variants joined: all their fields, required only what each of them requires.

    What several variants have and describe differently is one of what they say.
    """
    if not flat.choices:
        return flat
    known = flat.kept.get("loose")
    if known is None:
        if level >= _MAX_NESTED:
            return Flat(flat.said, flat.properties, flat.required, [], flat.source, {}, flat.conditions)
        known = flat.kept["loose"] = _joined(flat, flats, level)
    return known


def may_have_fields(flat: Flat, flats: Flats, level: int = 0) -> bool:
    """Whether all values of a schema are, or may be, objects."""
    if (words := types_of(flat)) and "object" not in words:
        return False
    if level >= _MAX_NESTED:
        return True
    return all(
        may_have_fields(flats.of(variant), flats, level + 1)
        for choice in flat.choices
        for variant in choice.variants
    )


def _joined(flat: Flat, flats: Flats, level: int) -> Flat:
    said = {key: value for key, value in flat.said.items() if key != "additionalProperties"}
    required = list(flat.required)
    holders: dict[Any, list[Any]] = {}
    for choice in flat.choices:
        variants = [loosened(flats.of(variant), flats, level + 1) for variant in choice.variants]
        for variant in variants:
            for name, sub in variant.properties.items():
                holders.setdefault(name, []).append(sub)
        objects = [set(variant.required) for variant in variants if variant.properties or variant.required]
        if len(objects) == len(variants):
            shared = set.intersection(*objects)
            required += [name for name in variants[0].required if name in shared and name not in required]
        _say_what_all_say(said, choice, variants)
    properties = {
        **flat.properties,
        **{name: _one_of(subs, flats) for name, subs in holders.items() if name not in flat.properties},
    }
    for name in holders.keys() & flat.properties.keys():
        properties[name] = {"allOf": [_one_of(holders[name], flats), flat.properties[name]]}
    return Flat(said, properties, required, [], flat.source, {}, flat.conditions)


def _say_what_all_say(said: dict[str, Any], choice: Choice, variants: list[Flat]) -> None:
    """Add the types, values and description that the variants have in common."""
    words = [types_of(variant) for variant in variants]
    if "type" not in said and all(words):
        union = sorted(set.union(*words)) + ["null"] * choice.or_null
        said["type"] = union[0] if len(union) == 1 else union
    listed = [variant.said.get("enum") for variant in variants]
    if "enum" not in said and all(isinstance(values, list) for values in listed):
        union_of_values = _distinct([value for values in listed for value in values or ()])
        if len(union_of_values) <= _MAX_VALUES:
            said["enum"] = union_of_values + [None] * (choice.or_null and None not in union_of_values)
    if len(set.union(*words)) == 1 and variants[0].said.get("items") is not None:
        items = _distinct([variant.said["items"] for variant in variants if "items" in variant.said])
        said.setdefault("items", items[0] if len(items) == 1 else {"anyOf": items})
    for variant in variants:
        if "description" in variant.said:
            said.setdefault("description", variant.said["description"])


def _one_of(subs: list[Any], flats: Flats) -> Any:
    """One schema for a field that several variants describe."""
    distinct = _distinct([*{id(sub): sub for sub in subs}.values()])
    if len(distinct) == 1:
        return distinct[0]
    known = [flats.of(sub) for sub in distinct]
    described = next((flat.said["description"] for flat in known if "description" in flat.said), None)
    common: dict[str, Any] = {} if described is None else {"description": described}
    for word in ("readOnly", "writeOnly"):
        if all(flat.said.get(word) is True for flat in known):
            common[word] = True
    values = [_values(flat) for flat in known]
    kinds = {tuple(sorted(types_of(flat))) for flat in known}
    if all(values):
        union = _distinct([value for listed in values for value in listed])
        kind = {"type": next(iter(kinds))[0]} if len(kinds) == 1 and len(next(iter(kinds))) == 1 else {}
        return {**common, **kind, "enum": union}
    if len(kinds) == 1 and (words := next(iter(kinds))) and not {"object", "array"} & {*words}:
        return {**common, "type": list(words) if len(words) > 1 else words[0]}
    return {**common, "anyOf": distinct}


def _values(flat: Flat) -> list[Any]:
    if "const" in flat.said:
        return [flat.said["const"]]
    listed = flat.said.get("enum")
    return listed if isinstance(listed, list) else []


def _distinct(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(value == known and type(value) is type(known) for known in found):
            found.append(value)
    return found
