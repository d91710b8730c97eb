"""Credentials in the columns of tables that a text holds, in Markdown or with commas, by the heads of the columns."""

from __future__ import annotations

import re

from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_made_up, looks_opaque
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_SEPARATORS = ("|", "\t", ";", ",")
_FEWEST_CELLS, _MOST_CELLS = 2, 40
_LONGEST_HEAD = 40
_RULE = re.compile(r"[\s|:+-]*")
_AROUND = " \t\r\"'`*_"


def scrub_tables(text: str) -> str:
    """`text` without the credentials that stand under a head which names them."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    for place in range(len(lines) - 1):
        for separator in _SEPARATORS:
            columns = _secret_columns(lines[place], separator)
            if columns:
                _scrub_below(lines, place, separator, columns)
    return "\n".join(lines)


def _secret_columns(line: str, separator: str) -> list[int]:
    """The columns whose heads name a credential, if a line holds nothing but heads."""
    cells = line.split(separator)
    if not _FEWEST_CELLS <= len(cells) <= _MOST_CELLS or any(len(cell) > _LONGEST_HEAD for cell in cells):
        return []
    return [
        number
        for number, cell in enumerate(cells)
        if (head := cell.strip(_AROUND)) and name_kind(head) is NameKind.SECRET
    ]


def _scrub_below(lines: list[str], place: int, separator: str, columns: list[int]) -> None:
    count = lines[place].count(separator)
    for below in range(place + 1, len(lines)):
        if _RULE.fullmatch(lines[below]) and lines[below].strip():
            continue
        cells = lines[below].split(separator)
        if len(cells) != count + 1:
            return
        for number in columns:
            value = cells[number].strip(_AROUND)
            if _is_value(value):
                cells[number] = cells[number].replace(value, PLACEHOLDER)
        lines[below] = separator.join(cells)


def _is_value(text: str) -> bool:
    return not is_stand_in(text) and (looks_made_up(text) or looks_opaque(text, shortest=12, suspect=True))
