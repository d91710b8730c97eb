"""Tokens that calls to a model cost: read, added up and written in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field, to_builtins


class Tokens(Struct, frozen=True, omit_defaults=True):
    """Tokens that calls to a model have cost; stored as `prompt`, `cached`, `completion`, the others where true.

    Attributes:
        prompt: tokens sent.
        cached: the part of `prompt` billed at the cached price.
        completion: tokens answered.
        reasoning: the part of `completion` that the model thought and did not say.
        estimated: whether some of it is reckoned from texts, because the service did not count.
    """

    # A default that a factory makes is written all the same.
    prompt: int = field(default_factory=int)
    cached: int = field(default_factory=int)
    completion: int = field(default_factory=int)
    reasoning: int = 0
    estimated: bool = False

    @property
    def total(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt + self.completion

    @classmethod
    def of(cls, counts: Sequence[int]) -> Tokens:
        """From `[prompt, cached, completion]`, as messages carry them; missing ones are 0, others ignored."""
        prompt, cached, completion = (*counts[:3], 0, 0, 0)[:3]
        return cls(prompt, cached, completion)

    @classmethod
    def read(cls, counts: Mapping[str, Any]) -> Tokens:
        """From a stored object; missing kinds are 0, others ignored."""
        return cls(
            counts.get("prompt", 0),
            counts.get("cached", 0),
            counts.get("completion", 0),
            counts.get("reasoning", 0),
            bool(counts.get("estimated", False)),
        )

    @classmethod
    def sum(cls, parts: Iterable[Tokens]) -> Tokens:
        """All of them together."""
        return sum(parts, cls())

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.completion + other.completion,
            self.reasoning + other.reasoning,
            self.estimated or other.estimated,
        )

    def __sub__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.prompt - other.prompt, self.cached - other.cached, self.completion - other.completion
        )

    def scaled(self, times: int, of: int = 1) -> Tokens:
        """`times` `of`-ths of each kind, rounded up."""
        prompt, cached, completion = (-(-count * times // of) for count in self.listed())
        return Tokens(prompt, cached, completion)

    def listed(self) -> list[int]:
        """`[prompt, cached, completion]`, as messages carry them."""
        return [self.prompt, self.cached, self.completion]

    def kinds(self) -> dict[str, int | bool]:
        """`prompt`, `cached` and `completion`, as they are stored; `reasoning` and `estimated` only where true."""
        counts: dict[str, int | bool] = to_builtins(self)
        return counts

    def to_json(self) -> dict[str, int | bool]:
        """`prompt` (cached ones included), `cached`, `completion` and `total`, as others are told.

        `reasoning` where a model thought, and `estimated` where the service did not count.
        """
        return {**self.kinds(), "total": self.total}
