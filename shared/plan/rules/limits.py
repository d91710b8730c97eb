"""A plan that may call more often than its own limit allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.identifiers import words_of
from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case

_CALLS = frozenset(
    "call calls request requests attempt attempts lookup lookups query queries invocation invocations".split()
)
_BOUNDS = frozenset("max maximum limit most budget cap ceiling allowed".split())
_OTHERS = frozenset(
    "per minute minutes second seconds hour hours day days ms rate each step size bytes tokens time timeout".split()
)


def retries_break_limit(case: Case) -> Iterator[Finding]:
    """A limit of calls under Σ(1 + retries): each call may be made that often."""
    worst = sum(1 + int(step.get("retries", 0)) for step in case.steps)
    for name, limit in _limits(case.constraints):
        if limit < worst:
            message = (
                f"'{name}' allows {limit} calls, but {len(case.steps)} steps with their retries may make {worst}; "
                "lower the retries (0 where a call must not be repeated)"
            )
            yield finding("retries_break_limit", message, path=f"plan.global_constraints.{name}")


def _limits(constraints: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Whole numbers under names such as `max_calls`, at any depth."""
    for name, value in constraints.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", limit) for inner, limit in _limits(value))
        elif isinstance(value, int) and not isinstance(value, bool) and _bounds_calls(name):
            yield name, value


def _bounds_calls(name: str) -> bool:
    words = set(words_of(name))
    return bool(words & _CALLS) and bool(words & _BOUNDS) and not words & _OTHERS
