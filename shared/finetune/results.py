"""The service's result file as a clean metrics table, and checkpoints as JSON."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import math
from collections.abc import Iterable
from dataclasses import asdict

import orjson

from shared.finetune.service import Checkpoint

COLUMNS = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "valid_loss",
    "valid_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
)
"""Columns of `metrics.csv`, whatever the service calls them."""

MAX_RESULT_BYTES = 64 << 20
"""A result file has one short line a training step."""

_OTHER_NAMES = {
    "train_accuracy": "train_mean_token_accuracy",
    "validation_loss": "valid_loss",
    "validation_mean_token_accuracy": "valid_mean_token_accuracy",
    "valid_accuracy": "valid_mean_token_accuracy",
    "full_validation_loss": "full_valid_loss",
    "full_validation_mean_token_accuracy": "full_valid_mean_token_accuracy",
}


def plain(results: bytes) -> bytes:
    """A result file as CSV: the service gives some of them in base64. ValueError if it is neither."""
    text = results.removeprefix(b"\xef\xbb\xbf").strip()
    if _is_csv(text) or not text:
        return results
    try:
        decoded = base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error as exc:
        raise ValueError("neither CSV nor base64 of it") from exc
    if not _is_csv(decoded.removeprefix(b"\xef\xbb\xbf").strip()):
        raise ValueError("base64 of something that is no CSV")
    return decoded


def _is_csv(text: bytes) -> bool:
    header = text.split(b"\n", 1)[0].decode("utf-8", "replace").lower()
    return "step" in [name.strip().strip('"') for name in header.split(",")]


def metrics_csv(results: bytes) -> bytes:
    """`results.csv` of the service as `metrics.csv`: known columns, known names, no −1 for a missing value.

    Rows are ordered by step, a repeated step keeps its last row; a row without a step is left out.
    Other columns of the service follow the known ones, under their own names. Text that is no CSV
    gives the header alone.
    """
    reader = csv.reader(io.StringIO(results.decode("utf-8-sig", errors="replace").replace("\x00", "")))
    header = [_column(name) for name in next(reader, [])]
    if "step" not in header:
        header = []
    extra = [name for name in dict.fromkeys(header) if name and name not in COLUMNS]
    columns = (*COLUMNS, *extra)
    rows: dict[int, dict[str, str]] = {}
    for cells in reader if header else ():
        row = dict(zip(header, cells, strict=False))
        step = _number(row.get("step", ""))
        if step is not None:
            rows[int(step)] = row
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for step in sorted(rows):
        writer.writerow([step, *(_cell(rows[step].get(name, "")) for name in columns[1:])])
    return out.getvalue().encode()


def checkpoints_json(checkpoints: Iterable[Checkpoint]) -> bytes:
    """`checkpoints.json`: a list in the order of the steps."""
    ordered = sorted(checkpoints, key=lambda checkpoint: (checkpoint.step_number, checkpoint.id))
    return orjson.dumps(
        [asdict(checkpoint) for checkpoint in ordered], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def _column(name: str) -> str:
    plain = name.strip().lower()
    return _OTHER_NAMES.get(plain, plain)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _cell(text: str) -> str:
    """The cell as written, empty when it stands for a missing value."""
    value = _number(text.strip())
    return "" if value is None or value == -1 else text.strip()
