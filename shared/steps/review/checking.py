"""What would become of a row, or of a new one, as a person writes it; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.dataset.review.content import CHANGEABLE, content_hash, edited, own_record
from shared.errors import BadRequestError
from shared.plan.codes import errors_of
from shared.runs.context import RunContext
from shared.steps.review.rows import ReviewedRow

_OWN_FIELDS = frozenset(
    {*CHANGEABLE, "task_nl", "domain", "difficulty", "metadata", "task_id", "hash", "verdict", "reason"}
)
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Checked:
    """A record as it would be, with what is found in it, warnings included."""

    record: dict[str, Any]
    findings: list[dict[str, Any]]

    @property
    def hash(self) -> str:
        """The hash of the content as it would be."""
        return content_hash(self.record)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The findings that refuse the record."""
        return errors_of(self.findings)


def changes_of(asked: Any) -> dict[str, Any]:
    """What a request changes of a row. BadRequestError `bad_request`."""
    if not isinstance(asked, Mapping):
        raise BadRequestError(
            "an object with 'task', 'assumptions', 'plan' or 'negatives' is expected", code="bad_request"
        )
    return {name: asked[name] for name in CHANGEABLE if name in asked}


def check_edit(row: ReviewedRow, changes: Mapping[str, Any], context: RunContext) -> Checked:
    """The row with `changes`, validated. BadRequestError `no_record` where there is nothing to edit."""
    if row.record is None:
        raise BadRequestError(f"the row {row.index} has no record to judge", code="no_record")
    record = edited(row.record, changes, own=row.is_own)
    return _validated(record, context)


def check_own(given: Any, task_id: str, context: RunContext, *, created_at: str, author: str) -> Checked:
    """An example that a person wrote, validated. BadRequestError `bad_request` where it is no object."""
    if not isinstance(given, Mapping) or (unknown := sorted(set(given) - _OWN_FIELDS)):
        what = f"; it has no '{unknown[0][:40]}'" if isinstance(given, Mapping) else ""
        message = f"an example is an object with 'task', 'plan', and what else a record has{what}"
        raise BadRequestError(message, code="bad_request")
    record = own_record(task_id, given, created_at=created_at, author=author)
    return _validated(record, context)


def _validated(record: dict[str, Any], context: RunContext) -> Checked:
    size = len(orjson.dumps(record))
    if size > _MOST_BYTES:
        message = f"a row of {size} bytes is too large; at most {_MOST_BYTES} are accepted"
        raise BadRequestError(message, code="too_large")
    return Checked(record, context.validator.findings(record))
