"""What plans cost by the list, hosting by the hour aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.finetune import models
from shared.finetune.measure.outcome import ArmOutcome
from shared.tokens import Tokens

Cost = Callable[[Tokens, str], float | None]
"""Dollars for tokens of a model by its own name or its deployment's, None where no price is known."""


def dollars(outcomes: Sequence[ArmOutcome], deployment: str, cost: Cost) -> float | None:
    """Dollars of all calls, None as soon as one model's price is not known."""
    total = 0.0
    for outcome in outcomes:
        if outcome.tokens.total:
            each = cost(outcome.tokens, outcome.model or deployment)
            if each is None:
                return None
            total += each
    return round(total, 6)


def per_thousand(outcomes: Sequence[ArmOutcome], deployment: str, cost: Cost) -> float | None:
    """Dollars for 1,000 answers as these are, None without one or without a price."""
    answered = [outcome for outcome in outcomes if outcome.status == "answered"]
    total = dollars(answered, deployment, cost) if answered else None
    return None if total is None else round(1000 * total / len(answered), 4)


def hosting(model: str, sku: str) -> float | None:
    """Dollars an hour for a deployment of a tuned `model`, None if the price is not known."""
    student = models.find(model)
    rates: Mapping[str, Any] = student.hosting_usd_per_hour if student else {}
    return rates.get(sku)
