"""Decisions of people about rows, as the review's log keeps them: one act a line, with all that it decides."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import orjson
from msgspec import Struct, field

from shared import stored

type Kind = Literal["decide", "bulk", "add", "undo"]

APPROVED, REJECTED, EDITED, OWN, UNDECIDED = "approved", "rejected", "edited", "own", ""
VERDICTS = (APPROVED, REJECTED, EDITED, OWN)
SAME, NEW, ORIGINAL = "same", "new", "original"

OWN_FIRST = 100_000_000
"""Index of the first row that a person added; a run plans fewer."""


class Decision(Struct, frozen=True, omit_defaults=True):
    """What becomes of one row.

    Attributes:
        index: of the row; rows that people added count from `OWN_FIRST`.
        task_id: of the row.
        verdict: `approved`, `rejected`, `edited`, `own`, or "" for none any more.
        judged: hash of the content that was judged, "" for a row that is added.
        hash: of the content afterwards.
        reason: why it was rejected.
        content: `same` as before, `new` (in `record`), or the `original` again.
        record: the whole record afterwards, where the content is new.
    """

    index: int
    task_id: str
    verdict: str = UNDECIDED
    judged: str = ""
    hash: str = ""
    reason: str = ""
    content: str = SAME
    record: dict[str, Any] | None = None


class Act(Struct, frozen=True, omit_defaults=True):
    """What one person decided at once: a line of the log.

    Attributes:
        id: 16 hex; the same request again has the same.
        kind: `decide`, `bulk`, `add` (own examples) or `undo`.
        author: who, as the sign-in or the person says.
        at: ISO 8601 UTC.
        request: digest of what was asked, so that a key that is used for something else is noticed.
        rows: how many are decided.
        of: the act that an `undo` takes back.
        kept_in: name of the blob that has the decisions where they are too many for a line.
        decisions: of each row.
    """

    id: str
    kind: Kind
    author: str
    at: str
    request: str = ""
    rows: int = 0
    of: str = ""
    kept_in: str = ""
    decisions: tuple[Decision, ...] = ()

    def to_line(self) -> bytes:
        """The act as one line of UTF-8 JSON, newline included."""
        return msgspec.json.encode(self) + b"\n"


class KeptDecisions(Struct, frozen=True):
    """The blob of an act whose decisions are too many for a line."""

    decisions: tuple[Decision, ...] = field(default_factory=tuple)

    def to_json(self) -> bytes:
        """As stored."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: bytes) -> KeptDecisions:
        """What `to_json` wrote. PermanentError `unreadable`."""
        return stored.read(cls, data, "the decisions of a review")


def request_digest(value: Any) -> str:
    """Digest of a request's body, the same for equal JSON values."""
    from hashlib import sha256

    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
