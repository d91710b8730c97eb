"""An assignment in the making, and what carries its variation."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.curriculum.blueprint import Flow


@dataclass(frozen=True, slots=True)
class Candidate:
    """An assignment before its variation is known.

    Attributes:
        focus: operations in a workable order.
        passed: flows between them.
        filled: optional arguments filled so far, as (api, parameter).
        fed: arguments that a flow gives, in the same form.
    """

    focus: tuple[str, ...]
    passed: tuple[Flow, ...]
    filled: tuple[tuple[str, str], ...] = ()
    fed: frozenset[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fed", frozenset((flow.consumer, flow.parameter) for flow in self.passed))


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a variation: the optional argument to be filled for it, if any, and a sentence for the teacher."""

    fill: tuple[str, str] | None = None
    note: str = ""
