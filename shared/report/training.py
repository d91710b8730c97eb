"""What the training left behind: curves, checkpoints, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.finetune.figures import is_step
from shared.finetune.job import Job
from shared.report.cells import Cell, Table
from shared.report.curves import Curves, Point, smoothed, thinned
from shared.report.figures import NOTHING, loss, share, whole
from shared.report.line_chart import Scale, Series, line_chart, scale
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_EVENTS = 40
_LOSSES = ("train_loss", "valid_loss", "full_valid_loss")
_ACCURACIES = ("train_mean_token_accuracy", "valid_mean_token_accuracy", "full_valid_mean_token_accuracy")
_LABELS = ("Training", "Validation", "Full validation")


def charts(curves: Curves, job: Job) -> Markup:
    """Loss and token accuracy over the steps, and the same as a table."""
    if not any(map(curves.of, (*_LOSSES, *_ACCURACIES))):
        return part("training.html", drawn=[])
    epochs = job.hyperparameters.get("n_epochs")
    passes = epochs if isinstance(epochs, int) and job.state not in ("failed", "cancelled") else 0
    drawn = [
        _chart("Loss", curves, _LOSSES, passes, _loss_scale(curves), loss_mark),
        _chart("Token accuracy", curves, _ACCURACIES, passes, _accuracy_scale(curves), "{:.0%}".format),
    ]
    rows = [
        [
            whole(step),
            *(loss(row.get(name)) for name in _LOSSES),
            *(share(row.get(name)) for name in _ACCURACIES),
        ]
        for step, row in curves.rows()
    ]
    head = ["Step", *(f"{label} loss" for label in _LABELS), *(f"{label} accuracy" for label in _LABELS)]
    figures = Table(head, rows, frozenset(range(7)), "Figures of the training")
    return part("training.html", drawn=drawn, figures=figures)


def loss_mark(value: float) -> str:
    """A mark of the loss axis."""
    return f"{value:g}"


def _chart(
    title: str, curves: Curves, columns: Sequence[str], epochs: int, y: Scale, y_format: Any
) -> Markup:
    train, valid, full = (curves.of(column) for column in columns)
    smooth = smoothed(train)
    is_smoothed = smooth != list(train)
    read = loss if title == "Loss" else share
    labels = [
        f"{label} {read(points[-1][1])}" if points else label
        for label, points in zip(_LABELS, (smooth, valid, full), strict=True)
    ]
    series = [
        Series("each step", "train raw", thinned(train) if is_smoothed else ()),
        Series(f"{labels[0]}{' (mean of steps around)' if is_smoothed else ''}", "train", thinned(smooth)),
        Series(labels[1], "valid", thinned(valid)),
        Series(labels[2], "full", thinned(full), dots=len(full) <= 100, line=True),
    ]
    said = "; ".join(
        f"{label} from {read(p[0][1])} to {read(p[-1][1])}" for label, p in _ends(smooth, valid, full)
    )
    return line_chart(
        f"{title} by training step",
        f"{said}. The table below has the figures.",
        series,
        name=f"chart-{title.lower().replace(' ', '-')}",
        y=y,
        y_format=y_format,
        steps=curves.steps,
        epochs=epochs,
    )


def _ends(*curves: Sequence[Point]) -> list[tuple[str, Sequence[Point]]]:
    return [(label, points) for label, points in zip(_LABELS, curves, strict=True) if points]


def _loss_scale(curves: Curves) -> Scale:
    """From 0 to what nearly all values keep to: the few steps above it touch the upper edge."""
    values = [value for _, value in smoothed(curves.of("train_loss"))]
    values += [value for column in _LOSSES[1:] for _, value in curves.of(column)]
    raw = sorted(value for _, value in curves.of("train_loss"))
    high = max([*values, *raw[: 1 + len(raw) * 98 // 100][-1:]], default=1.0)
    return scale(min(0.0, *raw[:1], high), high)


def _accuracy_scale(curves: Curves) -> Scale:
    raw = sorted(value for _, value in curves.of(_ACCURACIES[0]))
    lowest = [value for column in _ACCURACIES[1:] for _, value in curves.of(column)]
    low = min([*lowest, *raw[len(raw) // 50 :][:1]], default=0.0)
    return scale(min(low, 0.95), 1.0)


def checkpoints(found: Sequence[Mapping[str, Any]]) -> Markup:
    """Deployable states of the model."""
    head = ["Step", "Training loss", "Full validation loss", "Full validation accuracy", "Model to deploy"]
    names = ("train_loss", "full_valid_loss", "full_valid_mean_token_accuracy")
    rows: list[list[Cell | str]] = []
    for one in found:
        train, full, accuracy = (_value(one, name) for name in names)
        full = _value(one, "valid_loss") if full is None else full
        cells = [whole(one.get("step_number")), loss(train), loss(full), share(accuracy)]
        rows.append([*cells, Cell(str(one.get("model") or NOTHING), mark="code")])
    return part("checkpoints.html", found=Table(head, rows, frozenset({0, 1, 2, 3}), "Checkpoints"))


def _value(checkpoint: Mapping[str, Any], name: str) -> float | None:
    value = (checkpoint.get("metrics") or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


def events(found: Sequence[Mapping[str, Any]]) -> Markup:
    """The last events; the steps' own ones are in the curves."""
    told = [event for event in found if not is_step(str(event.get("message")))]
    rows: list[list[Cell | str]] = [
        [_time(event.get("created_at")), _level(str(event.get("level"))), str(event.get("message"))]
        for event in told[-_MOST_EVENTS:]
    ]
    left = f"The last {len(rows)} of {whole(len(told))}" if len(told) > len(rows) else f"{len(rows)} events"
    below = f"{left}, and {whole(len(found) - len(told))} about single steps."
    return part("events.html", found=Table(["At (UTC)", "Level", "Event"], rows, label="Events"), below=below)


def _level(level: str) -> Cell:
    return Cell(level, kind="bad" if level == "error" else "")


def _time(seconds: object) -> str:
    if not isinstance(seconds, int | float) or not 0 < seconds < 1 << 40:
        return NOTHING
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
