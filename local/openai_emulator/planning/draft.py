"""A plan under construction and its wire form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from local.openai_emulator.planning.prompt_catalog import PromptApi, first_name, rooted
from shared.plan.rules.guards import write_guard

_REFERENCE = re.compile(r"\$\{steps\.(\d+)\.([^}]+)\}")


@dataclass(slots=True)
class Step:
    """One call; `arguments` holds decoded values, references as `${steps.N.path}` text."""

    index: int
    api: PromptApi
    arguments: dict[str, Any] = field(default_factory=dict)
    condition: str = ""
    """What the step before it has to show, "" where it is made in any case."""

    def references(self) -> Iterator[tuple[int, str]]:
        """(step, path) of every reference in the arguments."""
        for value in self.arguments.values():
            if isinstance(value, str):
                text = value
            elif isinstance(value, list | dict):
                text = orjson.dumps(value).decode()
            else:
                continue
            if "${steps." in text:
                yield from ((int(number), path) for number, path in _REFERENCE.findall(text))

    def depends_on(self) -> list[int]:
        """Indices of the steps whose outputs are used, or that decide whether the step is made."""
        decides = {self.index - 1} if self.condition else set()
        return sorted({number for number, _ in self.references()} | decides)


@dataclass(slots=True)
class Draft:
    """All that the wire form holds; texts are written after the steps are known."""

    steps: list[Step]
    task: str = ""
    domain: str = ""
    assumptions: list[str] = field(default_factory=list)
    constraints: dict[str, Any] = field(default_factory=dict)
    checks: list[str] = field(default_factory=list)
    failure_modes: list[str] = field(default_factory=list)
    end_state: str = ""
    confusers: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    no_retries: bool = False
    condition_said: str = ""
    """The condition of a step in the words of the task."""

    def to_wire(self) -> dict[str, Any]:
        """The plan as the strict wire schema wants it, keys in its order."""
        used: dict[int, list[str]] = {step.index: [] for step in self.steps}
        for step in self.steps:
            for number, path in step.references():
                used.setdefault(number, []).append(first_name(path))
        return {
            "task": self.task,
            "domain": self.domain,
            "assumptions": self.assumptions,
            "global_constraints": _pairs(self.constraints),
            "steps": [self._wire_step(position, used) for position in range(len(self.steps))],
            "validation_checks": self.checks,
            "expected_end_state": self.end_state,
            "confusers": self.confusers,
        }

    def _wire_step(self, position: int, used: dict[int, list[str]]) -> dict[str, Any]:
        step = self.steps[position]
        known = step.api.output_names()
        outputs = list(dict.fromkeys([*used[step.index], *known[:2]]))
        if not outputs and step.api.returns is None:
            outputs = ["result"]
        if any(other.condition and other.index == step.index + 1 for other in self.steps):
            outputs = used[step.index]  # it only decides
        action = self.actions[position]
        failure = f"{action[:1].upper()}{action[1:]}: the call is refused or times out."
        guards = [write_guard(step.index - 1, step.condition)] if step.condition else []
        return {
            "index": step.index,
            "action": action,
            "api": step.api.name,
            "arguments": _pairs(step.arguments),
            "depends_on": step.depends_on(),
            "outputs": outputs,
            "reasoning": self.reasons[position],
            "failure_modes": [
                *guards,
                failure,
                *(self.failure_modes if position == len(self.steps) - 1 else ()),
            ],
            "retries": 2 if step.api.method in ("GET", "HEAD", "") and not self.no_retries else 0,
        }


def reference(index: int, path: str) -> str:
    """The text that stands for an output of step `index`."""
    return f"${{steps.{index}.{rooted(path)}}}"


def _pairs(values: dict[str, Any]) -> list[dict[str, str]]:
    return [{"name": name, "value_json": orjson.dumps(value).decode()} for name, value in values.items()]
