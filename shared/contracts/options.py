"""The options of a run: merged from installation, metadata and message, checked, complete with defaults."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import orjson

from shared.contracts import schema
from shared.errors import BadRequestError

NOT_OPTIONS = frozenset({"start", "hdi_isfolder", "mtime", "content_md5"})
"""Metadata keys that are no options: our own switch and what upload tools write by themselves."""


def resolve(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a run; a later layer beats an earlier one, the schema's defaults come last.

    Raises BadRequestError (`bad_option`, `unknown_option`) that names the option and what it accepts.
    """
    merged = merge(*layers)
    if "options" in merged:  # only metadata knows such a key, and leaves there what it cannot read
        message = "option 'options' must be a JSON object that is not deeply nested"
        raise BadRequestError(message, code="bad_option")
    _check(merged, schema("options"), "")
    return _with_defaults(merged, schema("options"))


def completed(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a run as another version of the app may have stored them: those that this one knows, complete."""
    return _with_defaults(stored, schema("options"))


def merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """What the layers ask for together, unchecked; a later layer beats an earlier one, key by key."""
    merged: dict[str, Any] = {}
    for layer in layers:
        _merge(merged, layer)
    return merged


def from_metadata(metadata: Mapping[str, str]) -> dict[str, Any]:
    """The options that a blob's metadata carries: scalars by name, or all as JSON under `options`.

    Where that is no JSON object its text stays under `options`, which `resolve` refuses.
    """
    found: dict[str, Any] = {}
    for key, text in metadata.items():
        name = key.lower()
        if name == "options":
            _merge(found, _object(text))
        elif name not in NOT_OPTIONS:
            found[name] = _scalar(name, text)
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
        orjson.dumps(value)  # what is nested too deeply can be read and not written
    except (orjson.JSONDecodeError, TypeError):
        value = None
    return value if isinstance(value, dict) else {"options": text}


def _scalar(name: str, text: str) -> Any:
    types = schema("options")["properties"].get(name, {}).get("type", "string")
    if types == "string" or "string" in types:
        return text
    try:
        return orjson.loads(text.strip().lower() if text.strip().lower() in ("true", "false") else text)
    except orjson.JSONDecodeError:
        return text


def _merge(into: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = _copied(value)


def _copied(value: Any, levels: int = 4) -> Any:
    """A copy of the objects in `value`; options have at most three levels of them."""
    if not isinstance(value, dict) or levels == 0:
        return value
    return {key: _copied(inner, levels - 1) for key, inner in value.items()}


def _check(value: Any, spec: Mapping[str, Any], path: str) -> None:
    if isinstance(value, dict) and "properties" in spec:
        for key, inner in value.items():
            name = f"{path}.{key}" if path else str(key)
            if key not in spec["properties"]:
                raise BadRequestError(_unknown(name, key, spec["properties"]), code="unknown_option")
            _check(inner, spec["properties"][key], name)
        return
    from jsonschema import Draft202012Validator

    if not Draft202012Validator(spec).is_valid(value) or (isinstance(value, float) and value != value):
        raise BadRequestError(
            f"option '{path}' accepts {accepted(spec)}; got {_shown(value)}", code="bad_option"
        )


def _unknown(name: str, key: object, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(str(key), known, n=1)
    hint = f" (did you mean '{close[0]}'?)" if close else ""
    return f"unknown option '{name[:80]}'{hint}; known options: {', '.join(known)}"


def accepted(spec: Mapping[str, Any]) -> str:
    """What a value of `spec` may be, in words."""
    if "enum" in spec:
        return "one of " + ", ".join(map(str, spec["enum"]))
    types = spec.get("type", "any value")
    words = " or ".join(types) if isinstance(types, list) else str(types)
    if words == "array":
        words = f"a list of ({accepted(spec['items'])})"
    bounds = [
        f"{label} {spec[key]}"
        for key, label in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "at most"),
            ("minLength", "length at least"),
            ("maxLength", "length at most"),
            ("minItems", "items at least"),
            ("maxItems", "items at most"),
            ("pattern", "matching"),
        )
        if key in spec
    ] + (["each once"] if spec.get("uniqueItems") else [])
    return " ".join([words, *([f"({', '.join(bounds)})"] if bounds else [])])


def _shown(value: Any) -> str:
    try:
        text = orjson.dumps(value, default=str).decode()
    except TypeError:  # orjson writes 254 levels
        return "a deeply nested value"
    return text if len(text) <= 60 else text[:57] + "..."


def _with_defaults(value: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    complete: dict[str, Any] = {}
    for key, inner in spec["properties"].items():
        if "properties" in inner:
            given = value.get(key)
            complete[key] = _with_defaults(given if isinstance(given, Mapping) else {}, inner)
        elif key in value:
            complete[key] = value[key]
        elif "default" in inner:
            complete[key] = inner["default"]
    return complete
