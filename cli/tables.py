"""Tables for the terminal and for pipes: runs, and one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cli.run_view import (
    after_training,
    deployment_line,
    error_of,
    job_line,
    records,
    total_tokens,
    waiting_line,
)
from cli.wording import bytes_of, short
from shared.report.figures import dollars


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned with blanks, the last one ragged; nothing is cut off."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


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
        rows = [
            (str(item.get("at") or ""), str(item.get("queue") or ""), error_of({"error": item}))
            for item in poison
        ]
        parts += [
            "",
            "Messages that could not be processed and belong to no run:",
            table(("AT", "QUEUE", "REASON"), rows),
        ]
    return "\n".join(parts)


def run_detail(run: Mapping[str, Any]) -> str:
    """Everything about one run that a person wants to know."""
    told = "" if after_training(run) else error_of(run)
    facts = [("run", run.get("run_id")), ("status", run.get("status")), ("error", told)]
    facts += [("catalog", run.get("name")), ("teacher", run.get("teacher"))]
    facts += [("started", run.get("started_at")), ("published", run.get("published_at"))]
    facts += [
        ("progress", " · ".join(records(run))),
        ("waiting", waiting_line(run)),
        ("stopped", stop(run)),
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
        parts.append(
            f"{'notes'.ljust(width)}  {met} on the catalog; `plansmith catalog inspect FILE` lists them"
        )
    if files := run.get("files"):
        rows = [
            (
                str(file["path"]),
                rows_of(str(file["path"]), file.get("rows")),
                bytes_of(int(file.get("bytes") or 0)),
            )
            for file in files
        ]
        parts += ["", table(("FILE", "ROWS", "SIZE"), rows)]
    return "\n".join(parts)


def _troubles(job: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the fine-tune job waits for or could not have, each in a row of its own; its end is told as its error."""
    what = "after training" if job.get("state") == "complete" else "fine-tune failed"
    found = [(what, job.get("error")), ("last error", job.get("last_error"))]
    found += [("warning", warning) for warning in job.get("warnings") or ()]
    return [(name, f"{problem['message']} ({problem['code']})") for name, problem in found if problem]


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
                dollars(float(cost)) if cost else "",
                str(run.get("started_at") or ""),
            )
        )
    return table(("RUN", "STATUS", "DONE", "ACCEPTED", "REJECTED", "TOKENS", "COST", "STARTED"), rows)


def rows_of(name: str, rows: int | None) -> str:
    """How many rows a file has, "" where it has none to speak of."""
    return str(rows) if rows is not None and name.endswith((".jsonl", ".csv")) else ""


def stop(run: Mapping[str, Any]) -> str:
    """Why no more calls are made, "" if they are."""
    return str((run.get("stopped") or {}).get("message") or "")


def _text(value: object) -> str:
    return "" if value is None else str(value)
