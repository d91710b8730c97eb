"""Checks what the arguments of a body satisfy together: which need, exclude or decide each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

import orjson

from shared.catalog.model import JsonSchema
from shared.plan.json_text import shown
from shared.plan.parameter_check import Problem, compiled, problems_of

_SHOWN = 300


class ConditionCheck:
    """One condition of an operation, ready to check arguments."""

    def __init__(self, condition: JsonSchema) -> None:
        self._condition = condition
        self._validator = compiled(condition)
        # Arguments whose values, and not only whose presence, the condition asks about.
        self._asked = frozenset(_asked(condition))

    def problems(self, arguments: Mapping[str, Any], referring: Set[str]) -> list[Problem]:
        """What is wrong with the arguments; nothing where it depends on one that is `referring` to a step."""
        if self._validator.is_valid(arguments):
            return []
        if not self._asked.isdisjoint(referring):
            return []
        found = [
            problem
            for error in self._validator.iter_errors(arguments)
            for problem in problems_of(error, self._condition)
        ]
        rule = orjson.dumps(self._condition).decode()[:_SHOWN]
        return [
            Problem(one.code, one.where, f"{one.message}; they must satisfy {rule}")
            for one in dict.fromkeys(found)
        ] or [Problem("bad_value", (), f"{shown(arguments)} does not satisfy {rule}")]


def _asked(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        listed = node.get("properties")
        if isinstance(listed, dict):
            yield from (name for name, sub in listed.items() if sub not in ({}, True))
        for value in node.values():
            yield from _asked(value)
    elif isinstance(node, list):
        for value in node:
            yield from _asked(value)
