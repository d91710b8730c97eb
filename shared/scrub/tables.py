"""Credentials in the columns of tables that a text holds, in Markdown or with commas, by the heads of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.scrub.chosen import looks_chosen
from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_opaque
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_SEPARATORS = ("|", "\t", ";", ",")
_FEWEST_CELLS, _MOST_CELLS = 2, 40
_LONGEST_HEAD = 40
_RULE = re.compile(r"[\s|:+-]*")
_TABLE = re.compile(r"(?is)<table\b.{0,20000}?(?:</table>|\Z)")
_TABLE_ROW = re.compile(r"(?is)<tr\b[^>]{0,200}>.{0,5000}?(?:</tr>|\Z)")
_TABLE_CELL = re.compile(r"(?is)(<t[hd]\b[^>]{0,200}>)(.{0,1000}?)(?=</t[hd]>)")
_TAG = re.compile(r"<[^<>]{1,200}>")
# Heads beside which a column of passwords has those of the users, and what else stands in one.
_USERS = frozenset(
    ("user", "username", "login", "account", "email", "e-mail", "user name", "benutzer", "usuario")
)
_SAYING = frozenset(
    "yes no true false none null n/a tbd required optional hidden hashed encrypted unset default".split()
)
_SHORTEST = 4
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
    has_user = _has_user(head, separator)
    count = head.strip("| \t").count("||") + 2 if head.startswith("||") else head.count(separator)
    for below in range(place + 1, len(lines)):
        if _RULE.fullmatch(lines[below]) and lines[below].strip():
            continue
        cells = lines[below].split(separator)
        if len(cells) != count + 1:
            return
        for number in columns:
            value = cells[number].strip(_AROUND)
            if _is_value(value, has_user=has_user):
                cells[number] = cells[number].replace(value, PLACEHOLDER)
        lines[below] = separator.join(cells)


def _scrub_elements(table: str) -> str:
    """A table of HTML without what stands in the columns that its first row calls credentials."""
    rows = _TABLE_ROW.findall(table)
    heads = [_TAG.sub("", cell).strip(_AROUND) for _, cell in _TABLE_CELL.findall(rows[0])] if rows else []
    secret = {place for place, head in enumerate(heads) if head and name_kind(head) is NameKind.SECRET}
    if not secret or len(heads) > _MOST_CELLS:
        return table
    has_user = not _USERS.isdisjoint(head.lower() for head in heads)
    for row in rows[1:]:
        places = iter(range(_MOST_CELLS + 1))

        def kept(cell: re.Match[str], places: Iterator[int] = places) -> str:
            value = _TAG.sub("", cell[2]).strip(_AROUND)
            is_own = next(places, None) in secret and _is_value(value, has_user=has_user)
            return cell[1] + (cell[2].replace(value, PLACEHOLDER) if is_own else cell[2])

        table = table.replace(row, _TABLE_CELL.sub(kept, row), 1)
    return table


def _has_user(line: str, separator: str) -> bool:
    return not _USERS.isdisjoint(cell.strip(_AROUND).lower() for cell in line.split(separator))


def _is_value(text: str, *, has_user: bool) -> bool:
    """Whether a cell under the name of a credential is one; beside a user, any word is."""
    if is_stand_in(text) or text.lower() in _SAYING:
        return False
    if looks_chosen(text) or looks_opaque(text, shortest=12, suspect=True):
        return True
    return has_user and len(text) >= _SHORTEST and not any(map(str.isspace, text))
