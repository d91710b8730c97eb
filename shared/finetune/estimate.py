"""What a fine-tuning with its evaluation will probably cost, told before anything is paid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.finetune import models
from shared.finetune.measure.arms import WITH_CATALOG, Arm
from shared.finetune.measure.money import Cost
from shared.tokens import Tokens

BYTES_PER_TOKEN = 4
"""Of rows as they are written. JSON has rather fewer, so that figures may be a fifth too low."""

USUAL_EPOCHS = 3
"""What the service chooses for a few hundred rows when it is left the choice."""

CATALOG_RULES_TOKENS = 1_400
"""Rules of a prompt with a catalog, besides the catalog."""

PLANS_A_MINUTE = 30
"""How many answers of one arm are taken to come in a minute."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be paid for.

    Attributes:
        train_bytes: of the training file.
        n_epochs: passes over it, None where the service chooses.
        model: base model.
        training_type: where it trains.
        deploys_as: sku of the deployment, None for none.
        removed_after: whether the deployment is removed when the evaluation is over.
        test_rows: tasks that each arm is asked.
        row_bytes: of one test row, its answer included.
        answer_bytes: of one answer.
        catalog_chars: of the catalog's part that one prompt shows.
        arms: deployment (or model) of each arm that is asked.
    """

    train_bytes: int
    n_epochs: int | None
    model: str
    training_type: str
    deploys_as: str | None = None
    removed_after: bool = False
    test_rows: int = 0
    row_bytes: int = 0
    answer_bytes: int = 0
    catalog_chars: int = 0
    arms: Mapping[Arm, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Dollars of each part, None where a price is not known; `unknown` names those parts."""

    train_tokens: int
    n_epochs: int
    training_usd: float | None
    hosting_hours: float
    hosting_usd: float | None
    evaluation_usd: Mapping[str, float | None]
    unknown: Sequence[str]

    @property
    def total_usd(self) -> float:
        """The sum of what is known."""
        parts = [self.training_usd, self.hosting_usd, *self.evaluation_usd.values()]
        return round(sum(part for part in parts if part is not None), 4)

    def to_json(self) -> dict[str, Any]:
        """As stored and told."""
        return {**asdict(self), "total_usd": self.total_usd}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Estimate:
        """What `to_json` told."""
        return cls(**{name: told[name] for name in cls.__slots__})

    def text(self) -> str:
        """In a sentence."""
        parts = [
            f"training {_usd(self.training_usd)} ({self.train_tokens:,} tokens × {self.n_epochs} epochs)"
        ]
        if self.hosting_hours:
            parts.append(f"hosting {_usd(self.hosting_usd)} for {self.hosting_hours:g} h")
        if self.evaluation_usd:
            known = [part for part in self.evaluation_usd.values() if part is not None]
            parts.append(f"evaluation {_usd(sum(known) if known else None)}")
        told = f"about ${self.total_usd:,.2f}: {', '.join(parts)}"
        return told + (f"; no price is known for {', '.join(self.unknown)}" if self.unknown else "")


def estimate(work: Work, cost: Cost) -> Estimate:
    """The estimate by list prices; what is billed may differ."""
    student = models.find(work.model)
    epochs = work.n_epochs or USUAL_EPOCHS
    tokens = math.ceil(work.train_bytes / BYTES_PER_TOKEN)
    rate = student.training_usd.get(work.training_type) if student else None
    training = None if rate is None else round(tokens * epochs * rate / 1e6, 6)
    hours = _hours(work)
    an_hour = student.hosting_usd_per_hour.get(work.deploys_as or "") if student else None
    hosting = None if an_hour is None and hours else round(hours * (an_hour or 0.0), 6)
    evaluation = {str(arm): _arm(work, arm, deployment, cost) for arm, deployment in work.arms.items()}
    parts = {"training": training, "hosting": hosting, **evaluation}
    unknown = [name for name, part in parts.items() if part is None]
    return Estimate(tokens, epochs, training, hours, hosting, evaluation, unknown)


def refusal(found: Estimate, max_cost_usd: float | None) -> str | None:
    """Why the work may not begin, None if it may: what would go over the limit, or cannot be reckoned for one."""
    if max_cost_usd is None:
        return None
    if found.training_usd is None:
        return (
            f"option finetune.max_cost_usd is ${max_cost_usd:,.2f}, and no price is known for the training, so "
            "that it cannot be kept; leave the option out"
        )
    if found.total_usd > max_cost_usd:
        return (
            f"this would go over the ${max_cost_usd:,.2f} of option finetune.max_cost_usd: {found.text()}. Nothing was "
            "paid"
        )
    return None


def _hours(work: Work) -> float:
    """Hours that are begun while the evaluation goes on; a day where nobody removes the deployment."""
    if work.deploys_as is None:
        return 0.0
    return float(max(1, math.ceil(work.test_rows / PLANS_A_MINUTE / 60))) if work.removed_after else 24.0


def _arm(work: Work, arm: Arm, deployment: str, cost: Cost) -> float | None:
    asked = max(0, work.row_bytes - work.answer_bytes) / BYTES_PER_TOKEN
    catalog = CATALOG_RULES_TOKENS + work.catalog_chars / BYTES_PER_TOKEN if arm in WITH_CATALOG else 0.0
    one = Tokens(math.ceil(asked + catalog), 0, math.ceil(work.answer_bytes / BYTES_PER_TOKEN))
    each = cost(one, deployment)
    return None if each is None else round(each * work.test_rows, 6)


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"${amount:,.2f}"
