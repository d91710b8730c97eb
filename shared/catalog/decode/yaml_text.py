"""YAML with the types of JSON (YAML 1.2 core schema), aliases counted, depth bounded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import yaml

from shared.catalog.decode.foreign_formats import ACCEPTED
from shared.catalog.limits import Limits
from shared.errors import CatalogError

_MAX_NESTING = 1_000
_DEEP_BLOCK = re.compile(rb"(?m)^(?: |[-?:] ){1000}")
_BRACKET = re.compile(rb"[\[\]{}]")
_VALUES = frozenset(("enum", "const", "default", "example", "examples"))
# Keywords that are flags, which many write with the words that YAML 1.1 has for them.
_FLAGS = frozenset(
    "required nullable readOnly writeOnly deprecated uniqueItems exclusiveMinimum exclusiveMaximum "
    "additionalProperties allowEmptyValue explode".split()
)
_FLAG_WORDS = {"yes": True, "on": True, "no": False, "off": False}
_NUMBERS = frozenset(("number", "integer"))
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

try:
    _BaseLoader: Any = yaml.CBaseLoader
except AttributeError:  # PyYAML without libyaml
    _BaseLoader = yaml.BaseLoader


def _ignore(_key: str) -> None:
    pass


def parse_yaml(
    data: bytes, where: str, limits: Limits, repeated: Callable[[str], None] = _ignore
) -> list[Any]:
    """The non-empty YAML documents in `data` (UTF-8) as plain JSON values; keys are strings.

    `repeated` is told each key that stands twice in one mapping; the last value is kept.

    Raises:
        CatalogError: `not_yaml` with the place, `too_deep`, or `alias_expansion` when aliases blow up.
    """
    _refuse_deep_text(data, where)
    builder = _Builder(where, limits, repeated)
    loader = _BaseLoader(data)
    found = []
    try:
        while loader.check_node():
            found.append(builder.build(loader.get_node(), 0))
    except yaml.YAMLError as exc:
        raise CatalogError(
            f"{where} is neither JSON nor YAML ({_place(exc, data)}). {ACCEPTED}", code="not_yaml"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise CatalogError(f"{where} is neither JSON nor YAML. {ACCEPTED}", code="not_yaml") from exc
    finally:
        loader.dispose()
    return [value for value in found if value is not None]


def _refuse_deep_text(data: bytes, where: str) -> None:
    """The C library takes quadratic time and native stack for deep nesting, so look before it does."""
    deep = _DEEP_BLOCK.search(data) is not None
    level = 0
    if not deep and data.count(b"[") + data.count(b"{") > _MAX_NESTING:
        for bracket in _BRACKET.finditer(data):
            level = level + 1 if bracket.group() in b"[{" else max(0, level - 1)
            if level > _MAX_NESTING:
                deep = True
                break
    if deep:
        raise CatalogError(f"{where} is nested over {_MAX_NESTING} levels deep.", code="too_deep")


def _place(exc: yaml.YAMLError, data: bytes) -> str:
    mark = getattr(exc, "problem_mark", None)
    problem = str(getattr(exc, "problem", "") or "unreadable")[:80]
    if mark is not None and b"".join(data.split(b"\n")[mark.line : mark.line + 1]).lstrip(b" ").startswith(
        b"\t"
    ):
        problem = "indented by a tab, where YAML takes spaces alone"
    return f"{problem}, line {mark.line + 1}" if mark is not None else problem


class _Builder:
    """Nodes to values; counts values as if every alias were written out, so that a bomb is refused early."""

    def __init__(self, where: str, limits: Limits, repeated: Callable[[str], None]) -> None:
        self._where = where
        self._repeated = repeated
        self._limits = limits
        self._left = limits.alias_expansion
        self._built: dict[tuple[int, bool], tuple[Any, int, Any]] = {}
        self._open: set[int] = set()

    def build(self, node: Any, depth: int, *, in_value: bool = False) -> Any:
        """The value of a node; `in_value` within an example, where no key is a keyword."""
        before = self._left
        known = self._built.get((id(node), in_value))
        if known is not None:
            self._spend(known[1])
            return known[0]
        self._spend(1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            raise CatalogError(
                f"{self._where} has a YAML alias that contains itself.", code="alias_expansion"
            )
        if depth >= self._limits.depth:
            raise CatalogError(
                f"{self._where} is nested over {self._limits.depth} levels deep.", code="too_deep"
            )
        self._open.add(id(node))
        build = self._sequence if isinstance(node, yaml.SequenceNode) else self._mapping
        value = build(node, depth, in_value)
        self._open.discard(id(node))
        # The node is kept so that its id stays its own.
        self._built[id(node), in_value] = (value, before - self._left, node)
        return value

    def _spend(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            message = f"{self._where} has over {self._limits.alias_expansion} values with its YAML aliases written out."
            raise CatalogError(message, code="alias_expansion")

    def _sequence(self, node: Any, depth: int, in_value: bool) -> list[Any]:
        return [self.build(item, depth + 1, in_value=in_value) for item in node.value]

    def _mapping(self, node: Any, depth: int, in_value: bool) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key_node, value_node in node.value:
            value = self.build(value_node, depth + 1, in_value=in_value or key_node.value in _VALUES)
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value == "<<" and not key_node.style:
                for source in reversed(value if isinstance(value, list) else [value]):
                    merged.update(source if isinstance(source, dict) else {})
            else:
                if key_node.value in own:
                    self._repeated(key_node.value)
                own[key_node.value] = value
                if (
                    not in_value
                    and key_node.value in _FLAGS
                    and isinstance(value_node, yaml.ScalarNode)
                    and not value_node.style
                ):
                    own[key_node.value] = _FLAG_WORDS.get(value_node.value.lower(), value)
        if "required" in own or not _VALUES.isdisjoint(own):
            _keep_texts(node, own)
        return {**merged, **own} if merged else own


def _keep_texts(node: Any, own: dict[str, Any]) -> None:
    """Keep values of text schemas, and names of required fields, as written: a version 1.10 is not 1.1."""
    words = {"required", *_VALUES} if _is_text(own) else {"required"}
    for key_node, value_node in node.value:
        if key_node.value in words:
            own[key_node.value] = _as_written(value_node, own[key_node.value])


def _is_text(own: dict[str, Any]) -> bool:
    """Whether a schema, or what has one beside its examples, says that its values are texts and no numbers."""
    schema = own.get("schema")
    said = own.get("type", schema.get("type") if isinstance(schema, dict) else None)
    words = (
        {said}
        if isinstance(said, str)
        else {one for one in said if isinstance(one, str)}
        if isinstance(said, list)
        else set()
    )
    return "string" in words and not words & _NUMBERS


def _as_written(node: Any, value: Any) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(value, list) and len(value) == len(node.value):
        return [
            item if isinstance(item, list) else _as_written(one, item)
            for one, item in zip(node.value, value, strict=True)
        ]
    is_text = isinstance(node, yaml.ScalarNode) and isinstance(value, int | float)
    return node.value if is_text and not isinstance(value, bool) else value


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style:  # quoted or block
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.match(text):
            return int(text) if text.lstrip("+-")[:1] != "0" or text.lstrip("+-") == "0" else text
        if _FLOAT.match(text) and math.isfinite(number := float(text)):
            return number
    return text
