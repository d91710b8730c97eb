"""What the downloaded files of a run say of it, in lines for a person."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from cli.downloads import LocalFile
from cli.run_view import line
from cli.tables import rows_of, stop, table
from cli.wording import bytes_of
from shared.report.figures import dollars, dollars_alike, percent, spoken


def written(run: Mapping[str, Any], files: Sequence[LocalFile], seconds: float) -> str:
    """The end of a run: its figures, then every file with its path as it can be opened from here."""
    rows = [(_shown(file.path), rows_of(file.path.name, file.rows), bytes_of(file.size)) for file in files]
    parts = [
        f"{run.get('run_id')}: {line(run, 0.0)}",
        *_split(files),
        *_trained(files),
        *measured_lines(files),
        f"{seconds:.1f} s in all",
        "",
        table(("FILE", "ROWS", "SIZE"), rows),
        *_page(files),
    ]
    return "\n".join(parts)


def shortage(run: Mapping[str, Any], files: Sequence[LocalFile]) -> str:
    """Why a dataset is smaller than asked for, as one line; "" if it is not, or was not to be topped up."""
    told = _manifest(files)
    if not told:
        return ""
    accepted = told.get("counts", {}).get("accepted", 0)
    wanted = told.get("options", {}).get("samples", 0)
    if accepted >= wanted or not told.get("options", {}).get("top_up", True):
        return ""
    why = stop(run) or "rejected.jsonl says why"
    return f"{accepted} of the {wanted} records asked for were accepted: {why}"


def _split(files: Sequence[LocalFile]) -> list[str]:
    """What is missing from the split, one line each."""
    return [f"split: {note}" for note in (_manifest(files).get("split") or {}).get("notes") or ()]


def _manifest(files: Sequence[LocalFile]) -> dict[str, Any]:
    """The manifest among the files, {} where there is none."""
    path = next((file.path for file in files if file.path.name == "manifest.json"), None)
    told: dict[str, Any] = orjson.loads(path.read_bytes()) if path else {}
    return told


def _trained(files: Sequence[LocalFile]) -> list[str]:
    """How the training went, as one line, from the metrics among `files`."""
    metrics = next((file.path for file in files if file.path.name == "metrics.csv"), None)
    if metrics is None:
        return []
    with open(metrics, newline="") as file:
        steps = list(csv.DictReader(file))
    parts = [f"{len(steps)} training steps"]
    for name, label in (
        ("train_loss", "training loss"),
        ("full_valid_loss", "validation loss"),
        ("full_valid_mean_token_accuracy", "validation token accuracy"),
    ):
        if values := [float(step[name]) for step in steps if step.get(name)]:
            parts.append(
                f"{label} {values[0]:.3f} → {values[-1]:.3f}"
                if len(values) > 1
                else f"{label} {values[0]:.3f}"
            )
    return [", ".join(parts)]


def measured_lines(files: Sequence[LocalFile]) -> list[str]:
    """What the evaluation found and what it did not measure, from the evaluation among `files`."""
    found = next((file.path for file in files if file.path.name == "evaluation.json"), None)
    if found is None:
        return []
    told = orjson.loads(found.read_bytes())
    rows = [
        (
            spoken(part["arm"]),
            *(
                percent(part["metrics"][name]["value"])
                for name in ("shape", "executable", "api_f1", "exact_plan")
            ),
            dollars(part["cost"]["usd_per_1000_plans"]),
        )
        for part in told["arms"]
    ]
    head = (f"{told['tasks']} TEST TASKS", "SHAPE", "EXECUTABLE", "API F1", "EXACT", "1,000 PLANS")
    missing = [f"not measured: {spoken(entry['arm'])} ({entry['why']})" for entry in told["missing"]]
    return ["", table(head, rows), *missing, "", told["verdict"], *_since(told.get("baseline_run")), ""]


def _since(baseline: Mapping[str, Any] | None) -> list[str]:
    """What changed against the earlier run that was asked for, as one line."""
    if baseline is None:
        return []
    run = baseline["run_id"]
    if "why" in baseline:
        return [f"not compared with {run}: {baseline['why']}"]
    before, after = dollars_alike(*(baseline["usd_per_1000_plans"][when] for when in ("before", "after")))
    return [f"against {run}: {baseline['summary']} 1,000 plans {before} → {after}."]


def _page(files: Sequence[LocalFile]) -> list[str]:
    """Where to look first, if there is a page to look at."""
    page = next((file.path for file in files if file.path.name == "report.html"), None)
    return (
        []
        if page is None
        else ["", f"Open {_shown(page)} in a browser for curves, checkpoints and the evaluation."]
    )


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path.resolve())
