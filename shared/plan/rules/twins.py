"""Confusers that are no other call than the one that the plan makes."""

from __future__ import annotations

from collections.abc import Iterator

from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case


def twin_confuser(case: Case) -> Iterator[Finding]:
    """A "wrong" API with method, path, parameters, schemas and examples of one that is called."""
    called = dict.fromkeys(step["api"] for step in case.steps)
    for position, name in enumerate(case.confusers):
        twin = next((api for api in called if case.words.same_call(name, api)), None)
        if twin is not None:
            message = f"'{name}' makes the same request as '{twin}', so it is not wrong: name another"
            yield finding("twin_confuser", message, path=f"negatives.confusers[{position}]")
