"""Values of environment variables; a bad one is a ConfigurationError that names the variable and what it accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.errors import ConfigurationError

_MOST_DIGITS = 12


def refused(name: str, accepts: str) -> ConfigurationError:
    """The error for a value that is not accepted."""
    return ConfigurationError(f"{name} must be {accepts}", code="bad_setting")


def choice(env: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """One of the choices; the first where the variable is not set."""
    value = env.get(name) or choices[0]
    if value not in choices:
        raise refused(name, " or ".join(f"'{one}'" for one in choices))
    return value


def yes(env: Mapping[str, str], name: str) -> bool:
    """`true` or `false`, in any case; false where the variable is not set."""
    text = env.get(name, "").lower() or "false"
    if text not in ("true", "false"):
        raise refused(name, "'true' or 'false'")
    return text == "true"


def whole_number(env: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0, None where the variable is not set."""
    text = env.get(name)
    if not text:
        return None
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise refused(name, "a whole number")
    return int(text)


def limit(text: str, name: str, most: int) -> int:
    """A whole number from 1 to `most`."""
    value = int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0
    if not 1 <= value <= most:
        raise refused(name, f"a whole number from 1 to {most}")
    return value


def number(env: Mapping[str, str], name: str, *, default: float, unit: str = "of seconds") -> float:
    """A positive number of a unit, below ten million."""
    try:
        value = float(env.get(name) or default)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e7:
        raise refused(name, f"a positive number {unit}")
    return value


def json_object(env: Mapping[str, str], name: str) -> dict[str, Any]:
    """A JSON object, empty where the variable is not set."""
    try:
        value = orjson.loads(env.get(name) or "{}")
    except orjson.JSONDecodeError as exc:
        raise refused(name, "a JSON object") from exc
    if not isinstance(value, dict):
        raise refused(name, "a JSON object")
    return value
