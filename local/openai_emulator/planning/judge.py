"""The emulator as a judge: does a plan do its task, by what can be checked without understanding."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from local.openai_emulator.planning.prompt_catalog import PromptCatalog
from shared.identifiers import words_of

_REFERENCE = re.compile(r"\$\{steps\.(\d+)\.")
_DECODER_STARTS = re.compile(r"\{")
_COMMON = frozenset("the a an of for to in on at by with and or is it i you please then that this".split())


def judge(catalog: PromptCatalog, text: str) -> dict[str, Any]:
    """For each question of the rubric a score (1 to 5) and a reason, of the task and plan in `text`."""
    plan = _largest_object(text)
    steps = plan.get("steps") or (plan.get("plan") or {}).get("steps") or []
    task = str(plan.get("task") or plan.get("task_nl") or text[: text.find("{")])
    if not isinstance(steps, list) or not steps:
        return dict.fromkeys(_QUESTIONS, _answer(1, ["there is no plan with steps to judge"]))
    told = [str(warning) for warning in plan.get("warnings") or ()]
    done = _task_complaints(catalog, steps, task)
    return {
        "does_the_task": _answer(5 - sum(2 if "does not exist" in one else 1 for one in done), done),
        "would_be_asked": _scored(_tone_complaints(task)),
        "from_somewhere": _scored([warning for warning in told if "neither the task" in warning]),
    }


_QUESTIONS = ("does_the_task", "would_be_asked", "from_somewhere")
_LONG = 1500
_IDENTIFIER = re.compile(r"\b[a-z]+_[a-z_]+\b|\{\{")


def _task_complaints(catalog: PromptCatalog, steps: list[dict[str, Any]], task: str) -> list[str]:
    unknown = [str(step.get("api")) for step in steps if catalog.apis and step.get("api") not in catalog.apis]
    complaints = [f"it calls {name}, which does not exist" for name in unknown]
    for position, step in enumerate(steps, start=1):
        complaints.extend(_step_complaints(catalog, position, step))
    task_words = frozenset(words_of(task)) - _COMMON
    missed = [step for step in steps if not task_words & _words_of_step(catalog, step)]
    if missed and task_words:
        complaints.append(f"step {missed[0].get('index')} has nothing to do with the task")
    return complaints


def _tone_complaints(task: str) -> list[str]:
    """What no person writes: very much at once, and names of fields."""
    long = [f"the task has {len(task)} characters"] if len(task) > _LONG else []
    names = _IDENTIFIER.findall(task)
    return [*long, *([f"nobody says {names[0]}"] if len(names) > 2 else [])]


def _scored(complaints: list[str]) -> dict[str, Any]:
    return _answer(5 - len(complaints), complaints)


def _answer(score: int, complaints: list[str]) -> dict[str, Any]:
    what = "; ".join(complaints[:3]) or "nothing is wrong with it"
    return {"score": max(1, score), "reason": f"Judged by the emulator's checks: {what}."}


def _step_complaints(catalog: PromptCatalog, position: int, step: dict[str, Any]) -> list[str]:
    raw = step.get("arguments") or {}
    names = {item.get("name") for item in raw} if isinstance(raw, list) else set(raw)
    api = catalog.apis.get(str(step.get("api")))
    missing = [p.name for p in api.parameters if p.required and p.name not in names] if api else []
    found = [f"step {position} lacks {missing[0]}"] if missing else []
    late = [number for number in _REFERENCE.findall(orjson.dumps(raw).decode()) if int(number) >= position]
    return [*found, *([f"step {position} uses a result that is not there yet"] if late else [])]


def _words_of_step(catalog: PromptCatalog, step: dict[str, Any]) -> frozenset[str]:
    api = catalog.apis.get(str(step.get("api")))
    named = api.words if api else frozenset(words_of(str(step.get("api"))))
    return (named | frozenset(words_of(str(step.get("action", ""))))) - _COMMON


def _largest_object(text: str) -> dict[str, Any]:
    """The first JSON object in `text` that has steps, else an empty one."""
    decoder = json.JSONDecoder()
    for start in _DECODER_STARTS.finditer(text):
        try:
            value, _ = decoder.raw_decode(text, start.start())
        except ValueError:
            continue
        if isinstance(value, dict) and ("steps" in value or "plan" in value):
            return value
    return {}
