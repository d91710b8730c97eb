"""What a run may spend, and what it will probably spend; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.dataset.prices import TeacherPrice, price_list
from shared.errors import BadRequestError
from shared.tokens import Tokens

if TYPE_CHECKING:
    from shared.catalog.model import Catalog

REASON = "budget"
"""Reason of the outcomes that a used-up budget leaves without a call."""
UNKNOWN_PRICE = "unknown_price"
"""Reason of those that a bound in dollars leaves without a call, because the model that answers has no price."""

_CHARACTERS_PER_TOKEN = 4
_FIXED_PROMPT_TOKENS = 1_400
"""Rules, assignment and response format of a prompt, roughly."""
_ANSWER_TOKENS = 500
_CALLS_PER_RECORD = 1.1
_BASE_CALL = Tokens(prompt=300, completion=_ANSWER_TOKENS)
"""A base model's: instruction and task, and a usual answer."""
_TOKENS_A_MINUTE = 100_000
"""Quota of a teacher deployment as infra/main.bicep makes it."""
_CALLS_A_MINUTE = 600
"""A hundred calls open at once, ten seconds each."""
SHORTEST_LOOK_S = 0.2
"""Seconds between two looks at what all processes have spent, at least."""
_LONGEST_LOOK_S = 15.0
_LOOKS_TO_THE_END = 4.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper bounds of a run; None where there is no bound.

    Attributes:
        price: what the teacher's tokens cost; the model that it depends on may be known from the first answer only.
    """

    max_total_tokens: int | None
    max_cost_usd: float | None
    price: TeacherPrice

    @classmethod
    def of(cls, options: Mapping[str, Any], deployment: str) -> Budget | None:
        """The budget in a run's options; None if they have no bound.

        Raises BadRequestError `unknown_price` for a bound in dollars on a model that is said to be behind the
        deployment and has no price. Where nothing is said, the first answer decides (`lacks_price`).
        """
        tokens, dollars = options.get("max_total_tokens"), options.get("max_cost_usd")
        if tokens is None and dollars is None:
            return None
        price = TeacherPrice.of(options, deployment)
        if dollars is not None and price.model and price.entry() is None:
            raise BadRequestError(no_price(price.model), code=UNKNOWN_PRICE)
        return cls(tokens, dollars, price)

    def lacks_price(self, named: str) -> bool:
        """Whether there is a bound in dollars and no price for the model that answers; `named` "" before that."""
        return self.max_cost_usd is not None and self.price.entry(named) is None

    def used_share(self, tokens: Tokens, named: str = "") -> float:
        """How much of the budget `tokens` are; 1 is all of it. `named` is the model that answers."""
        shares = [0.0]
        if self.max_total_tokens is not None:
            shares.append(tokens.total / self.max_total_tokens)
        if self.max_cost_usd is not None:
            shares.append((self.price.cost(tokens, named) or 0.0) / self.max_cost_usd)
        return max(shares)

    def text(self) -> str:
        """The bounds in words."""
        words = [f"{self.max_total_tokens} tokens"] if self.max_total_tokens is not None else []
        words += [f"{self.max_cost_usd} US dollars"] if self.max_cost_usd is not None else []
        return " and ".join(words)


def no_price(model: str) -> str:
    """What to do where `max_cost_usd` meets a model without a price."""
    return (
        f"option 'max_cost_usd' needs a price, and there is none for '{model}'; state one by the option "
        "'teacher_price' (dollars for a million prompt and completion tokens), name the model by 'teacher_model' "
        f"if it is one of {', '.join(price_list()['models'])} (dated versions, too), or use 'max_total_tokens'."
    )


def look_again_s(used_share: float, used_a_second: float) -> float:
    """Seconds until what all processes together have spent must be read again.

    A quarter of the time that is left at the present speed, so that the looks grow dense towards the end.
    """
    if used_a_second <= 0:
        return SHORTEST_LOOK_S if used_share > 0 else 1.0
    left_s = max(0.0, 1.0 - used_share) / used_a_second
    return min(_LONGEST_LOOK_S, max(SHORTEST_LOOK_S, left_s / _LOOKS_TO_THE_END))


def record_tokens(catalog: Catalog) -> Tokens:
    """What one record of a catalog probably costs: the mean prompt over its slices, and a usual answer."""
    from shared.curriculum.slices import cut
    from shared.teacher.prompt import prompt_cost

    costs = {api.name: prompt_cost(api) for api in catalog.apis}
    slices = cut(catalog, cost=prompt_cost)
    characters = sum(costs[name] for part in slices for name in part.apis) / max(1, len(slices))
    prompt = _FIXED_PROMPT_TOKENS + characters / _CHARACTERS_PER_TOKEN
    return Tokens(
        prompt=round(prompt * _CALLS_PER_RECORD), completion=round(_ANSWER_TOKENS * _CALLS_PER_RECORD)
    )


def estimate(catalog: Catalog, options: Mapping[str, Any], model: str) -> dict[str, Any]:
    """What a run will probably take: `{"tokens", "cost_usd", "minutes"}`, the cost None where no price is known.

    Cached input is counted at the full price, so that the dollars are rather too many. The minutes are those to the
    dataset at 100,000 tokens and 600 calls a minute, whichever is less.
    """
    one = record_tokens(catalog)
    percent = 200 if options["judge"] else 100 + round(100 * options["judge_sample"])
    tokens = one.scaled(options["samples"] * percent, 100)
    if options.get("dpo_base_model"):
        tokens += _BASE_CALL.scaled(options["samples"], 1)
    dollars = TeacherPrice.of(options, model).cost(tokens)
    calls = options["samples"] * percent / 100 * _CALLS_PER_RECORD
    minutes = math.ceil(max(tokens.total / _TOKENS_A_MINUTE, calls / _CALLS_A_MINUTE))
    return {
        "tokens": tokens.total,
        "cost_usd": None if dollars is None else round(dollars, 4),
        "minutes": minutes,
    }
