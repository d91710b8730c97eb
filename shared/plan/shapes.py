"""The form of a plan by how its steps need each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def shape(plan: Mapping[str, Any]) -> str:
    """What the steps' dependencies form: `single`, `parallel`, `chain`, `fan_out` or `join`, as blueprints call it."""
    steps = plan["steps"]
    if len(steps) < 2:
        return "single"
    needs = [step.get("depends_on") or () for step in steps]
    needed = [index for step in needs for index in step]
    if not needed:
        return "parallel"
    if any(len(set(step)) > 1 for step in needs):
        return "join"
    return "fan_out" if len(set(needed)) < len(needed) or len(needed) < len(steps) - 1 else "chain"
