"""`plansmith try`: what an arm makes of tasks in words, as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli.client import Client

LEAST, MOST = 3, 4_000
"""Characters of a task, as the app takes it."""
_MOST_TOLD = 20


def tasks(given: Sequence[str], file: Path | None) -> list[str]:
    """The tasks of the command line and of a file (a line each, or JSON Lines with `task` or `task_nl`).

    Raises ValueError, before anything is asked, that names the line which is no task.
    """
    found = [(f"task {number}", task) for number, task in enumerate(given, start=1)]
    lines = file.read_text(encoding="utf-8").splitlines() if file else ()
    found += [(f"line {number}", _task(line, number)) for number, line in enumerate(lines, 1) if line.strip()]
    for place, task in found:
        if not LEAST <= len(task.strip()) <= MOST:
            raise ValueError(f"{place}: a task has {LEAST} to {MOST} characters")
    return [task for _, task in found]


def _task(line: str, number: int) -> str:
    if not line.lstrip().startswith("{"):
        return line.strip()
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number}: begins like JSON and is none ({error})") from error
    return str(row.get("task") or row.get("task_nl") or "")


def execute(run: str, asked: Sequence[str], client: Client, *, arm: str, as_json: bool) -> bool:
    """Ask task by task and show each answer, several with a line about all; whether every plan was valid."""
    answers = []
    for number, task in enumerate(asked):
        answer = client.try_plan(run, task, arm)
        answers.append(answer)
        if as_json:
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            click.echo(("\n" if number else "") + text(answer))
    valid = sum(bool(answer["valid"]) for answer in answers)
    if len(answers) > 1 and not as_json:
        prices = [answer["usd"] for answer in answers]
        cost = "price unknown" if None in prices else f"${sum(prices):.6f}"
        click.echo(f"\n{valid} of {len(answers)} plans are executable on paper, {cost} in all")
    return valid == len(answers)


def text(answer: Mapping[str, Any]) -> str:
    """Task, plan step by step with its dry run, findings, tokens and price."""
    parts = [
        f"task   {answer['task']}",
        f"model  {answer['model'] or answer['deployment']} ({answer['arm']})",
        "",
    ]
    plan = answer["plan"]
    if plan is None:
        parts += ["The answer is no JSON object:", str(answer["answer"])[:1000]]
    runs = {entry["step"]: entry for entry in answer["dry_run"]}
    for place, step in enumerate(_steps(plan), start=1):
        parts += _step(step, runs.get(step.get("index", place)), step.get("index", place))
    findings, warnings = answer["findings"], answer.get("warnings") or ()
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
    parts += ["", "valid: executable on paper" if answer["valid"] else f"not valid, {count}:"]
    parts += [_finding(found) for found in findings[:_MOST_TOLD]]
    if warnings:
        parts.append("to be looked at, as nobody named it:")
        parts += [_finding(found) for found in warnings[:_MOST_TOLD]]
    tokens = answer["tokens"]
    price = "price unknown" if answer["usd"] is None else f"${answer['usd']:.6f}"
    parts.append(f"{tokens['prompt']} + {tokens['completion']} tokens, {price}, {answer['latency_ms']} ms")
    return "\n".join(parts)


def _step(step: Mapping[str, Any], run: Mapping[str, Any] | None, index: object) -> list[str]:
    """A call with its arguments, those that refer to a step with what a made-up answer puts there, and its dry run."""
    needs = ", ".join(map(str, step.get("depends_on") or ()))
    told = [f"{index}. {step.get('api')}" + (f"  (after {needs})" if needs else "")]
    sent = _arguments(run or {})
    for name, value in _arguments(step).items():
        filled = f"  → {_value(sent[name])}" if name in sent and sent[name] != value else ""
        told.append(f"     {name} = {_value(value)}{filled}")
    if run is not None:
        told.append(f"     dry run: {run['problem'] or 'runs'}")
    return told


def _finding(found: Mapping[str, Any]) -> str:
    step = f"step {found['step']}: " if found.get("step") else ""
    return f"  {found['code']}: {step}{found['message']}"


def _steps(plan: Any) -> list[Mapping[str, Any]]:
    steps = plan.get("steps") if isinstance(plan, Mapping) else None
    return [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []


def _arguments(step: Mapping[str, Any]) -> Mapping[str, Any]:
    arguments = step.get("arguments")
    return arguments if isinstance(arguments, Mapping) else {}


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
