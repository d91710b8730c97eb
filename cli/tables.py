"""Tables for the terminal and for pipes: runs, one run, what was written."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from cli.downloads import LocalFile
from cli.run_view import deployment_line, error_of, job_line, line, short, total_tokens, waiting_line


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned with blanks, the last one ragged; nothing is cut off."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def written(run: Mapping[str, Any], files: Sequence[LocalFile], seconds: float) -> str:
    """The end of a run: its figures, then every file with its path as it can be opened from here."""
    rows = [(_shown(file.path), _rows(file.path.name, file.rows), size(file.size)) for file in files]
    parts = [
        f"{run.get('run_id')}: {line(run, 0.0)}",
        *_trained(files),
        *_measured(files),
        f"{seconds:.1f} s in all",
        "",
        table(("FILE", "ROWS", "SIZE"), rows),
        *_page(files),
    ]
    return "\n".join(parts)


def runs(listing: Mapping[str, Any]) -> str:
    """All runs, then the messages that belong to none."""
    found, poison = listing.get("runs") or [], listing.get("poison") or []
    parts = [
        _runs_table(found) if found else "There is no run yet: `plansmith run CATALOG --wait` starts one."
    ]
    errors = [(str(run.get("run_id")), error_of(run)) for run in found if error_of(run)]
    if errors:
        parts += ["", *(f"{run_id}: {error}" for run_id, error in errors)]
    if poison:
        rows = [(str(item.get("at") or ""), str(item.get("queue") or ""), _reason(item)) for item in poison]
        parts += [
            "",
            "Messages that could not be processed and belong to no run:",
            table(("AT", "QUEUE", "REASON"), rows),
        ]
    return "\n".join(parts)


def run_detail(run: Mapping[str, Any]) -> str:
    """Everything about one run that a person wants to know."""
    facts = [("run", run.get("run_id")), ("status", run.get("status")), ("error", error_of(run))]
    facts += [(name, run.get(name)) for name in ("catalog", "started_at", "published_at")]
    facts += [
        ("progress", line(run, 0.0)),
        ("waiting", waiting_line(run)),
        ("stopped", _stop(run)),
        ("fine-tune", job_line(run)),
        *_troubles(run.get("finetune") or {}),
        ("deployment", deployment_line(run, datetime.now(UTC))),
        ("evaluation", str((run.get("evaluation") or {}).get("verdict") or "")),
    ]
    job = run.get("finetune") or {}
    facts += [("fine-tune job", job.get("job_id")), ("fine-tuned model", job.get("fine_tuned_model"))]
    width = max(len(name) for name, value in facts if value)
    parts = [f"{name.ljust(width)}  {value}" for name, value in facts if value]
    if met := run.get("diagnostics"):
        parts.append(f"{'notes'.ljust(width)}  {met} on the catalog; `plansmith inspect FILE` lists them")
    if files := run.get("files"):
        rows = [
            (
                str(file["path"]),
                _rows(str(file["path"]), file.get("rows")),
                size(int(file.get("bytes") or 0)),
            )
            for file in files
        ]
        parts += ["", table(("FILE", "ROWS", "SIZE"), rows)]
    return "\n".join(parts)


def _troubles(job: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the fine-tune job waits for or could not have, each in a row of its own; its end is told as its error."""
    found = [("fine-tune failed", job.get("error")), ("last error", job.get("last_error"))]
    found += [("warning", warning) for warning in job.get("warnings") or ()]
    return [(name, f"{problem['message']} ({problem['code']})") for name, problem in found if problem]


def show(text: str) -> None:
    """Write `text` to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _runs_table(found: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for run in found:
        counts = run.get("counts") or {}
        cost = run.get("cost_usd")
        rows.append(
            (
                str(run.get("run_id")),
                str(run.get("status")),
                f"{counts.get('done') or 0}/{counts.get('total') or 0}",
                _text(counts.get("accepted")),
                _text(counts.get("rejected")),
                short(total_tokens(run)),
                f"${float(cost):.4g}" if cost else "",
                str(run.get("started_at") or ""),
            )
        )
    return table(("RUN", "STATUS", "DONE", "ACCEPTED", "REJECTED", "TOKENS", "COST", "STARTED"), rows)


def _reason(item: Mapping[str, Any]) -> str:
    return error_of({"error": item})


def _rows(name: str, rows: int | None) -> str:
    return str(rows) if rows is not None and name.endswith((".jsonl", ".csv")) else ""


def _stop(run: Mapping[str, Any]) -> str:
    return str((run.get("stopped") or {}).get("message") or "")


def shortage(run: Mapping[str, Any], files: Sequence[LocalFile]) -> str:
    """Why a dataset is smaller than asked for, as one line; "" if it is not, or was not to be topped up."""
    manifest = next((file.path for file in files if file.path.name == "manifest.json"), None)
    if manifest is None:
        return ""
    told = orjson.loads(manifest.read_bytes())
    accepted = told.get("counts", {}).get("accepted", 0)
    wanted = told.get("options", {}).get("samples", 0)
    if accepted >= wanted or not told.get("options", {}).get("top_up", True):
        return ""
    why = _stop(run) or "rejected.jsonl says why"
    return f"{accepted} of the {wanted} records asked for were accepted: {why}"


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


def _measured(files: Sequence[LocalFile]) -> list[str]:
    """What the evaluation came to, and what was not measured, from the one among `files`."""
    found = next((file.path for file in files if file.path.name == "evaluation.json"), None)
    if found is None:
        return []
    told = orjson.loads(found.read_bytes())
    rows = [
        (
            part["arm"].replace("_", " "),
            *(
                _percent(part["metrics"][name]["value"])
                for name in ("shape", "executable", "api_f1", "exact_plan")
            ),
            _price(part["cost"]["usd_per_1000_plans"]),
        )
        for part in told["arms"]
    ]
    head = (f"{told['tasks']} TEST TASKS", "SHAPE", "EXECUTABLE", "API F1", "EXACT", "1,000 PLANS")
    missing = [
        f"not measured: {entry['arm'].replace('_', ' ')} ({entry['why']})" for entry in told["missing"]
    ]
    return ["", table(head, rows), *missing, "", told["verdict"], *_since(told.get("baseline_run")), ""]


def _since(baseline: Mapping[str, Any] | None) -> list[str]:
    """What changed against the earlier run that was asked for, as one line."""
    if baseline is None:
        return []
    run = baseline["run_id"]
    if "why" in baseline:
        return [f"not compared with {run}: {baseline['why']}"]
    before, after = (_price(baseline["usd_per_1000_plans"][when]) for when in ("before", "after"))
    return [f"against {run}: {baseline['summary']} 1,000 plans {before} → {after}."]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"


def _price(dollars: float | None) -> str:
    return "unknown" if dollars is None else f"${dollars:.4g}"


def _page(files: Sequence[LocalFile]) -> list[str]:
    """Where to look first, if there is a page to look at."""
    page = next((file.path for file in files if file.path.name == "report.html"), None)
    return (
        []
        if page is None
        else ["", f"Open {_shown(page)} in a browser for curves, checkpoints and the evaluation."]
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def size(count: int) -> str:
    """Bytes in a unit that a person reads."""
    for limit, unit in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path.resolve())
