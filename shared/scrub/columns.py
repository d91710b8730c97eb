"""Tables in values: names of columns in one list, rows of cells in others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from shared.identifiers import words_of
from shared.scrub.looks import looks_made_up
from shared.scrub.names import NameKind, name_kind

# Last words of keys under which a table has the names of its columns, and its rows.
_HEADS = frozenset(
    "columns column cols headers header head heads headings fields field names name keys labels".split()
)
_ROWS = frozenset(
    "rows row data values value records record cells cell body lines tuples entries items".split()
)
# Keys of a column that is an object, under which its name stands.
_NAMES = ("name", "key", "field", "id", "label", "title", "column", "header")
_MOST_COLUMNS = 200
_LONGEST_NAME = 80
_FEWEST = 2

type Cell = tuple[Any, int]
"""A row and a place in it."""


def may_be_table(keys: Iterable[Any]) -> bool:
    """Whether an object with these keys may have columns and rows."""
    return {"head", "rows"} <= {_role(key) for key in keys}


def secret_cells(value: Mapping[Any, Any] | Sequence[Any]) -> Iterator[Cell]:
    """The cells in columns that are named like credentials; nothing for a value that is not a table.

    A table is an object of columns and rows (or one row), or a list whose first row names the columns.
    """
    if not isinstance(value, Mapping):
        yield from _below_head(value)
        return
    roles = [(role, item) for key, item in value.items() if type(item) is list and (role := _role(key))]
    for role, head in roles:
        if role == "head" and (places := _secret_places(head)):
            for other, item in roles:
                if other == "rows":
                    yield from _cells(item, places, len(head))
            for key, item in value.items():
                if type(item) is list and not _role(key) and item and all(type(row) is list for row in item):
                    yield from _cells(item, places, len(head))


def without_cells(value: Any, cleared: Any) -> Any:
    """`value` with `cleared` in the secret cells of tables at any level; `value` itself if it has none."""
    if isinstance(value, dict):
        inside: Any = {key: without_cells(item, cleared) for key, item in value.items()}
        is_same = all(inside[key] is value[key] for key in value)
    elif isinstance(value, list):
        inside = [without_cells(item, cleared) for item in value]
        is_same = all(one is other for one, other in zip(inside, value, strict=True))
    else:
        return value
    cells = list(secret_cells(value))
    if not cells:
        return value if is_same else inside
    rows = {id(row): list(row) for row, _ in cells}
    for row, place in cells:
        rows[id(row)][place] = cleared
    return _replaced(value, rows)


def _replaced(value: Any, rows: dict[int, list[Any]]) -> Any:
    if id(value) in rows:
        return rows[id(value)]
    if isinstance(value, dict):
        return {key: _replaced(item, rows) for key, item in value.items()}
    return [_replaced(item, rows) for item in value] if isinstance(value, list) else value


def _below_head(value: Sequence[Any]) -> Iterator[Cell]:
    if len(value) < _FEWEST or type(value[0]) is not list or not value[0]:
        return
    if len(value[0]) < _FEWEST and not all(
        type(row) is list and len(row) == 1 and _is_made_up(row[0]) for row in value[1:]
    ):
        return  # a list of lists of names
    head = value[0]
    if all(isinstance(name, str) and not any(ch.isdigit() for ch in name) for name in head):
        places = _secret_places(head)
        if places and all(type(row) is list and len(row) == len(head) for row in value):
            yield from ((row, place) for row in value[1:] for place in places)


def _is_made_up(cell: Any) -> bool:
    return isinstance(cell, str) and looks_made_up(cell)


def _cells(rows: list[Any], places: list[int], width: int) -> Iterator[Cell]:
    inner = [row for row in rows if type(row) is list]
    if inner:
        yield from ((row, place) for row in inner if len(row) == width for place in places)
    elif len(rows) == width >= _FEWEST and not any(isinstance(cell, dict) for cell in rows):
        yield from ((rows, place) for place in places)


@lru_cache(maxsize=8_192)
def _role(key: Any) -> str:
    words = words_of(key) if isinstance(key, str) and len(key) <= _LONGEST_NAME else ()
    last = words[-1] if words else ""
    return "head" if last in _HEADS else "rows" if last in _ROWS else ""


def _secret_places(head: list[Any]) -> list[int]:
    if not 0 < len(head) <= _MOST_COLUMNS:
        return []
    names = [_name_of(column) for column in head]
    if None in names:
        return []
    return [place for place, name in enumerate(names) if name and name_kind(name) is NameKind.SECRET]


def _name_of(column: Any) -> str | None:
    """The name of a column; None if it has none."""
    if isinstance(column, dict):
        column = next((column[key] for key in _NAMES if isinstance(column.get(key), str)), None)
    return column if isinstance(column, str) and len(column) <= _LONGEST_NAME else None
