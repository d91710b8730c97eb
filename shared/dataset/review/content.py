"""What of a record is judged and edited: its content, its hash, and records made of what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from shared.plan.record import VERSION
from shared.plan.wire import STEP_DEFAULTS

CHANGEABLE = ("task", "assumptions", "plan", "negatives")
"""What of a row a person may write anew."""
_DIFFICULTIES = ("XS", "S", "M", "L", "XL")


def content_hash(record: Mapping[str, Any]) -> str:
    """16 hex of what a person judges: task, assumptions, plan and confusers, not the metadata."""
    negatives = record.get("negatives")
    confusers = negatives.get("confusers") if isinstance(negatives, Mapping) else negatives
    content = [record.get("task_nl"), record.get("assumptions") or [], record.get("plan"), confusers or []]
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """The content under the names that requests use."""
    return {
        "task": record["task_nl"],
        "assumptions": record.get("assumptions") or [],
        "plan": record["plan"],
        "negatives": record.get("negatives") or {"confusers": []},
    }


def edited(record: Mapping[str, Any], changes: Mapping[str, Any], *, own: bool = False) -> dict[str, Any]:
    """The record with `changes` (names of `CHANGEABLE`); its source is then `mixed`, or `human` for an `own` one."""
    content = {**shown(record), **{name: changes[name] for name in CHANGEABLE if name in changes}}
    metadata = {**record["metadata"], "source": "human" if own else "mixed"}
    if _steps(content["plan"]) != _steps(record["plan"]):
        metadata["difficulty"] = difficulty_of(content["plan"])
    return _record(record["task_id"], content, metadata)


def own_record(task_id: str, given: Mapping[str, Any], *, created_at: str, author: str) -> dict[str, Any]:
    """A record that a person wrote: `task` (or `task_nl`), `plan`, and what else of a record is given."""
    told = given.get("metadata")
    told = told if isinstance(told, Mapping) else {}
    content = {
        "task": given.get("task", given.get("task_nl")),
        "assumptions": given.get("assumptions", []),
        "plan": given.get("plan"),
        "negatives": given.get("negatives", {"confusers": []}),
    }
    difficulty = given.get("difficulty") or told.get("difficulty") or difficulty_of(content["plan"])
    metadata = {
        "domain": given.get("domain") or told.get("domain") or "",
        "difficulty": difficulty,
        "source": "human",
        "created_at": created_at,
        "generator_model": author,
        "version": VERSION,
    }
    return _record(task_id, content, metadata)


def difficulty_of(plan: Any) -> str:
    """XS for one call up to XL for five and more."""
    return _DIFFICULTIES[min(max(_steps(plan), 1), len(_DIFFICULTIES)) - 1]


def _record(task_id: str, content: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "task_nl": content["task"],
        "assumptions": content["assumptions"],
        "plan": _plan(content["plan"]),
        "negatives": content["negatives"],
        "metadata": dict(metadata),
    }


def _plan(plan: Any) -> Any:
    """With every optional member, in the order of the schema; what has not that shape stays, for validation to tell."""
    if not isinstance(plan, dict) or not isinstance(plan.get("steps"), list):
        return plan
    known = {"global_constraints": {}, "steps": [], "validation_checks": [], "expected_end_state": ""}
    whole = {name: plan.get(name, default) for name, default in known.items()}
    whole["steps"] = [_step(step) if isinstance(step, dict) else step for step in plan["steps"]]
    return {**whole, **{name: value for name, value in plan.items() if name not in known}}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = {
        name: step[name] for name in ("index", "action", "api", "arguments") if name in step
    }
    rest = {name: step.get(name, default) for name, default in STEP_DEFAULTS.items()}
    return {**first, **rest, **{name: value for name, value in step.items() if name not in first | rest}}


def _steps(plan: Any) -> int:
    steps = plan.get("steps") if isinstance(plan, Mapping) else None
    return len(steps) if isinstance(steps, list) else 0
