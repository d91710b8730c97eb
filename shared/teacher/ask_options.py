"""How the teacher is asked for one record, and the requests that follow from it; pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from shared.errors import TransientError
from shared.ports.teacher import TeacherRequest
from shared.teacher.estimate import CHARACTERS_PER_TOKEN, unseen_answer
from shared.teacher.way import STRICTEST, Way
from shared.tokens import Tokens


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How the teacher is asked.

    Attributes:
        model: deployment that answers and judges.
        max_attempts: calls for a record at most, judgements not counted; 1 or more.
        judge: whether a valid record must also pass the judge.
        judge_sample: share of the accepted records that are judged to measure the dataset; they are kept whatever
            the judge says.
        way: what the service takes.
        max_completion_tokens: bound of an answer; doubled for one that broke off.
        longer_answers: how often it is doubled.
        token_characters: characters taken for one token of a call whose answer nobody saw.
        reasons: whether the model is known to think before it answers; its verdicts need room, too.
        reasoning_effort: how much it is to think; "" leaves it to the model.
        seed: asks for repeatable sampling; each index and attempt gets its own from it.
        timeout_s: deadline of one call.
        wanted: asked right before each call; the index is given up when it says no.
        told: told of each error that is waited for.
    """

    model: str
    max_attempts: int = 3
    judge: bool = False
    judge_sample: float = 0.0
    way: Way = STRICTEST
    max_completion_tokens: int = 8192
    longer_answers: int = 2
    reasons: bool = False
    token_characters: float = CHARACTERS_PER_TOKEN
    reasoning_effort: str = ""
    seed: int | None = None
    timeout_s: float = 300.0
    wanted: Callable[[], Awaitable[bool]] | None = None
    told: Callable[[TransientError, float], Awaitable[None]] | None = None

    def request(
        self,
        messages: tuple[dict[str, Any], ...],
        response_format: dict[str, Any] | None,
        max_completion_tokens: int,
        *,
        cache_key: str = "",
        number: int | None = None,
    ) -> TeacherRequest:
        """A call; `number` gives each its own seed, None sends none."""
        seed = None if self.seed is None or number is None else (self.seed + number) % 2**31
        return TeacherRequest(
            model=self.model,
            messages=messages,
            response_format=response_format,
            max_completion_tokens=max_completion_tokens,
            cache_key=cache_key,
            seed=seed,
            timeout_s=self.timeout_s,
            reasoning_effort=self.reasoning_effort,
            without=self.way.without,
            wanted=self.wanted,
            told=self.told,
        )

    def unseen(self, request: TeacherRequest) -> Tokens:
        """What a call cost whose answer nobody saw."""
        return unseen_answer(request, self.token_characters)
