"""What tokens cost by the list: the table beside this file, or one that an installation gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from shared.tokens import Tokens

EMULATOR = "emulator-"
"""Models whose name starts like this are an emulator's: their answers are not a language model's."""

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_TUNED = re.compile(r"\.ft-.*$")


@cache
def price_list() -> dict[str, Any]:
    """The shipped table: `as_of`, `note`, `models` {name: {`input`, `cached_input`, `output`, `training`?}}.

    Dollars per million tokens. Do not change what it returns.
    """
    text = resources.files(__package__).joinpath("prices.json").read_bytes()
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded


def model_price(model: str, prices: Mapping[str, Any] | None = None) -> Mapping[str, float] | None:
    """The price entry of `model`, or None.

    `prices` is a whole table or its `models`, the shipped one by default. The dated name of a version
    (`gpt-4.1-2025-04-14`) and of a fine-tuned model (`gpt-4.1-2025-04-14.ft-…`) costs what its base does.
    """
    table = price_list() if prices is None else prices
    models: Mapping[str, Any] = table.get("models", table)
    name = model.lower()
    for known in (name, _TUNED.sub("", name), _DATED.sub("", _TUNED.sub("", name))):
        if isinstance(models.get(known), Mapping):
            entry: Mapping[str, float] = models[known]
            return entry
    return None


def cost(tokens: Tokens, model: str, prices: Mapping[str, Any] | None = None) -> float | None:
    """Dollars for `tokens` of `model`; cached prompt tokens at their own price. None if no price is known."""
    price = model_price(model, prices)
    if price is None or "input" not in price or "output" not in price:
        return None
    cached = min(tokens.cached, tokens.prompt)
    return (
        (tokens.prompt - cached) * price["input"]
        + cached * price.get("cached_input", price["input"])
        + tokens.completion * price["output"]
    ) / 1_000_000


@dataclass(frozen=True, slots=True)
class TeacherPrice:
    """How the teacher's tokens of one run are priced.

    Attributes:
        stated: the price that the run itself states, None if it states none.
        model: the model that the run says is behind the deployment, "" if it says nothing.
        deployment: the teacher's deployment; often named after its model.
        table: a price table, None for the shipped one.
    """

    stated: Mapping[str, float] | None
    model: str
    deployment: str
    table: Mapping[str, Any] | None = None

    @classmethod
    def of(
        cls, options: Mapping[str, Any], deployment: str, table: Mapping[str, Any] | None = None
    ) -> TeacherPrice:
        """As `teacher_price` and `teacher_model` of a run's options say."""
        given = options.get("teacher_price") or {}
        prompt, cached, completion = (given.get(kind) for kind in ("prompt", "cached", "completion"))
        stated = None
        if prompt is not None and completion is not None:
            stated = {
                "input": prompt,
                "output": completion,
                "cached_input": prompt if cached is None else cached,
            }
        return cls(stated, str(options.get("teacher_model") or ""), deployment, table)

    def entry(self, named: str = "") -> Mapping[str, float] | None:
        """The price entry; `named` is the model that the service names in its answers. None if none is known."""
        if self.stated is not None:
            return self.stated
        names = (self.model,) if self.model else (named, self.deployment)
        if is_emulator(named) and not self.model:
            return None
        found = (model_price(name, self.table) for name in names if name)
        return next((price for price in found if price and {"input", "output"} <= price.keys()), None)

    def cost(self, tokens: Tokens, named: str = "") -> float | None:
        """Dollars for `tokens`; None if no price is known."""
        price = self.entry(named)
        return None if price is None else cost(tokens, "it", {"it": price})


def is_emulator(model: str) -> bool:
    """Whether `model` is one of an emulator."""
    return model.startswith(EMULATOR)
