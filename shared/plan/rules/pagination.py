"""Pagination tokens that nobody can have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from shared.curriculum.kinds import is_cursor
from shared.identifiers import words_of
from shared.plan.codes import Finding
from shared.plan.references import Use, parse
from shared.plan.rules.case import Case, Literal

_BY_ITEM = frozenset({("starting", "after"), ("ending", "before"), ("exclusive", "start")})
_CONTINUES = frozenset(
    "next cursor cursors marker token continuation after before bookmark scroll skiptoken link links page paging "
    "pagination last end start previous prev resume sync delta".split()
)


def token_from_nowhere(case: Case) -> Iterator[Finding]:
    """A pagination token that no earlier step yields: a person never has one to give."""
    for literal in case.literals:
        if not is_cursor(literal.name) or literal.value in (None, "") or _is_documented(literal):
            continue
        reference = parse(literal.value) if isinstance(literal.value, str) else None
        if reference is not None and reference.step <= literal.position:
            use = Use(reference, literal.where, whole=True)
            if _continues(use, literal.name):
                continue
        message = (
            f"'{literal.name}' continues a list, and only an earlier page can yield its value: leave it out, or take "
            "it from the step that read the page before"
        )
        yield case.at_argument("token_from_nowhere", message, literal.position, literal.where)


def _is_documented(literal: Literal) -> bool:
    """Whether the value is the documented start of a list (`*`, `-1`), which any caller may give."""
    accepted = [*literal.parameter.enum, *(schema.get("default") for schema in literal.schemas)]
    return literal.value in accepted or literal.value in ("*", "-1", 0, -1, "0")


def _continues(use: Use, name: str) -> bool:
    if not _BY_ITEM.isdisjoint(pairwise(words_of(name))):
        return True
    spoken = {word for part in use.reference.parts if isinstance(part, str) for word in words_of(part)}
    return bool(spoken & _CONTINUES)
