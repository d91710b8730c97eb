"""Why a decision is not taken, with what its author needs to see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.errors import BadRequestError
from shared.steps.review.rows import ReviewedRow


class RowChangedError(BadRequestError):
    """The content that was judged is not there any more.

    Attributes:
        rows: as they are now.
    """

    def __init__(self, rows: Sequence[ReviewedRow]) -> None:
        named = ", ".join(row.task_id for row in rows[:3])
        message = f"changed since you looked: {named}; look at what is there now, then decide again"
        super().__init__(message, code="row_changed")
        self.rows = rows


class InvalidRowsError(BadRequestError):
    """What a person wrote breaks the rules of a record.

    Attributes:
        refused: `{row, findings}` of each row.
    """

    def __init__(self, refused: Sequence[dict[str, Any]]) -> None:
        first = refused[0]
        found = first["findings"][0]
        message = f"{first['row']}: {found['code']}: {found['message']}"
        super().__init__(message, code="invalid_row")
        self.refused = refused


class BulkChangedError(BadRequestError):
    """What would happen now is not what was seen.

    Attributes:
        preview: what would happen now.
    """

    def __init__(self, preview: dict[str, Any]) -> None:
        super().__init__("what this would do has changed since you looked; look again", code="changed")
        self.preview = preview
