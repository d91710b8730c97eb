"""Writes a student's plan for a task, decision by decision."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from local.openai_emulator.student.decisions import END, OTHER, YES, TaskView
from local.openai_emulator.student.model import Student
from local.openai_emulator.student.reading import cast, copied

_MAX_STEPS = 12
_REFERENCE = re.compile(r"\$\{steps\.(\d+)\.([^.}\[]+)")


def plan_for(student: Student, task: str) -> list[dict[str, Any]]:
    """The steps that the student predicts: `api` and `arguments` each; never empty."""
    view = TaskView(task)
    before: list[str] = []
    taken: Counter[str] = Counter()
    steps: list[dict[str, Any]] = []
    while len(steps) < _MAX_STEPS:
        ranked = student.rank("api", view.api_features(before))
        choice = next((name for name in ranked if name != OTHER and (steps or name != END)), END)
        if choice == END:
            break
        steps.append({"api": choice, "arguments": _arguments(student, view, choice, before, taken)})
        before.append(choice)
    return steps


def _arguments(
    student: Student, view: TaskView, api: str, before: Sequence[str], taken: Counter[str]
) -> dict[str, Any]:
    noted = student.memory["apis"].get(api, {"names": [], "kinds": {}})
    found = {}
    for name in noted["names"]:
        features = view.argument_features(name, before)
        if student.rank(f"arg:{api}:{name}", features)[0] != YES:
            continue
        for source in student.rank(f"val:{api}:{name}", features):
            value = _value(source, name, noted["kinds"].get(name, "str"), view.task, before, taken)
            if value is not None:
                found[name] = value
                break
    return found


def _value(source: str, name: str, kind: str, task: str, before: Sequence[str], taken: Counter[str]) -> Any:
    """The value that a source gives here, None if it gives none."""
    what, _, rest = source.partition(":")
    if what == "ref":
        api, _, path = rest.partition(":")
        if api not in before:
            return None
        number = len(before) - list(reversed(before)).index(api)
        return f"${{steps.{number}.{path}}}"
    if what == "copy":
        value = cast(copied(rest, name, task, taken[rest]), kind)
        if value is not None:
            taken[rest] += 1
        return value
    return orjson.loads(rest) if what == "const" else None


def as_plan(student: Student, steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The steps as a whole plan, written as the training file's answers were."""
    written = []
    used: dict[int, list[str]] = {}
    for step in steps:
        text = orjson.dumps(step["arguments"]).decode()
        for number, first in _REFERENCE.findall(text):
            used.setdefault(int(number), []).append(first)
    for index, step in enumerate(steps, start=1):
        fields = student.memory["apis"].get(step["api"], {}).get("fields", {})
        text = orjson.dumps(step["arguments"]).decode()
        written.append(
            {
                "index": index,
                "action": fields.get("action", f"Call {step['api']}"),
                "api": step["api"],
                "arguments": step["arguments"],
                "depends_on": sorted({int(number) for number, _ in _REFERENCE.findall(text)}),
                "outputs": list(dict.fromkeys([*fields.get("outputs", ()), *used.get(index, ())])),
                "reasoning": fields.get("reasoning", ""),
                "failure_modes": fields.get("failure_modes", []),
                "retries": fields.get("retries", 0),
            }
        )
    top = student.memory["ends"].get(steps[-1]["api"], {}) if steps else {}
    plan: dict[str, Any] = {
        "global_constraints": {},
        "steps": written,
        "validation_checks": top.get("validation_checks", []),
        "expected_end_state": top.get("expected_end_state", ""),
    }
    if student.memory["style"] == "wire":
        plan["global_constraints"] = []
        for step in written:
            step["arguments"] = [
                {"name": name, "value_json": orjson.dumps(value).decode()}
                for name, value in step["arguments"].items()
            ]
    wrapper = student.memory["wrapper"]
    return {wrapper: plan} if wrapper else plan
