"""Which rows a list shows: filters by name, as addresses and requests have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.dataset.review.decisions import VERDICTS
from shared.dataset.row_index import RowEntry
from shared.errors import BadRequestError

_STORED = ("split", "difficulty", "variation", "shape", "persona", "status", "reason")
"""What a stored line has in every version of the app, and no decision changes."""
_EXACT = (*_STORED, "source", "author", "task_id")
FILTERS = ("operation", "finding", "q", "verdict", "touched", *_EXACT)
_YES_NO = {"yes": True, "no": False}
_CHOICES: Mapping[str, tuple[str, ...]] = {"verdict": (*VERDICTS, "none"), "touched": tuple(_YES_NO)}
_json = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Takes the rows that have every given value; `q` looks for words in the task."""

    given: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Any) -> RowFilter:
        """The filter of names and values; what is empty filters nothing. BadRequestError `bad_filter`."""
        if not isinstance(asked, Mapping):
            raise BadRequestError("a filter is an object of names and values", code="bad_filter")
        if unknown := sorted(set(asked) - set(FILTERS)):
            message = f"there is no filter '{unknown[0][:40]}'; filters are {', '.join(sorted(FILTERS))}"
            raise BadRequestError(message, code="bad_filter")
        given = {name: asked[name] for name in FILTERS if asked.get(name) not in (None, "")}
        for name, value in given.items():
            choices = _CHOICES.get(name)
            if not isinstance(value, str) or (choices and value not in choices):
                accepted = f"one of {', '.join(choices)}" if choices else "a text"
                raise BadRequestError(f"the filter '{name}' is {accepted}", code="bad_filter")
        return cls(given)

    def probe(self) -> Callable[[bytes], bool]:
        """Tells of stored lines, one or many, whether any of them may pass; `takes` says it for certain.

        It spares decoding most lines. What people decide about a row is not in its line.
        """
        given = self.given
        members = [f'"{name}":'.encode() + _json(given[name]) for name in _STORED if name in given]
        members += [_json(given[name]) for name in ("operation", "finding") if name in given]
        words = _json(given.get("q", "").lower())[1:-1]

        def may_pass(line: bytes) -> bool:
            if not all(member in line for member in members):
                return False
            # Letters beyond ASCII have other bytes in lower case, and some become ASCII.
            return not words or not line.isascii() or words in line.lower()

        return may_pass

    def takes(self, entry: RowEntry) -> bool:
        """Whether a list with this filter shows the row."""
        given = self.given
        return (
            ("operation" not in given or given["operation"] in entry.operations)
            and ("finding" not in given or given["finding"] in (*entry.findings, entry.reason))
            and ("q" not in given or given["q"].lower() in entry.task.lower())
            and ("verdict" not in given or (entry.verdict or "none") == given["verdict"])
            and ("touched" not in given or entry.touched is _YES_NO[given["touched"]])
            and all(getattr(entry, name) == given[name] for name in _EXACT if name in given)
        )
