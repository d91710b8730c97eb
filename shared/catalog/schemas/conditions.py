"""What a value must satisfy besides its types and fields: `if`, `not`, dependent fields, names, lists by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.schemas.keywords import CONDITIONS

type Part = dict[str, Any]

_ALONE = ("not", "dependentRequired", "propertyNames", "patternProperties")
_WITH = {"if": ("then", "else"), "contains": ("minContains", "maxContains")}
# What depends on other keywords of the whole schema, or is about a text in another format.
UNEVALUATED = frozenset(("unevaluatedProperties", "unevaluatedItems", "contentSchema"))
# What a variant may say that is about the names of fields alone.
_OF_NAMES = frozenset(("required", "not", "title", "description", "type", "minProperties", "maxProperties"))


def is_conditional(schema: Part) -> bool:
    """Whether a schema itself has any condition."""
    return (
        not CONDITIONS.isdisjoint(schema)
        or type(schema.get("items")) is list
        or ("anyOf" in schema and only_names(schema["anyOf"]))
        or ("oneOf" in schema and only_names(schema["oneOf"]))
    )


def conditions_of(schema: Part) -> list[Part]:
    """The conditions of a schema, one by one; forms of older drafts are brought to 2020-12."""
    found: list[Part] = [{word: schema[word]} for word in _ALONE if word in schema]
    for word, more in _WITH.items():
        if word in schema:
            found.append({key: schema[key] for key in (word, *more) if key in schema})
    for word in ("dependentSchemas", "dependencies"):
        found += _dependent(schema.get(word))
    found += _by_position(schema)
    found += [{word: schema[word]} for word in sorted(UNEVALUATED) if word in schema]
    found += [
        {word: schema[word]} for word in ("anyOf", "oneOf") if word in schema and only_names(schema[word])
    ]
    return [one for one in found if not _is_idle(one)]


def _is_idle(condition: Part) -> bool:
    if "if" in condition:
        return len(condition) == 1
    (word, value), *_ = condition.items()
    return value in ({}, [], True) or (word in UNEVALUATED and value is None)


def _dependent(listed: Any) -> list[Part]:
    if not isinstance(listed, dict):
        return []
    names = {name: value for name, value in listed.items() if isinstance(value, list)}
    schemas = {name: value for name, value in listed.items() if not isinstance(value, list)}
    found: list[Part] = [{"dependentRequired": names}] if names else []
    return [*found, {"dependentSchemas": schemas}] if schemas else found


def _by_position(schema: Part) -> list[Part]:
    """The condition on items by position, with the schema of later items unless `items` keeps it."""
    listed, rest = schema.get("prefixItems"), schema.get("items")
    is_older = isinstance(rest, list)
    if is_older:
        listed, rest = rest, schema.get("additionalItems")
    if not isinstance(listed, list) or not listed:
        return []
    is_told = rest is False or (is_older and isinstance(rest, dict))
    return [{"prefixItems": listed, "items": rest} if is_told else {"prefixItems": listed}]


def only_names(variants: Any) -> bool:
    """Whether all variants only say which fields must be present."""
    if not isinstance(variants, list) or not variants:
        return False
    for one in variants:
        if (
            not isinstance(one, dict)
            or not _OF_NAMES.issuperset(one)
            or one.get("type", "object") != "object"
        ):
            return False
        if not one.keys() & {"required", "not", "minProperties", "maxProperties"}:
            return False
        if "not" in one and not (isinstance(one["not"], dict) and only_names(_parts(one["not"]))):
            return False
    return True


def _parts(schema: Part) -> list[Any]:
    for word in ("anyOf", "oneOf", "allOf"):
        if set(schema) == {word} and isinstance(listed := schema[word], list):
            return listed
    return [schema]


def conditional_fields(conditions: Sequence[Part]) -> Iterator[Any]:
    """The schemas of fields that may be present under a condition."""
    for one in conditions:
        for word in ("then", "else"):
            if word in one:
                yield one[word]
        held = one.get("dependentSchemas")
        if isinstance(held, dict):
            yield from held.values()
        if isinstance(one.get("if"), dict):
            yield {"properties": {name: {} for name in _names_in(one["if"])}}


def _names_in(schema: Part) -> list[Any]:
    listed = schema.get("properties")
    return [*listed] if isinstance(listed, dict) else []


def composed(closed: JsonSchema, conditions: Sequence[JsonSchema]) -> JsonSchema:
    """`closed` with exact conditions; where their keywords are taken, they stand under `if: {}`, which always holds.

    An `allOf` of the schema itself would be read as parts of its shape.
    """
    made, rest = dict(closed), []
    for one in conditions:
        if one.keys() & {*made, "anyOf", "oneOf"}:
            rest.append(one)
        else:
            made |= one
    if rest:
        if "if" in made:
            rest.insert(0, {word: made.pop(word) for word in ("if", "then", "else") if word in made})
        made |= {"if": {}, "then": rest[0] if len(rest) == 1 else {"allOf": rest}}
    return made


def mentioned(condition: Any) -> set[str]:
    """Names of the fields in an exact condition, at any level."""
    found: set[str] = set()
    pending = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            found.update(name for name in node.get("required", ()) if isinstance(name, str))
            for word in ("properties", "dependentRequired", "dependentSchemas"):
                if isinstance(node.get(word), dict):
                    found.update(node[word])
            for names in (node.get("dependentRequired") or {}).values():
                found.update(names)
            pending += [value for word, value in node.items() if word not in ("enum", "const", "required")]
        elif isinstance(node, list):
            pending += node
    return found
