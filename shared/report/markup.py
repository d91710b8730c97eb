"""HTML that is escaped unless it was made here, and numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What no page should hold, and what makes a text read as another one (bidirectional controls)."""

_VOID = frozenset({"meta", "br"})

NOTHING = "–"
"""Stands for what is not known."""


class Html(str):
    """Text that is markup already; every other text is escaped where it is put."""

    __slots__ = ()


def escaped(value: object) -> Html:
    """`value` as markup: itself if it is `Html`, else its text, escaped, without control characters."""
    if isinstance(value, Html):
        return value
    return Html(escape(_CONTROLS.sub("�", str(value))))


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """The element `name`. A trailing `_` of an attribute is dropped, other `_` become `-`; None leaves it out."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_CONTROLS.sub("�", str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{pairs}>")
    return Html(f"<{name}{pairs}>{joined(children)}</{name}>")


def joined(parts: Iterable[object], between: str = "") -> Html:
    """The parts one after the other."""
    return Html(between.join(map(escaped, parts)))


def table(
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    numbers: frozenset[int],
    label: str = "Table",
) -> Html:
    """A table that scrolls by itself where it is too wide; the columns `numbers` are set flush right.

    `label` names it to who does not see it.
    """
    kinds = ["n" if column in numbers else None for column in range(len(head))]
    header = tag("tr", *(tag("th", cell, scope="col", class_=kinds[i]) for i, cell in enumerate(head)))
    body = [
        tag("tr", *(tag("td", cell, class_=kinds[column]) for column, cell in enumerate(row))) for row in rows
    ]
    inner = tag("table", tag("thead", header), tag("tbody", *body))
    return tag("div", inner, class_="wide", tabindex="0", role="group", aria_label=label)


def pairs(rows: Iterable[tuple[object, object]]) -> Html:
    """A list of names and values; a value that is None or empty is left out."""
    kept = [(name, value) for name, value in rows if value not in (None, "")]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in kept))


def whole(number: float | None) -> str:
    """1,170"""
    return NOTHING if number is None else f"{number:,.0f}"


def loss(number: float | None) -> str:
    """0.512; three decimals, fewer from 100 on."""
    return NOTHING if number is None else f"{number:.3f}" if abs(number) < 100 else f"{number:,.1f}"


def share(part: float | None) -> str:
    """87.3%"""
    return NOTHING if part is None else f"{part:.1%}"


def signed(part: float) -> str:
    """+12.3 points, with a real minus sign."""
    text = f"{100 * part:+.1f}".replace("-", "−")
    return "±0.0" if text in ("+0.0", "−0.0") else text


def dollars(amount: float) -> str:
    """$1.23; more decimals below a cent."""
    return f"${amount:,.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.4f}"


def moment(text: str) -> str:
    """A stored time (ISO 8601 UTC) to the second."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text or NOTHING


def clipped(text: str, most: int) -> str:
    """`text` with at most `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
