"""Credentials in the columns of tables that a text holds, of HTML, Markdown or values with commas, by their heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.scrub.chosen import looks_chosen
from shared.scrub.looks import looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_SEPARATORS = ("|", "\t", ";", ",")
_FEWEST_CELLS, _MOST_CELLS = 2, 40
_LONGEST_HEAD = 40
_RULE = re.compile(r"[\s|:+-]*\S[\s|:+-]*")
_TABLE_OR_ROW = re.compile(r"(?i)(?=<(?:table|tr)\b)")
_ELEMENT_CELL = re.compile(r"(?is)(?P<start><t[hd]\b[^>]{0,200}>)(?P<cell>.{0,1000}?)(?=</t[hd]>)")
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


class _Columns(NamedTuple):
    """How many columns a table has, which of them hold credentials, and whether another holds users."""

    width: int
    secret: frozenset[int]
    has_user: bool

    def joined(self, other: _Columns | None) -> _Columns:
        """These columns, combined with those under another row of heads."""
        if other is None or other.width != self.width:
            return self
        return _Columns(self.width, self.secret | other.secret, self.has_user or other.has_user)

    def cleared(self, cells: Sequence[str]) -> Iterator[str]:
        """The cells of a row without the credentials among them."""
        for place, cell in enumerate(cells):
            value = _TAG.sub("", cell).strip(_AROUND)
            is_own = place in self.secret and _is_value(value, has_user=self.has_user)
            yield (cell.replace(value, PLACEHOLDER) if value in cell else PLACEHOLDER) if is_own else cell


def scrub_tables(text: str) -> str:
    """`text` without the credentials that stand under a head which names them."""
    if "<tr" in text.lower():
        text = "".join(_elements(_TABLE_OR_ROW.split(text)))
    if "\n" in text:
        for separator in _SEPARATORS:
            if separator in text:
                text = "\n".join(_lines(text.split("\n"), separator))
    return text


def _elements(parts: Sequence[str]) -> Iterator[str]:
    """Parts of a text that begin with a table or a row of HTML; the first row of a table has its heads."""
    columns, is_head = None, True
    for part in parts:
        if part[:6].lower() == "<table":
            columns, is_head = None, True
        elif part[:3].lower() == "<tr":
            cells = [match["cell"] for match in _ELEMENT_CELL.finditer(part)]
            if is_head:
                columns, is_head = _columns_under([_TAG.sub("", cell) for cell in cells]), False
            elif columns is not None:
                part = _with_cells(part, columns.cleared(cells))
        yield part


def _with_cells(row: str, cells: Iterator[str]) -> str:
    return _ELEMENT_CELL.sub(lambda match: match["start"] + next(cells), row)


def _lines(lines: Sequence[str], separator: str) -> Iterator[str]:
    """Lines of a text, some of which may be rows; a line of heads begins a table."""
    columns: _Columns | None = None
    for line in lines:
        cells = line.split(separator)
        # Heads of wikis stand between two bars; a row may begin with an empty cell.
        named = ["", *line.strip("| \t").split("||"), ""] if line.startswith("||") else cells
        is_heading = len(named) >= _FEWEST_CELLS and all(len(cell) <= _LONGEST_HEAD for cell in named)
        heads = _columns_under(named) if is_heading else None
        if columns is not None and len(cells) == columns.width:
            kept = [*columns.cleared(cells)]
            if kept != cells:
                line = separator.join(kept)
            columns = columns.joined(heads)
        elif columns is None or _RULE.fullmatch(line) is None:
            columns = heads
        yield line


def _columns_under(heads: Sequence[str]) -> _Columns | None:
    """The columns under these heads; None if no head names a credential."""
    if len(heads) > _MOST_CELLS:
        return None
    names = [head.strip(_AROUND) for head in heads]
    secret = frozenset(
        place for place, name in enumerate(names) if name and name_kind(name) is NameKind.SECRET
    )
    has_user = not _USERS.isdisjoint(name.lower() for name in names)
    return _Columns(len(heads), secret, has_user) if secret else None


def _is_value(text: str, *, has_user: bool) -> bool:
    """Whether a cell under the name of a credential is one; beside a user, any word is."""
    if is_stand_in(text) or text.lower() in _SAYING:
        return False
    if looks_chosen(text) or looks_opaque(text, shortest=12, suspect=True):
        return True
    return has_user and len(text) >= _SHORTEST and not any(map(str.isspace, text))
