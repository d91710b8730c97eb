"""`plansmith try`: what an arm makes of tasks in words, as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli.client import Client
from cli.errors import CommandError
from cli.lines import json_object, lines_of
from cli.wording import counted

LEAST, MOST = 3, 4_000
"""Characters of a task, as the app takes it."""
_MOST_TOLD = 20


def tasks(given: Sequence[str], file: Path | None) -> list[str]:
    """The tasks of the command line and of a file (a line each, or JSON Lines with `task` or `task_nl`).

    Raises CommandError, before anything is asked, that names the line which is no task.
    """
    found = [(f"task {number}", task) for number, task in enumerate(given, start=1)]
    if file is not None:
        found += [(f"{file}, line {number}", _task(file, number, line)) for number, line in lines_of(file)]
    for place, task in found:
        if not LEAST <= len(task.strip()) <= MOST:
            raise CommandError(f"{place}: a task has {LEAST} to {MOST:,} characters", code="bad_task")
    return [task for _, task in found]


def _task(file: Path, number: int, line: str) -> str:
    if not line.lstrip().startswith("{"):
        return line.strip()
    row = json_object(file, number, line)
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
        cost = _price(None if None in prices else sum(prices))
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
    parts += [
        "",
        "valid: executable on paper"
        if answer["valid"]
        else f"not valid, {counted(len(findings), 'finding')}:",
    ]
    parts += [_finding(found) for found in findings[:_MOST_TOLD]]
    if warnings:
        parts.append("to be looked at, as nobody named it:")
        parts += [_finding(found) for found in warnings[:_MOST_TOLD]]
    tokens = answer["tokens"]
    parts.append(
        f"{tokens['prompt']} + {tokens['completion']} tokens, {_price(answer['usd'])}, {answer['latency_ms']} ms"
    )
    return "\n".join(parts)


def _price(usd: float | None) -> str:
    """A price with as many decimals as a single plan needs."""
    return "price unknown" if usd is None else f"${usd:.6f}"


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
