"""The form of a plan by how its steps need each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def shape(plan: Mapping[str, Any]) -> str:
    """`single` one step, `dag` steps that branch or join, `chain` dependent otherwise, else `independent`."""
    steps = plan["steps"]
    if len(steps) < 2:
        return "single"
    needs = [step.get("depends_on") or () for step in steps]
    needed = [index for step in needs for index in step]
    if not needed:
        return "independent"
    branches = len(set(needed)) < len(needed) or any(len(step) > 1 for step in needs)
    return "dag" if branches else "chain"
