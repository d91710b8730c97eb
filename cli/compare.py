"""`plansmith compare`: two runs' evaluations over the same tasks, for people, programs and a gate in CI."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli.api_error import ApiError
from cli.client import Client
from cli.errors import CommandError
from cli.tables import table
from shared.finetune.measure.metrics import METRICS
from shared.finetune.measure.runs import DifferentTasksError, compare, misses, summary
from shared.report.figures import NOTHING, clipped, share, signed, spoken

PASSED, MISSED = 0, 2
_TASKS = "evaluation/tasks.jsonl"
_NO_EVALUATION = (
    "{run} has no evaluation to compare: there is no such run or folder, or it was not measured (plansmith run "
    "--finetune measures, and plansmith status says how far it is)"
)
_MOST_LISTED, _LONGEST = 20, 100
"""Tasks that are listed, and characters of each."""
_MOST_JOBS = 1_000


def thresholds(texts: Sequence[str]) -> dict[str, float]:
    """`metric=value` texts as numbers by metric. ValueError for an unknown metric or no number from 0 to 1."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if name not in METRICS or not equals:
            raise ValueError(f"'{text}' is not of the form metric=value; metrics are {', '.join(METRICS)}")
        found[name] = _share(text, value)
    return found


def _share(text: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise ValueError(f"'{text}': the value is a share from 0 to 1, 0.6 say")
    return number


def tasks_of(run: str, client: Client) -> list[dict[str, Any]]:
    """The measured tasks of a run, from its downloaded folder or from the installation. CommandError if there are none.

    `RUN@2` is the newest student that was trained on revision 2.
    """
    here = Path(run) / _TASKS
    with tempfile.TemporaryDirectory() as folder:
        if not here.is_file():
            here = Path(folder) / "tasks.jsonl"
            name, path = _place(run, client, Path(folder))
            try:
                client.download(name, path, here)
            except ApiError as error:
                if error.code not in ("no_such_file", "run_not_found"):
                    raise
                raise CommandError(_NO_EVALUATION.format(run=run), code="no_evaluation") from error
        data = here.read_bytes()
    if not data.strip():
        raise CommandError(_NO_EVALUATION.format(run=run), code="no_evaluation")
    return [json.loads(line) for line in data.splitlines()]


def _place(run: str, client: Client, folder: Path) -> tuple[str, str]:
    """The run, and where its measured tasks are; of a revision those of the newest job that was trained on it."""
    run, _, revision = run.partition("@")
    if not revision:
        return run, _TASKS
    if str((client.run(run).get("finetune") or {}).get("revision")) == revision:
        return run, _TASKS
    found = ""
    for number in range(1, _MOST_JOBS):
        job = folder / f"{number}.json"
        try:
            client.download(run, f"finetune/{number}/job.json", job)
        except ApiError as error:
            if error.code != "no_such_file":
                raise
            break
        if str(json.loads(job.read_bytes()).get("revision", 0)) == revision:
            found = f"finetune/{number}/{_TASKS}"
    if not found:
        raise CommandError(f"no student of {run} was trained on revision {revision}", code="no_evaluation")
    return run, found


def execute(
    before: str,
    after: str,
    client: Client,
    *,
    arm: str,
    shared: bool,
    broken: bool,
    as_json: bool,
    page: Path | None,
    least: dict[str, float],
    max_drop: float | None,
) -> int:
    """Show the comparison; the exit status is 0, or 2 for a missed threshold. CommandError if there is none to make."""
    try:
        found = compare(tasks_of(before, client), tasks_of(after, client), arm=arm, shared_only=shared)
    except DifferentTasksError as error:
        raise CommandError(str(error), code="other_tasks") from error
    missed = misses(found, least=least, max_drop=max_drop)
    if page is not None:
        from shared.report.compare_page import render

        page.write_bytes(render(found, before=before, after=after))
    kinds = ("broken",) if broken else ("broken", "fixed")
    shown = [row for kind in kinds for row in found["tasks"] if row["change"] == kind]
    if as_json:
        tasks = shown if broken else found["tasks"]
        told = {"before": before, "after": after, **found, "tasks": tasks, "missed": missed}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(_text(found, shown, page))
    for line in missed:
        click.echo(f"missed: {line}", err=True)
    return MISSED if missed else PASSED


def _text(found: dict[str, Any], shown: list[dict[str, Any]], page: Path | None) -> str:
    rows = [
        (
            name,
            share(entry["before"]),
            share(entry["after"]),
            _points(entry),
            spoken(entry["verdict"]),
        )
        for name, entry in found["metrics"].items()
    ]
    parts = [summary(found), "", table(("METRIC", "BEFORE", "AFTER", "DIFFERENCE", "VERDICT"), rows)]
    if shown:
        parts += [
            "",
            *(f"{row['change']}: {_task(row)}{_codes(row)}" for row in shown[:_MOST_LISTED]),
        ]
        if len(shown) > _MOST_LISTED:
            parts.append(f"and {len(shown) - _MOST_LISTED} more; --json has them all")
    if page is not None:
        parts += ["", f"Open {page} in a browser."]
    return "\n".join(parts)


def _task(row: dict[str, Any]) -> str:
    return clipped(" ".join(row["task"].split()), _LONGEST)


def _codes(row: dict[str, Any]) -> str:
    codes = row["codes"]["after"]
    return f" ({', '.join(codes)})" if codes else ""


def _points(entry: dict[str, Any]) -> str:
    if entry["value"] is None:
        return NOTHING
    return f"{signed(entry['value'])} ({signed(entry['low'])} … {signed(entry['high'])})"
