"""References to the output of an earlier step, `${steps.1.order.id}`: parse, format, find; a plan's signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

Part = str | int

_NAME = r"""[^\s.\[\]{}"'$][^.\[\]{}"']*"""
_QUOTED = r'\["(?:[^"\\{}]|\\.)*"\]'
_PATH = rf"(?:{_NAME}|{_QUOTED})(?:\.{_NAME}|\[\d+\]|{_QUOTED})*"
REFERENCE = re.compile(rf"\$\{{steps\.(\d{{1,6}})\.({_PATH})\}}")
_PART = re.compile(rf"\.?({_NAME})|\[(\d+)\]|({_QUOTED})")
_PLAIN = re.compile(_NAME)
_ATTEMPT = re.compile(r"\$\{[^}]*\}?")
_MEANT = re.compile(r"\$\{\s*step", re.IGNORECASE)
_BARE = re.compile(r"(?:\$|\{\{|<|\$?\()?\s*steps?[.\[]\d+\]?\.[^\s]*")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that an earlier step yields.

    Attributes:
        step: index of the step that produces it, from 1.
        parts: the path in its response, names and list positions.
    """

    step: int
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return f"${{steps.{self.step}.{format_path(self.parts)}}}"

    @property
    def path(self) -> str:
        """The path as written: `order.items[0].sku`."""
        return format_path(self.parts)


@dataclass(frozen=True, slots=True)
class Use:
    """A reference inside an argument.

    Attributes:
        reference: what is referred to.
        where: path inside the arguments, the argument's name first.
        whole: whether it is the whole string, so that the value keeps its type.
    """

    reference: Reference
    where: tuple[Part, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Text that looks like a reference but is malformed: `where` inside the arguments, and the text."""

    where: tuple[Part, ...]
    text: str


def format_path(parts: tuple[Part, ...]) -> str:
    """`("order", "items", 0, "sku")` as `order.items[0].sku`; a name with a dot or bracket as `["a.b"]`."""
    out = ""
    for part in parts:
        if isinstance(part, int):
            out += f"[{part}]"
        elif _PLAIN.fullmatch(part):
            out += f".{part}" if out else part
        else:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("{", "\\u007b")
            out += f'["{escaped.replace("}", chr(92) + "u007d")}"]'
    return out


def parse_path(path: str) -> tuple[Part, ...]:
    """The parts of `order.items[0].sku`. Raises ValueError if `path` is not of that form."""
    if not re.fullmatch(_PATH, path):
        raise ValueError(f"not a path: {path!r}")
    return tuple(_part(match) for match in _PART.finditer(path))


def _part(match: re.Match[str]) -> Part:
    name, position, quoted = match.groups()
    if position is not None:
        return int(position)
    if quoted is not None:
        text = quoted[2:-2].replace("\\u007b", "{").replace("\\u007d", "}")
        return re.sub(r"\\(.)", r"\1", text)
    return str(name)


def parse(text: str) -> Reference | None:
    """The reference that `text` is as a whole, or None."""
    match = REFERENCE.fullmatch(text)
    return _reference(match) if match else None


def _reference(match: re.Match[str]) -> Reference:
    return _known_reference(match[1], match[2])


@lru_cache(maxsize=8192)
def _known_reference(step: str, path: str) -> Reference:
    return Reference(int(step), parse_path(path))


def find(value: Any) -> list[Use | Misspelt]:
    """Every reference in a JSON value, and every text that looks like one but is misspelt, in document order."""
    return list(_found(value, ()))


def _found(value: Any, where: tuple[Part, ...]) -> Iterator[Use | Misspelt]:
    if isinstance(value, str):
        if "${" in value or "step" in value:
            yield from _in_text(value, where)
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from _found(child, (*where, name))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _found(child, (*where, position))


def _in_text(text: str, where: tuple[Part, ...]) -> Iterator[Use | Misspelt]:
    end = 0
    for match in _ATTEMPT.finditer(text):
        proper = REFERENCE.match(text, match.start())
        if proper:
            yield Use(_reference(proper), where, whole=proper.span() == (0, len(text)))
        elif match.start() >= end and (match[0] == text or _MEANT.match(match[0])):
            yield Misspelt(where, match[0])
        end = max(end, proper.end() if proper else match.end())
    if end == 0 and _BARE.fullmatch(text):
        yield Misspelt(where, text)


def replace(value: Any, values: Mapping[Reference, Any]) -> Any:
    """`value` with its references replaced: a whole one by the value itself, an embedded one by its text."""
    if isinstance(value, str):
        if "${" not in value:
            return value
        whole = parse(value)
        if whole is not None:
            return values.get(whole, value)
        return REFERENCE.sub(lambda match: str(values.get(_reference(match), match[0])), value)
    if isinstance(value, dict):
        return {name: replace(child, values) for name, child in value.items()}
    if isinstance(value, list):
        return [replace(child, values) for child in value]
    return value


def signature(plan: Mapping[str, Any]) -> str:
    """The family of a plan: equal for plans that differ in values and texts only.

    APIs in step order, each with its argument names (sorted) and dependencies (sorted); 32 hex digits.
    """
    family = "\n".join(
        f"{step['index']}\t{step['api']}\t{chr(31).join(sorted(step['arguments']))}\t"
        f"{sorted(step.get('depends_on', []))}"
        for step in plan["steps"]
    )
    return blake2b(family.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
