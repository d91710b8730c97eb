"""What tables, tiles and lists of facts hold: texts with how they are set; templates make the markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a table.

    Attributes:
        text: the text itself.
        small: what stands below it.
        mark: the element round the text: `b`, `code`, or "" for none.
        kind: its class in the style sheet.
        small_mark: the element round what stands below.
    """

    text: str
    small: Sequence[str] = ()
    mark: str = ""
    kind: str = ""
    small_mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the columns `numbers` are set flush right, `label` names it to who does not see it."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    numbers: frozenset[int] = frozenset()
    label: str = "Table"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that is looked for first."""

    label: str
    value: str
    below: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value; `mark` is the element round the value, "" for none."""

    name: str
    value: str
    mark: str = ""


def known(facts: Iterable[tuple[str, str | None] | tuple[str, str | None, str]]) -> list[Fact]:
    """The facts whose value is known."""
    return [Fact(fact[0], fact[1], fact[2] if len(fact) > 2 else "") for fact in facts if fact[1]]
