"""Plans for a task in words, with the catalog in the prompt: right ones, spoiled on purpose at a rate that is a switch.

No language is understood here. A task that the emulated teacher has written is recognised and its plan known; for any
other one operations are guessed by their words. How often a plan is spoiled is the switch `base_fault_share` (for
models that answer as students) or `teacher_fault_share`: figures of these arms show that the way works and measure
no model.
"""

from __future__ import annotations

from collections import OrderedDict
from random import Random
from typing import Any

import orjson

from local.openai_emulator.planning.assignment import digest
from local.openai_emulator.planning.prompt_catalog import PromptApi, PromptCatalog
from local.openai_emulator.planning.values import parameter_value
from local.openai_emulator.planning.world import make_world
from local.openai_emulator.spoil import spoil_plan
from shared.identifiers import words_of

TASK = "## Task\n"
_MAX_KNOWN = 50_000
_FAULTS = (
    "other_value",
    "dropped_step",
    "wrong_type",
    "missing_required",
    "unknown_argument",
    "invented_api",
    "dangling_reference",
)
_WIRE_ONLY = ("task", "domain", "assumptions", "confusers")

Wire = dict[str, Any]


class Authored:
    """The plans of the tasks that this process has written, the oldest forgotten first."""

    def __init__(self) -> None:
        self._plans: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, wire: Wire) -> None:
        """Remember a plan in wire form by its task."""
        task = str(wire.get("task") or "").strip()
        self._plans.pop(task, None)
        self._plans[task] = orjson.dumps(wire)
        while len(self._plans) > _MAX_KNOWN:
            self._plans.popitem(last=False)

    def plan_of(self, task: str) -> Wire | None:
        """The plan in wire form of a task that was written here, None for any other."""
        found = self._plans.get(task.strip())
        return orjson.loads(found) if found is not None else None


def asked_task(text: str) -> str | None:
    """The task that a user turn asks to plan with the catalog, None if it asks for something else."""
    return text.removeprefix(TASK).strip() if text.startswith(TASK) else None


def plan_asked(
    catalog: PromptCatalog, task: str, *, authored: Authored, model: str, fault_share: float, whole: bool
) -> tuple[str, str]:
    """The answer's text and the fault in it ("" for none); the same for the same task, model and rate.

    `whole` plans have everything, others what is executed alone.
    """
    seed = digest("asked", model, task)
    rng = Random(seed)
    wire = authored.plan_of(task)
    known = wire is not None and all(step["api"] in catalog.apis for step in wire["steps"])
    if wire is None or not known:
        wire = _guessed(catalog, task, rng)
    fault = ""
    if seed / 2**64 < fault_share:
        fault = _spoil(wire, catalog, rng)
    return orjson.dumps(_plain(wire, whole)).decode(), fault


def _spoil(wire: Wire, catalog: PromptCatalog, rng: Random) -> str:
    fault = rng.choice(_FAULTS)
    if fault == "dropped_step" and len(wire["steps"]) > 1:
        wire["steps"].pop()
        return fault
    if fault in ("other_value", "dropped_step"):
        for step in wire["steps"]:
            for argument in step["arguments"]:
                if "${" not in argument["value_json"] and argument["value_json"].startswith('"'):
                    argument["value_json"] = orjson.dumps(
                        f"{orjson.loads(argument['value_json'])} 2"
                    ).decode()
                    return "other_value"
        fault = "invented_api"
    return spoil_plan(wire, fault, catalog, rng)


def _guessed(catalog: PromptCatalog, task: str, rng: Random) -> Wire:
    """A plan of one call: the operation that shares most words with the task, its required arguments made up."""
    asked = frozenset(words_of(task))

    def alike(api: PromptApi) -> tuple[int, str]:
        return len(asked & api.words), api.name

    api = max(catalog.apis.values(), key=alike)
    world = make_world(rng)
    arguments = [
        {"name": p.name, "value_json": orjson.dumps(parameter_value(p, api.goal.noun, rng, world)).decode()}
        for p in api.parameters
        if p.required
    ]
    step = {
        "index": 1,
        "action": "Do it.",
        "api": api.name,
        "arguments": arguments,
        "depends_on": [],
        "outputs": api.output_names()[:1] or ["result"],
        "reasoning": "It shares most words with the task.",
        "failure_modes": [],
        "retries": 0,
    }
    return {
        "global_constraints": [],
        "steps": [step],
        "validation_checks": [],
        "expected_end_state": "It is done.",
    }


def _plain(wire: Wire, whole: bool) -> dict[str, Any]:
    """The wire form as a plain plan."""
    steps = [{**step, "arguments": _object(step["arguments"])} for step in wire["steps"]]
    if not whole:
        kept = ("api", "arguments", "depends_on", "outputs")
        return {"steps": [{name: step[name] for name in kept} for step in steps]}
    plan = {name: value for name, value in wire.items() if name not in _WIRE_ONLY}
    return {**plan, "global_constraints": _object(wire["global_constraints"]), "steps": steps}


def _object(pairs: list[dict[str, str]]) -> dict[str, Any]:
    return {pair["name"]: orjson.loads(pair["value_json"]) for pair in pairs}
