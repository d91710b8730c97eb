"""Credentials in the columns of tables that a text holds, in Markdown or with commas, by the heads of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_made_up, looks_opaque
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_SEPARATORS = ("|", "\t", ";", ",")
_FEWEST_CELLS, _MOST_CELLS = 2, 40
_LONGEST_HEAD = 40
_RULE = re.compile(r"[\s|:+-]*")
_TABLE = re.compile(r"(?is)<table\b.{0,20000}?(?:</table>|\Z)")
_TABLE_ROW = re.compile(r"(?is)<tr\b[^>]{0,200}>.{0,5000}?(?:</tr>|\Z)")
_TABLE_CELL = re.compile(r"(?is)(<t[hd]\b[^>]{0,200}>)(.{0,1000}?)(?=</t[hd]>)")
_TAG = re.compile(r"<[^<>]{1,200}>")
_AROUND = " \t\r\"'`*_"


def scrub_tables(text: str) -> str:
    """`text` without the credentials that stand under a head which names them."""
    if "<tr" in text.lower():
        text = _TABLE.sub(lambda table: _scrub_elements(table.group()), text)
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
    if line.startswith("||"):  # heads of wikis
        cells = ["", *line.strip("| \t").split("||"), ""]
    if not _FEWEST_CELLS <= len(cells) <= _MOST_CELLS or any(len(cell) > _LONGEST_HEAD for cell in cells):
        return []
    return [
        number
        for number, cell in enumerate(cells)
        if (head := cell.strip(_AROUND)) and name_kind(head) is NameKind.SECRET
    ]


def _scrub_below(lines: list[str], place: int, separator: str, columns: list[int]) -> None:
    head = lines[place]
    count = head.strip("| \t").count("||") + 2 if head.startswith("||") else head.count(separator)
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


def _scrub_elements(table: str) -> str:
    """A table of HTML without what stands in the columns that its first row calls credentials."""
    rows = _TABLE_ROW.findall(table)
    heads = [_TAG.sub("", cell).strip(_AROUND) for _, cell in _TABLE_CELL.findall(rows[0])] if rows else []
    secret = {place for place, head in enumerate(heads) if head and name_kind(head) is NameKind.SECRET}
    if not secret or len(heads) > _MOST_CELLS:
        return table
    for row in rows[1:]:
        places = iter(range(_MOST_CELLS + 1))

        def kept(cell: re.Match[str], places: Iterator[int] = places) -> str:
            value = _TAG.sub("", cell[2]).strip(_AROUND)
            is_own = next(places, None) in secret and _is_value(value)
            return cell[1] + (cell[2].replace(value, PLACEHOLDER) if is_own else cell[2])

        table = table.replace(row, _TABLE_CELL.sub(kept, row), 1)
    return table


def _is_value(text: str) -> bool:
    return not is_stand_in(text) and (looks_made_up(text) or looks_opaque(text, shortest=12, suspect=True))
