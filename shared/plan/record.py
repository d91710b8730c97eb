"""The record: one line of `dataset.jsonl`, built with a fixed field order and checked against its schema."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from shared.curriculum.blueprint import Blueprint
from shared.plan.codes import Finding, finding
from shared.plan.references import Part
from shared.plan.wire import STEP_DEFAULTS

VERSION = 1
"""`metadata.version` of the records written here."""

SCHEMA_FILE = Path(__file__).parent.parent / "contracts" / "record.schema.json"
_PARTS = ("task_nl", "assumptions", "plan", "negatives")


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a record."""
    return orjson.loads(SCHEMA_FILE.read_bytes())  # type: ignore[no-any-return]


@cache
def _record_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


@cache
def _parts_validator() -> jsonschema_rs.Draft202012Validator:
    """The record's schema without the members that the pipeline adds, for what a teacher wrote."""
    whole = schema()
    properties = {name: whole["properties"][name] for name in _PARTS}
    parts = {
        **whole,
        "required": ["task_nl", "plan"],
        "properties": {**properties, "domain": {"type": "string"}},
    }
    return jsonschema_rs.Draft202012Validator(parts)


def record(
    task_id: str,
    decoded: Mapping[str, Any],
    blueprint: Blueprint,
    created_at: str,
    model: str,
    source: str = "synthetic",
) -> dict[str, Any]:
    """The whole record made of decoded parts (`wire.decode`), every optional member filled in, in schema order.

    Args:
        task_id: unique in the dataset.
        decoded: what the teacher wrote.
        blueprint: what it was asked for; gives the difficulty.
        created_at: ISO 8601, UTC.
        model: the model that answered, as its service names it.
        source: `synthetic`, `human` or `mixed`.
    """
    plan = decoded["plan"]
    return {
        "task_id": task_id,
        "task_nl": decoded["task_nl"],
        "assumptions": list(decoded.get("assumptions", [])),
        "plan": {
            "global_constraints": dict(plan.get("global_constraints", {})),
            "steps": [_step(step) for step in plan["steps"]],
            "validation_checks": list(plan.get("validation_checks", [])),
            "expected_end_state": plan["expected_end_state"],
        },
        "negatives": {"confusers": list(decoded.get("negatives", {}).get("confusers", []))},
        "metadata": {
            "domain": decoded.get("domain", ""),
            "difficulty": blueprint.difficulty,
            "source": source,
            "created_at": created_at,
            "generator_model": model,
            "version": VERSION,
        },
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "index": step["index"],
        "action": step["action"],
        "api": step["api"],
        "arguments": step["arguments"],
        **{name: step.get(name, default) for name, default in STEP_DEFAULTS.items()},
    }


def schema_findings(value: Mapping[str, Any], *, whole: bool | None = None) -> list[Finding]:
    """What in `value` breaks the record's schema (`whole`) or that of its decoded parts; at most 20 findings.

    What is not said to be whole is so if it has `metadata` or `task_id`.
    """
    if whole is None:
        whole = "metadata" in value or "task_id" in value
    validator = _record_validator() if whole else _parts_validator()
    if validator.is_valid(value):
        return []
    found = []
    for error in validator.iter_errors(value):
        found.append(finding("schema", error.message, path=_path(error.instance_path)))
        if len(found) == 20:
            break
    return found


def _path(parts: list[Part]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
