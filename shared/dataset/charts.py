"""Small bar charts as self-contained SVG files that a README shows in any viewer, light or dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from shared.curriculum.blueprint import VARIATIONS
from shared.dataset.coverage import Coverage
from shared.dataset.tally import Tally

_WIDTH = 720
_ROW = 22
_GAP = 8
_VALUE = 110
_MAX_LABEL = 40
_CHARACTER = 7.2
"""Width of a character that few fonts exceed on average at this size."""

_TOP = 20
_SHAPES = ("single", "chain", "fan_out", "join", "parallel")
_DIFFICULTIES = ("XS", "S", "M", "L", "XL")


def draw(tally: Tally, coverage: Coverage) -> dict[str, bytes]:
    """The charts of a dataset's accepted records by path, each title its file's name in words."""
    steps = sorted(tally.steps.items())
    operations = coverage.operations_by_use()[:_TOP]
    return {
        "charts/shape.svg": bars("Plan shape", _known(tally.shapes, _SHAPES), tally.accepted),
        "charts/difficulty.svg": bars(
            "Difficulty", _known(tally.difficulties, _DIFFICULTIES), tally.accepted
        ),
        "charts/variation.svg": bars(
            "Variation", _known(tally.variations, ("plain", *VARIATIONS)), tally.accepted
        ),
        "charts/steps.svg": bars("Steps per plan", [(str(n), count) for n, count in steps], tally.accepted),
        "charts/operations.svg": bars(
            f"Operations, the {len(operations)} most used", operations, tally.accepted
        ),
    }


def bars(title: str, rows: Sequence[tuple[str, int]], total: int) -> bytes:
    """Horizontal bars with counts and their share of `total`; the same bytes for the same figures."""
    height = _ROW * (len(rows) + 1) + 12
    longest = max((count for _, count in rows), default=0) or 1
    shown = [_fitting(label) for label, _ in rows]
    left = round(max(map(len, shown), default=0) * _CHARACTER) + _GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}">',
        "<style>text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-weight:600;fill:#24292f}"
        ".b{fill:#0969da}@media(prefers-color-scheme:dark){text{fill:#9da7b3}.t{fill:#e6edf3}"
        ".b{fill:#4493f8}}</style>",
        f'<text class="t" x="0" y="14">{escape(title)}</text>',
    ]
    for number, (label, (_, count)) in enumerate(zip(shown, rows, strict=True), start=1):
        parts.append(_bar(number, label, left, count, count / longest, count / total if total else 0))
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def _bar(number: int, label: str, left: int, count: int, length: float, share: float) -> str:
    y = _ROW * number + 6
    width = max(1.0, (_WIDTH - left - _VALUE) * length) if count else 0
    return (
        f'<text x="{left - _GAP}" y="{y + 12}" text-anchor="end">{escape(label)}</text>'
        f'<rect class="b" x="{left}" y="{y}" width="{width:.1f}" height="{_ROW - 6}" rx="2"/>'
        f'<text x="{left + width + 6:.1f}" y="{y + 12}">{count:,} ({share:.1%})</text>'
    )


def _fitting(label: str) -> str:
    """`label` cut in its middle where it is too long: names that begin alike differ at their ends."""
    if len(label) <= _MAX_LABEL:
        return label
    end = _MAX_LABEL * 3 // 5
    return f"{label[: _MAX_LABEL - 1 - end]}…{label[-end:]}"


def _known(counts: Mapping[str, int], names: Sequence[str]) -> list[tuple[str, int]]:
    """`names` in their order, then any other name that occurs."""
    others = sorted(set(counts) - set(names))
    return [(name or "none", counts.get(name, 0)) for name in (*names, *others)]
