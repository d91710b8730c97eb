"""What a call of any arm of an evaluation costs: a tuned model by its own table, every other one by the price list."""

from __future__ import annotations

from shared.dataset import prices
from shared.finetune import models
from shared.tokens import Tokens


def plan_cost(tokens: Tokens, model: str) -> float | None:
    """Dollars for `tokens` of a base or tuned `model`; None if no price is known.

    An emulator's model is reckoned as the one it stands for: its tokens are counted, though its answers are
    not that model's.
    """
    name = model.removeprefix(prices.EMULATOR)
    student = models.find(name)
    if student is not None and student.inference_usd is not None:
        return prices.cost(tokens, name, {name.lower(): dict(student.inference_usd)})
    return prices.cost(tokens, name)
