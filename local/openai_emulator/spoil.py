"""Spoils a good plan in one named way."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import orjson

from local.openai_emulator.planning.prompt_catalog import PromptCatalog
from local.openai_emulator.switches import FAULTS

TEXT_FAULTS = frozenset({"truncated_json", "prose", "python_repr", "refusal", "length", "content_filter"})
"""Faults of the answer as a whole; the others are faults of the plan."""

_Wire = dict[str, Any]
_Spoiler = Callable[[_Wire, PromptCatalog, Random], bool]


def spoil_plan(wire: _Wire, fault: str, catalog: PromptCatalog, rng: Random) -> str:
    """Give `wire` the fault, or the next class that this plan can have; returns the class, "" without one."""
    start = FAULTS.index(fault)
    for offset in range(len(FAULTS)):
        name = FAULTS[(start + offset) % len(FAULTS)]
        spoiler = _SPOILERS.get(name)
        if spoiler is not None and spoiler(wire, catalog, rng):
            return name
    return ""


def spoil_text(text: str, fault: str, rng: Random) -> str:
    """The answer's text with a fault of `TEXT_FAULTS` that concerns text."""
    if fault in ("truncated_json", "length"):
        return text[: rng.randint(len(text) // 3, max(len(text) // 3, len(text) - 8))]
    if fault == "prose":
        return f"Sure! Here is the plan you asked for:\n\n{text}\n\nLet me know if you need anything else."
    if fault == "python_repr":
        return repr(orjson.loads(text))
    return text


def _wrong_type(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    for step, argument in _arguments(wire, rng):
        parameter = _parameter(catalog, step, argument)
        if parameter is None or "${" in argument["value_json"]:
            continue
        if parameter.type in ("integer", "number", "boolean"):
            argument["value_json"] = '"about right"'
            return True
        if parameter.type in ("array", "object"):
            argument["value_json"] = "17"
            return True
        if parameter.type == "string" and not parameter.enum:
            argument["value_json"] = '{"value":1}'
            return True
    return False


def _missing_required(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    for step, argument in _arguments(wire, rng):
        parameter = _parameter(catalog, step, argument)
        if parameter is not None and parameter.required:
            step["arguments"].remove(argument)
            return True
    return False


def _unknown_argument(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    step = rng.choice(wire["steps"])
    step["arguments"].append({"name": "auto_confirm_level", "value_json": '"high"'})
    return True


def _invented_api(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    step = rng.choice(wire["steps"])
    step["api"] = f"{step['api'][:50]}_plus"
    return step["api"] not in catalog.apis


def _dangling(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    return _retarget(wire, rng, lambda step: len(wire["steps"]) + 4)


def _forward(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    if len(wire["steps"]) < 2:
        return False
    return _retarget(wire, rng, lambda step: step["index"] + 1, first=True)


def _retarget(wire: _Wire, rng: Random, target: Callable[[_Wire], int], *, first: bool = False) -> bool:
    """Make an argument point at the step that `target` names; in the first step only, if asked."""
    for step, argument in _arguments(wire, rng):
        if first and step["index"] != 1:
            continue
        number = target(step)
        argument["value_json"] = orjson.dumps(f"${{steps.{number}.value}}").decode()
        step["depends_on"] = sorted({*step["depends_on"], number})
        return True
    return False


def _bad_enum(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    for step, argument in _arguments(wire, rng):
        parameter = _parameter(catalog, step, argument)
        if parameter is not None and parameter.enum and "${" not in argument["value_json"]:
            argument["value_json"] = '"none-of-these"'
            return True
    return False


def _cycle(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    if len(wire["steps"]) < 2:
        return False
    first, second = wire["steps"][0], wire["steps"][-1]
    first["depends_on"] = [second["index"]]
    second["depends_on"] = sorted({*second["depends_on"], first["index"]})
    return True


def _undeclared_output(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    for step in wire["steps"]:
        for number in step["depends_on"]:
            if 0 < number <= len(wire["steps"]) and wire["steps"][number - 1]["outputs"]:
                wire["steps"][number - 1]["outputs"] = []
                return True
    return False


def _secret(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    # A made-up key in the form that AWS documents for its examples.
    fake = "AKIA" + "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ234567") for _ in range(16))
    for step, argument in _arguments(wire, rng):
        parameter = _parameter(catalog, step, argument)
        if (
            parameter is not None
            and parameter.type == "string"
            and not parameter.enum
            and not parameter.format
        ):
            argument["value_json"] = orjson.dumps(fake).decode()
            return True
    return False


def _leaked_ids(wire: _Wire, catalog: PromptCatalog, rng: Random) -> bool:
    names = [step["api"] for step in wire["steps"]]
    # A name that is one common word cannot be told from a word of the task.
    if not any(not name.isalpha() or name != name.lower() for name in names):
        return False
    wire["task"] = f"{wire['task']} Call {' and then '.join(names)} for this."
    return True


_SPOILERS: dict[str, _Spoiler] = {
    "wrong_type": _wrong_type,
    "missing_required": _missing_required,
    "unknown_argument": _unknown_argument,
    "invented_api": _invented_api,
    "dangling_reference": _dangling,
    "forward_reference": _forward,
    "bad_enum": _bad_enum,
    "cycle": _cycle,
    "undeclared_output": _undeclared_output,
    "secret": _secret,
    "leaked_ids": _leaked_ids,
}


def _arguments(wire: _Wire, rng: Random) -> list[tuple[_Wire, dict[str, str]]]:
    found = [(step, argument) for step in wire["steps"] for argument in step["arguments"]]
    rng.shuffle(found)
    return found


def _parameter(catalog: PromptCatalog, step: _Wire, argument: dict[str, str]) -> Any:
    api = catalog.apis.get(step["api"])
    return api.by_name.get(argument["name"]) if api else None
