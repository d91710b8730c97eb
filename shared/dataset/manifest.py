"""The manifest: what a published dataset is, in one JSON document written last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct, field

from shared import stored
from shared.catalog.model import Catalog
from shared.dataset import prices
from shared.dataset.quality import quality
from shared.dataset.tally import Tally
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


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run besides its rows; `tally` is complete once every outcome is observed.

    Attributes are those of `Publication`; `prices` None means the shipped table.
    """

    run_id: str
    catalog: Catalog
    options: Mapping[str, Any]
    started_at: str
    app_version: str
    prices: Mapping[str, Any] | None
    response_mode: str
    without: Sequence[str]
    tally: Tally
    revision: Mapping[str, Any] | None = None

    @property
    def teacher(self) -> str:
        """The teacher's deployment, "" if the options do not name it."""
        return str(self.options.get("teacher") or "")

    @property
    def is_emulated(self) -> bool:
        """Whether an emulator answered."""
        return any(map(prices.is_emulator, self.tally.models))

    @property
    def price_table(self) -> Mapping[str, Any]:
        """The table that costs are reckoned by."""
        return prices.price_list() if self.prices is None else self.prices

    @property
    def cost_usd(self) -> float | None:
        """Dollars of all attempts, None if a model's price is not known."""
        return total_cost(self.tally.tokens, self.teacher, self.price_table, self.options)


def total_cost(
    by_model: Mapping[str, Tokens],
    default_model: str,
    table: Mapping[str, Any] | None,
    options: Mapping[str, Any] | None = None,
) -> float | None:
    """Dollars of all tokens, rounded to a millionth; None as soon as one model's price is not known.

    Tokens of an unnamed model count as `default_model`'s; `options` may state a price, or name the model.
    """
    total = 0.0
    pricing = prices.TeacherPrice.of(options or {}, default_model, table)
    for model, tokens in sorted(by_model.items()):
        if tokens.total:
            dollars = pricing.cost(tokens, model)
            if dollars is None:
                return None
            total += dollars
    return round(total, 6)


def durations(tally: Tally, started_at: str) -> dict[str, Any]:
    """From the start to the last outcome (seconds, None if a time is not known) and the teacher's own time."""
    return {
        "started_at": started_at,
        "finished_at": tally.finished_at or None,
        "elapsed_s": _seconds_between(started_at, tally.finished_at),
        "teacher_s": round(tally.teacher_ms / 1000, 3),
    }


def _seconds_between(start: str, end: str) -> float | None:
    try:
        between = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    except (ValueError, TypeError):
        return None
    return round(max(0.0, between.total_seconds()), 3)


def manifest(facts: Facts, split: Mapping[str, Any], files: Sequence[PublishedFile]) -> bytes:
    """The document as bytes, `files` in path order; `split` is the selection's report."""
    tally, catalog = facts.tally, facts.catalog
    document = {
        "version": VERSION,
        "run_id": facts.run_id,
        "app_version": facts.app_version,
        "catalog": {"name": catalog.name, "apis": len(catalog.apis)},
        "options": dict(facts.options),
        "response_mode": facts.response_mode or None,
        "fields_refused": list(facts.without),
        "teacher": {
            "deployment": facts.teacher or None,
            "models": tally.models,
            "emulator": facts.is_emulated,
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
        "cost_usd": facts.cost_usd,
        "prices_as_of": facts.price_table.get("as_of"),
        "quality": quality(tally),
        **({"base_model": _sorted(tally.base_answers)} if tally.base_answers else {}),
        "durations": durations(tally, facts.started_at),
        "split": dict(split),
        "files": [stored.plain(file) for file in sorted(files, key=lambda file: file.path)],
        **({} if facts.revision is None else {"revision": dict(facts.revision)}),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
