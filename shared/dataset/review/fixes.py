"""One change made to many rows: a value, an argument of an operation, a field of its steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from shared.dataset.review.content import shown
from shared.errors import BadRequestError

type Fix = Callable[[Mapping[str, Any]], dict[str, Any]]
"""The content of a record (as `shown` names it) after the fix."""

_PLACES = ("arguments", "task", "assumptions")
_STEP_FIELDS = ("action", "api", "reasoning", "retries", "failure_modes", "outputs", "depends_on")
_KEYS = {
    "value": ({"find", "replace"}, {"in", "operation", "argument"}),
    "argument": ({"operation", "argument"}, {"set", "rename", "remove"}),
    "step": ({"operation", "field", "set"}, set()),
}


def fix_of(asked: Any) -> Fix:
    """The fix that a request describes. BadRequestError `bad_fix` says what is accepted."""
    kind = asked.get("kind") if isinstance(asked, Mapping) else None
    if kind not in _KEYS:
        raise _bad(f"'fix' needs a 'kind', one of {', '.join(_KEYS)}")
    needed, more = _KEYS[kind]
    given = set(asked) - {"kind"}
    if missing := sorted(needed - given):
        raise _bad(f"a fix of kind '{kind}' needs '{missing[0]}'")
    if unknown := sorted(given - needed - more):
        raise _bad(f"a fix of kind '{kind}' has no '{str(unknown[0])[:40]}'")
    for name in ("operation", "argument", "rename"):
        if name in asked and (not isinstance(asked[name], str) or not asked[name]):
            raise _bad(f"'{name}' must be a name")
    return _MAKERS[kind](asked)


def _value(asked: Mapping[str, Any]) -> Fix:
    find, replace = asked["find"], asked["replace"]
    places = asked.get("in", ["arguments"])
    if not isinstance(places, list) or not places or not set(map(str, places)) <= set(_PLACES):
        raise _bad(f"'in' is a list of {', '.join(_PLACES)}")
    if find is None or find == "" or isinstance(find, dict | list):
        raise _bad("'find' must be a text, a number, true or false")
    in_text = None
    if {"task", "assumptions"} & set(places):
        if not isinstance(find, str | int | float) or not isinstance(replace, str | int | float):
            raise _bad("texts are searched for a text or a number, and filled with one")
        in_text = re.compile(rf"(?<!\w){re.escape(str(find))}(?!\w)")

    def fix(record: Mapping[str, Any]) -> dict[str, Any]:
        content = deepcopy(shown(record))
        if "arguments" in places:
            for step in _steps_of(content, asked.get("operation")):
                for name, value in step["arguments"].items():
                    if asked.get("argument") in (None, name):
                        step["arguments"][name] = _replaced(value, find, replace)
        if in_text is not None and "task" in places:
            content["task"] = in_text.sub(lambda _: str(replace), content["task"])
        if in_text is not None and "assumptions" in places:
            content["assumptions"] = [
                in_text.sub(lambda _: str(replace), text) for text in content["assumptions"]
            ]
        return content

    return fix


def _argument(asked: Mapping[str, Any]) -> Fix:
    ways = [way for way in ("set", "rename", "remove") if way in asked]
    if len(ways) != 1 or (ways == ["remove"] and asked["remove"] is not True):
        raise _bad("a fix of kind 'argument' has one of 'set', 'rename' and 'remove' (true)")
    name = asked["argument"]

    def fix(record: Mapping[str, Any]) -> dict[str, Any]:
        content = deepcopy(shown(record))
        for step in _steps_of(content, asked["operation"]):
            arguments = step["arguments"]
            if "set" in asked:
                arguments[name] = deepcopy(asked["set"])
            elif name in arguments and "remove" in asked:
                del arguments[name]
            elif name in arguments and asked.get("rename") not in arguments:
                step["arguments"] = {
                    asked["rename"] if known == name else known: value for known, value in arguments.items()
                }
        return content

    return fix


def _step(asked: Mapping[str, Any]) -> Fix:
    if asked["field"] not in _STEP_FIELDS:
        raise _bad(f"'field' is one of {', '.join(_STEP_FIELDS)}")

    def fix(record: Mapping[str, Any]) -> dict[str, Any]:
        content = deepcopy(shown(record))
        for step in _steps_of(content, asked["operation"]):
            step[asked["field"]] = deepcopy(asked["set"])
        return content

    return fix


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Fix]] = {
    "value": _value,
    "argument": _argument,
    "step": _step,
}


def _steps_of(content: Mapping[str, Any], operation: str | None) -> list[dict[str, Any]]:
    return [step for step in content["plan"]["steps"] if operation in (None, step["api"])]


def _replaced(value: Any, find: Any, replace: Any) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(inner, find, replace) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, find, replace) for inner in value]
    same = type(value) is type(find) or (_is_number(value) and _is_number(find))
    return deepcopy(replace) if same and value == find else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(message: str) -> BadRequestError:
    return BadRequestError(message, code="bad_fix")
