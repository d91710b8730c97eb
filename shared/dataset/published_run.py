"""What is known of a run whose dataset is published, besides its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.catalog.model import Catalog
from shared.dataset import prices
from shared.dataset.tally import Tally


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A run, and the sums over its outcomes.

    Attributes:
        run_id: the run.
        catalog: what its plans call.
        options: the run's resolved options.
        started_at: ISO 8601 UTC, when the run began.
        app_version: version of the app that publishes.
        prices: price table, None for the shipped one.
        response_mode: how the teacher was made to answer (`json_schema`, `json_object`, `text`), "" if unknown.
        without: fields of a request that the teacher's service refused.
        prompts_sha256: of what the teacher was told of rules and catalog, "" if nobody knows.
        revision: what the manifest says of a revision; None for the first publication.
        tally: complete once every outcome is observed.
    """

    run_id: str
    catalog: Catalog
    options: Mapping[str, Any]
    started_at: str
    app_version: str
    prices: Mapping[str, Any] | None = None
    response_mode: str = ""
    without: Sequence[str] = ()
    prompts_sha256: str = ""
    revision: Mapping[str, Any] | None = None
    tally: Tally = field(default_factory=Tally)

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
        """Dollars of all calls, rounded to a millionth; None as soon as one model's price is not known.

        Tokens of a model that the service did not name cost what the teacher's do.
        """
        pricing = prices.TeacherPrice.of(self.options, self.teacher, self.price_table)
        spent = [(model, tokens) for model, tokens in sorted(self.tally.tokens.items()) if tokens.total]
        costs = [pricing.cost(tokens, model) for model, tokens in spent]
        known = [cost for cost in costs if cost is not None]
        return round(sum(known, 0.0), 6) if len(known) == len(costs) else None

    @property
    def elapsed_s(self) -> float | None:
        """Seconds from the start to the last outcome; None if a time is not known."""
        try:
            between = datetime.fromisoformat(self.tally.finished_at) - datetime.fromisoformat(self.started_at)
        except (ValueError, TypeError):
            return None
        return round(max(0.0, between.total_seconds()), 3)
