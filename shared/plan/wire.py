"""The form in which the teacher writes a record: strict JSON, free-form objects as name and JSON-text pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson

from shared.plan.codes import Finding, finding
from shared.plan.json_text import MAX_DEPTH, is_shallow, read_object

SCHEMA_NAME = "plan_record"

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_PAIRS = {"type": "array", "items": _object({"name": _TEXT, "value_json": _TEXT})}

WIRE_SCHEMA: dict[str, Any] = _object(
    {
        "task": _TEXT,
        "domain": _TEXT,
        "assumptions": _TEXTS,
        "global_constraints": _PAIRS,
        "steps": {
            "type": "array",
            "items": _object(
                {
                    "index": {"type": "integer"},
                    "action": _TEXT,
                    "api": _TEXT,
                    "arguments": _PAIRS,
                    "depends_on": {"type": "array", "items": {"type": "integer"}},
                    "outputs": _TEXTS,
                    "reasoning": _TEXT,
                    "failure_modes": _TEXTS,
                    "retries": {"type": "integer"},
                }
            ),
        },
        "validation_checks": _TEXTS,
        "expected_end_state": _TEXT,
        "confusers": _TEXTS,
    }
)
"""What `response_format` asks for; keeps Azure's rules for strict schemas (the emulator refuses others)."""

STEP_DEFAULTS: dict[str, Any] = {
    "depends_on": [],
    "outputs": [],
    "reasoning": "",
    "failure_modes": [],
    "retries": 0,
}
_DEFAULTS: dict[str, Any] = {
    "domain": "general",
    "assumptions": [],
    "global_constraints": [],
    "validation_checks": [],
    "confusers": [],
}
_AROUND_VALUES = 5
"""Levels of a record round an argument: record, plan, steps, step, arguments."""
_VALIDATOR = jsonschema_rs.Draft202012Validator(WIRE_SCHEMA)


def decode(text: str, *, tolerant: bool = False) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The record parts that a wire answer holds, or None and what is wrong with it.

    Returns:
        `{"task_nl", "assumptions", "plan", "negatives": {"confusers"}, "domain"}` with plain argument objects.

    Args:
        text: the model's answer.
        tolerant: for answers that no schema bound: a fence or prose round the JSON is forgiven, arguments may be a
            plain object and optional members may be absent. Python syntax is never forgiven.
    """
    wire, findings = read_object(text, tolerant=tolerant)
    if wire is None:
        return None, findings
    if tolerant:
        wire = _completed(wire)
    if not _VALIDATOR.is_valid(wire):
        return None, [_schema_finding(error) for error in _VALIDATOR.iter_errors(wire)][:20]
    decoded, findings = _decoded(wire)
    if not findings and not is_shallow(decoded, _AROUND_VALUES + MAX_DEPTH):
        message = f"values are nested too deeply: at most {MAX_DEPTH} levels are read"
        findings = [finding("bad_value_json", message)]
    return (None, findings) if findings else (decoded, [])


def _completed(wire: dict[str, Any]) -> dict[str, Any]:
    whole = {**_DEFAULTS, **wire}
    whole["global_constraints"] = _as_pairs(whole["global_constraints"])
    if isinstance(whole.get("steps"), list):
        whole["steps"] = [
            {**STEP_DEFAULTS, **step, "arguments": _as_pairs(step.get("arguments", []))}
            if isinstance(step, dict)
            else step
            for step in whole["steps"]
        ]
    return whole


def _as_pairs(value: Any) -> Any:
    return _pairs(value) if isinstance(value, dict) else value


def _schema_finding(error: jsonschema_rs.ValidationError) -> Finding:
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path
    ).lstrip(".")
    return finding("schema", error.message, path=path)


def _decoded(wire: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    findings: list[Finding] = []
    steps = [
        {
            "index": int(step["index"]),
            "action": step["action"],
            "api": step["api"],
            "arguments": _values(step["arguments"], findings, f"steps[{position}].arguments", step["index"]),
            "depends_on": [int(index) for index in step["depends_on"]],
            "outputs": step["outputs"],
            "reasoning": step["reasoning"],
            "failure_modes": step["failure_modes"],
            "retries": int(step["retries"]),
        }
        for position, step in enumerate(wire["steps"])
    ]
    constraints = _values(wire["global_constraints"], findings, "global_constraints", None)
    return {
        "task_nl": wire["task"],
        "assumptions": wire["assumptions"],
        "plan": {
            "global_constraints": constraints,
            "steps": steps,
            "validation_checks": wire["validation_checks"],
            "expected_end_state": wire["expected_end_state"],
        },
        "negatives": {"confusers": wire["confusers"]},
        "domain": wire["domain"],
    }, findings


def _values(
    pairs: list[dict[str, str]], findings: list[Finding], path: str, step: int | None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for position, pair in enumerate(pairs):
        name, text, where = pair["name"], pair["value_json"], f"{path}[{position}]"
        if name in values:
            findings.append(finding("duplicate_argument", f"'{name}' is given twice", step=step, path=where))
        try:
            values[name] = orjson.loads(text)
        except orjson.JSONDecodeError:
            findings.append(_bad_value(name, text, step, where))
    return values


def _bad_value(name: str, text: str, step: int | None, path: str) -> Finding:
    if (text[:1] in "{[(" and "'" in text) or text in ("None", "True", "False"):
        message = f"value_json of '{name}' is Python syntax; write JSON: double quotes, null, true, false"
        return finding("python_repr", message, step=step, path=path)
    hint = orjson.dumps(text[:60]).decode()
    message = f"value_json of '{name}' is not JSON; a text is written with its quotes: {hint}"
    return finding("bad_value_json", message, step=step, path=path)


def _pairs(values: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"name": name, "value_json": orjson.dumps(value).decode()} for name, value in values.items()]


def encode(decoded: Mapping[str, Any]) -> dict[str, Any]:
    """The wire form of record parts; `decode(json(encode(x)))` gives back `x` with all optional members filled in."""
    plan = decoded["plan"]
    return {
        "task": decoded["task_nl"],
        "domain": decoded.get("domain", _DEFAULTS["domain"]),
        "assumptions": list(decoded.get("assumptions", [])),
        "global_constraints": _pairs(plan.get("global_constraints", {})),
        "steps": [
            {
                "index": step["index"],
                "action": step["action"],
                "api": step["api"],
                "arguments": _pairs(step["arguments"]),
                **{name: step.get(name, default) for name, default in STEP_DEFAULTS.items()},
            }
            for step in plan["steps"]
        ],
        "validation_checks": list(plan.get("validation_checks", [])),
        "expected_end_state": plan["expected_end_state"],
        "confusers": list(decoded.get("negatives", {}).get("confusers", [])),
    }
