"""The manifest: what a published dataset is, in one JSON document written last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from msgspec import Struct, field

from shared import stored
from shared.dataset.published_run import PublishedRun
from shared.dataset.quality import quality
from shared.tokens import Tokens

VERSION = 1


class PublishedFile(Struct, frozen=True):
    """A complete file: path below `datasets/{run}/`, rows (its lines), size in bytes, digest in hex."""

    path: str
    rows: int = 0
    bytes: int = 0
    sha256: str = ""


class Counts(Struct, frozen=True):
    """Indices by what was published of them."""

    accepted: int = 0
    rejected: int = 0
    planned: int = 0
    by_reason: dict[str, Any] = field(default_factory=dict)


class Manifest(Struct, frozen=True):
    """What the app itself reads of a manifest."""

    counts: Counts = Counts()
    tokens: Tokens = Tokens()
    cost_usd: float | None = None
    files: tuple[PublishedFile, ...] = ()
    revision: dict[str, Any] | None = None

    def rows(self, path: str) -> int:
        """Rows of a file, or 0."""
        return next((file.rows for file in self.files if file.path == path), 0)


def manifest(run: PublishedRun, split: Mapping[str, Any], files: Sequence[PublishedFile]) -> bytes:
    """The document as bytes, `files` in path order; `split` is the selection's report."""
    tally, catalog = run.tally, run.catalog
    document = {
        "version": VERSION,
        "run_id": run.run_id,
        "app_version": run.app_version,
        "catalog": {"name": catalog.name, "apis": len(catalog.apis)},
        "options": dict(run.options),
        "response_mode": run.response_mode or None,
        "fields_refused": list(run.without),
        "teacher": {
            "deployment": run.teacher or None,
            "models": tally.models,
            "emulator": run.is_emulated,
        },
        "counts": {
            "planned": tally.planned,
            "accepted": tally.accepted,
            "rejected": tally.planned - tally.accepted,
            "by_status": _sorted(tally.statuses),
            "by_reason": _sorted(tally.reasons),
        },
        "attempts": {"total": tally.attempts.total(), "by_result": _sorted(tally.attempts)},
        "deferrals": tally.deferrals,
        "tokens": tally.all_tokens.to_json(),
        "tokens_by_model": {
            model: tally.tokens[model].to_json() for model in sorted(filter(None, tally.tokens))
        },
        "cost_usd": run.cost_usd,
        "prices_as_of": run.price_table.get("as_of"),
        "quality": quality(tally),
        **({"base_model": _sorted(tally.base_answers)} if tally.base_answers else {}),
        "durations": {
            "started_at": run.started_at,
            "finished_at": tally.finished_at or None,
            "elapsed_s": run.elapsed_s,
            "teacher_s": round(tally.teacher_ms / 1000, 3),
        },
        "split": dict(split),
        "files": [stored.plain(file) for file in sorted(files, key=lambda file: file.path)],
        **({} if run.revision is None else {"revision": dict(run.revision)}),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
