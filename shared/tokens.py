"""Tokens that calls to a model cost: read, added up and written in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

KINDS = ("prompt", "cached", "completion")


class Tokens(Struct, frozen=True):
    """Tokens that calls to a model have cost; `cached` is the part of `prompt` billed at the cached price."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    @property
    def total(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt + self.completion

    @classmethod
    def of(cls, counts: Sequence[int]) -> Tokens:
        """From `[prompt, cached, completion]`, as messages carry them; missing ones are 0, others ignored."""
        return cls(*counts[:3])

    @classmethod
    def read(cls, counts: Mapping[str, Any]) -> Tokens:
        """From a stored object; missing kinds are 0, others ignored."""
        return cls(counts.get("prompt", 0), counts.get("cached", 0), counts.get("completion", 0))

    @classmethod
    def sum(cls, parts: Iterable[Tokens]) -> Tokens:
        """All of them together."""
        return sum(parts, cls())

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.prompt + other.prompt, self.cached + other.cached, self.completion + other.completion
        )

    def __sub__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.prompt - other.prompt, self.cached - other.cached, self.completion - other.completion
        )

    def scaled(self, times: int, of: int = 1) -> Tokens:
        """`times` `of`-ths of each kind, rounded up."""
        return Tokens(*(-(-count * times // of) for count in self.kinds().values()))

    def kinds(self) -> dict[str, int]:
        """`prompt`, `cached` and `completion`, as they are stored."""
        return {"prompt": self.prompt, "cached": self.cached, "completion": self.completion}

    def to_json(self) -> dict[str, int]:
        """`prompt` (cached ones included), `cached`, `completion` and `total`, as others are told."""
        return {**self.kinds(), "total": self.total}
