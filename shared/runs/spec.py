"""What a run was asked for, as stored in `spec.json`."""

from __future__ import annotations

import math
from copy import replace
from datetime import datetime
from typing import Any

import msgspec
import orjson

from shared import stored
from shared.contracts import options


class RunSpec(msgspec.Struct, frozen=True):
    """What a run was asked for; written once and never changed.

    Attributes:
        run_id: the run's id.
        name: name of the catalog as uploaded.
        catalogs: the blobs, `{"blob", "etag", "bytes"}`.
        options: all run options, complete.
        teacher: deployment that answers.
        started_at: ISO 8601 UTC.
        created_at: creation time written into every record, ISO 8601 UTC.
        app_version: version that started the run.
        estimate: what the run will probably take, `{"tokens", "cost_usd", "minutes"}`; empty where nobody estimated.
        diagnostics: how many oddities were met in the catalog, None where nobody counted.
    """

    run_id: str
    name: str = ""
    catalogs: tuple[dict[str, Any], ...] = ()
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    teacher: str = ""
    started_at: str = ""
    created_at: str = ""
    app_version: str = ""
    estimate: dict[str, Any] = msgspec.field(default_factory=dict)
    diagnostics: int | None = None

    def to_json(self) -> bytes:
        """The spec as stored."""
        return orjson.dumps(stored.plain(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def from_json(cls, data: bytes) -> RunSpec:
        """The spec that `to_json` wrote, in this version or another; its options are those that this one knows.

        PermanentError `unreadable` for anything else.
        """
        spec = stored.read(cls, data, "a run's spec.json")
        return replace(spec, options=options.completed(spec.options))

    def age_s(self, now: datetime) -> float:
        """Seconds since the run was started; without end where that is not known."""
        if not self.started_at:
            return math.inf
        return (now - datetime.fromisoformat(self.started_at)).total_seconds()
