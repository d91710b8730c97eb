"""A service that misbehaves by a mix of habits, and keeps books of what it bills."""

from __future__ import annotations

import random
from collections.abc import Mapping
from copy import replace
from dataclasses import dataclass, field

from shared.errors import (
    ConfigurationError,
    PermanentError,
    PlansmithError,
    RefusedFieldError,
    ThrottledError,
    TransientError,
)
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.tokens import Tokens
from tests.builders.teachers import PlanningTeacher

HABITS = (
    "good",
    "invalid",
    "cut",
    "refusal",
    "bad_response",
    "no_choice",
    "error_answer",
    "unreadable_content",
    "empty_answer",
    "uncounted",
    "timeout",
    "broken_off",
    "generation_failed",
    "throttled",
    "unreachable",
    "service_error",
    "content_filter",
    "bad_request",
)
"""What may become of a call."""
_FAULTS = frozenset({"bad_response", "no_choice", "error_answer", "unreadable_content", "empty_answer"})
_RAISED: Mapping[str, PlansmithError] = {
    "timeout": TransientError("no answer in time", code="timeout", may_be_paid=True),
    "broken_off": TransientError("it broke off", code="connection", may_be_paid=True),
    "generation_failed": PermanentError("no such form", code="generation_failed"),
    "throttled": ThrottledError("slow down", code="throttled", retry_after_s=90),
    "unreachable": TransientError("nobody listens", code="connection"),
    "service_error": TransientError("HTTP 500", code="service_error"),
    "content_filter": PermanentError("filtered", code="content_filter"),
    "bad_request": PermanentError("HTTP 400: no", code="bad_request"),
}
_MAY_BE_BILLED = frozenset({"timeout", "broken_off", "generation_failed"})


@dataclass
class OddService:
    """A teacher that answers by the drawn habit of each call.

    Attributes:
        weights: how often each of `HABITS` is drawn.
        refused_fields: fields that it does not take.
        gone_after: calls after which its quota is used up, until `mended`; None for never.
        billed: tokens of all answers, as it counts them.
        unseen: whether some of that cannot be known exactly from its answers.
        largest: tokens of its dearest call.
    """

    weights: Mapping[str, float]
    refused_fields: frozenset[str] = frozenset()
    gone_after: int | None = None
    seed: int = 0
    calls: int = 0
    billed: int = 0
    unseen: bool = False
    largest: int = 0
    mended: bool = False
    _planning: PlanningTeacher = field(default_factory=PlanningTeacher)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """See Teacher."""
        for name in sorted(self.refused_fields - request.without):
            raise RefusedFieldError(f"'{name}' is not supported", field=name)
        self.calls += 1
        if self.gone_after is not None and self.calls > self.gone_after and not self.mended:
            raise ConfigurationError("the quota is used up", code="insufficient_quota")
        habit = self._random.choices(list(self.weights), list(self.weights.values()))[0]
        if habit in _RAISED:
            if habit in _MAY_BE_BILLED:
                self.unseen = True
                self._bill(Tokens(120, 0, 30) if self._random.random() < 0.5 else Tokens())
            raise _RAISED[habit]
        return self._answer(await self._planning.complete(request), habit)

    def _answer(self, good: TeacherReply, habit: str) -> TeacherReply:
        tokens = Tokens(100 + self._random.randrange(50), 0, 20 + self._random.randrange(30))
        self._bill(tokens)
        if habit == "uncounted":
            self.unseen = True
            return replace(good, tokens=replace(tokens, completion=tokens.completion + 7, estimated=True))
        good = replace(good, tokens=tokens)
        if habit in _FAULTS:
            return replace(good, text="", fault=habit, said="odd")
        if habit == "invalid":
            return replace(good, text=good.text.replace('"action"', '"deed"'))
        if habit == "cut":
            return replace(good, text=good.text[:50], finish_reason="length")
        return replace(good, text="", refusal="I cannot.") if habit == "refusal" else good

    def _bill(self, tokens: Tokens) -> None:
        self.billed += tokens.total
        self.largest = max(self.largest, tokens.total)
