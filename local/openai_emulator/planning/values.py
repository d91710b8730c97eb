"""Realistic fake values for parameters, by schema first, then by format, then by name."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from local.openai_emulator.planning.amounts import number_value
from local.openai_emulator.planning.language import singular
from local.openai_emulator.planning.patterns import from_pattern
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from local.openai_emulator.planning.value_makers import FORMATS, PEOPLE, by_name, is_free
from local.openai_emulator.planning.world import World
from shared.identifiers import words_of

_MAX_DEPTH = 6
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?")
_PLACEHOLDER = re.compile(r"\{\{|<.*>|^\s*$|^string$|\$\{|redacted|example|\.\.\.", re.IGNORECASE)
CREDENTIAL = "<kept in the vault>"
"""Stands where a real call would carry a credential."""


def parameter_value(parameter: PromptParameter, noun: str, rng: Random, world: World) -> Any:
    """A value that is valid for the parameter as the prompt describes it; `noun` is what its operation is about."""
    schema = dict(parameter.schema)
    schema.setdefault("type", parameter.type)
    if parameter.enum:
        schema.setdefault("enum", list(parameter.enum))
    if parameter.format:
        schema.setdefault("format", parameter.format)
    if parameter.example is not None:
        schema.setdefault("example", parameter.example)
    if parameter.is_credential and schema["type"] in ("string", "any"):
        return CREDENTIAL
    is_of_person = parameter.name.lower() == "name" and singular(noun) in PEOPLE
    return schema_value(schema, "full_name" if is_of_person else parameter.name, rng, world)


def schema_value(schema: Any, name: str, rng: Random, world: World, depth: int = 0) -> Any:
    """A value that is valid for a JSON Schema without `$ref`; `name` steers what it looks like."""
    if not isinstance(schema, dict):
        return _text(name, {}, rng, world)
    merged = _resolved(schema)
    if "const" in merged:
        return merged["const"]
    choices = [value for value in merged.get("enum") or () if value is not None]
    if choices:
        return rng.choice(choices)
    kind = _kind(merged)
    if kind == "string" and words_of(name)[-1:] in (("password",), ("passwd",), ("secret",)):
        return CREDENTIAL
    if kind == "object":
        return _object(merged, name, rng, world, depth)
    if kind == "array":
        return _array(merged, name, rng, world, depth)
    if kind == "boolean" and words_of(name)[:1] == ("confirm",):
        return True
    if kind == "boolean":
        return rng.random() < 0.6
    if kind in ("integer", "number"):
        return number_value(merged, name, rng, world, whole=kind == "integer")
    if kind == "null":
        return None
    if kind == "any" and isinstance(merged.get("example"), bool | int | float | list | dict):
        return merged["example"]
    return _text(name, merged, rng, world)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` with the first branch of every choice taken and all parts merged."""
    for keyword in ("oneOf", "anyOf"):
        branches = [b for b in schema.get(keyword) or () if isinstance(b, dict) and b.get("type") != "null"]
        if branches:
            rest = {key: value for key, value in schema.items() if key != keyword}
            return _resolved(_merge(rest, branches[0]))
    parts = [part for part in schema.get("allOf") or () if isinstance(part, dict)]
    if parts:
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for part in parts:
            merged = _merge(merged, _resolved(part))
        return merged
    return schema


def _merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    merged = {**left, **right}
    if "properties" in left and "properties" in right:
        merged["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        merged["required"] = [*left["required"], *right["required"]]
    if left.get("type") not in (None, "any") and right.get("type") in (None, "any"):
        merged["type"] = left["type"]
    return merged


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "null")
    if kind in (None, "any"):
        if "properties" in schema:
            return "object"
        if "items" in schema:
            return "array"
        return "any" if kind == "any" or "format" not in schema else "string"
    return str(kind)


def _object(schema: dict[str, Any], name: str, rng: Random, world: World, depth: int) -> dict[str, Any]:
    properties = schema.get("properties")
    required = set(schema.get("required") or ())
    if not isinstance(properties, dict) or not properties:
        example = schema.get("example")
        if isinstance(example, dict) and not required:
            return example
        return {key: _text(key, {}, rng, world) for key in sorted(required)}
    chosen: dict[str, Any] = {}
    for key, child in properties.items():
        read_only = isinstance(child, dict) and child.get("readOnly")
        wanted = key in required or (depth < 2 and len(chosen) < 6 and not read_only and rng.random() < 0.45)
        if wanted and (key in required or depth < _MAX_DEPTH):
            chosen[key] = schema_value(child, key, rng, world, depth + 1)
    if not chosen and depth < 2:
        key, child = next(iter(properties.items()))
        chosen[key] = schema_value(child, key, rng, world, depth + 1)
    return chosen


def _array(schema: dict[str, Any], name: str, rng: Random, world: World, depth: int) -> list[Any]:
    items = schema.get("items", {})
    fewest = int(schema.get("minItems") or 0)
    most = int(schema.get("maxItems") or max(fewest, 3))
    if depth >= _MAX_DEPTH:
        return [schema_value(items, name, rng, world, depth + 1) for _ in range(fewest)]
    size = max(fewest, min(most, rng.choice((1, 1, 2, 2, 3))))
    name_of_one = name.removesuffix("s") if not name.endswith("ss") else name
    found: list[Any] = []
    for _ in range(size * 6):
        value = schema_value(items, name_of_one, rng, world, depth + 1)
        if value not in found:
            found.append(value)
        if len(found) == size:
            break
    while len(found) < fewest:
        found.append(found[0])
    return found


def _text(name: str, schema: dict[str, Any], rng: Random, world: World) -> str:
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        made = from_pattern(pattern, rng)
        if made is not None:
            return made
    example = schema.get("example")
    shape = schema.get("format") or _shape_of(example)
    by_format = FORMATS.get(shape or "")
    if by_format is not None:
        return by_format(rng, world)
    if isinstance(example, str) and is_speakable(example) and not _PLACEHOLDER.search(example):
        # A kind, a mode or a field is one of few words, of which the example is a real one.
        share = 0.4 if is_free(name) else 1.0
        if rng.random() < share:
            return example
    return _fitted(by_name(name, rng, world), schema)


def is_speakable(text: str) -> bool:
    """Whether somebody would say `text`: not too long, and no word so long that it looks like a key."""
    return len(text) <= 120 and (
        _UUID.fullmatch(text) is not None or max(map(len, text.split()), default=0) <= 28
    )


def _shape_of(example: Any) -> str | None:
    if not isinstance(example, str):
        return None
    if _UUID.fullmatch(example):
        return "uuid"
    if _DATE.fullmatch(example):
        return "date"
    if _DATE_TIME.match(example):
        return "date-time"
    if example.startswith(("http://", "https://")):
        return "uri"
    return "digits" if example.isdigit() and len(example) < 12 else None


def _fitted(text: str, schema: dict[str, Any]) -> str:
    longest, shortest = schema.get("maxLength"), schema.get("minLength")
    if isinstance(longest, int) and len(text) > longest:
        text = text[:longest].rstrip() or text[:longest]
    if isinstance(shortest, int) and len(text) < shortest:
        text = (text + " " + text * shortest)[:shortest].rstrip().ljust(shortest, "x")
    return text
