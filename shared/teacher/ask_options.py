"""How a teacher is asked: what a run wants, what its service takes, and the requests that follow; pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import orjson
from msgspec import Struct

from shared import stored
from shared.errors import TransientError
from shared.ports.teacher import TeacherRequest
from shared.teacher.estimate import CHARACTERS_PER_TOKEN, unseen_answer
from shared.tokens import Tokens

MODES = ("json_schema", "json_object", "text")
"""From the strictest: a schema the service keeps, any JSON object, plain text read tolerantly."""


@dataclass(frozen=True, slots=True)
class Way:
    """What one deployment takes.

    Attributes:
        response_mode: one of `MODES`.
        without: fields that it refuses.
    """

    response_mode: str = MODES[0]
    without: frozenset[str] = frozenset()

    @property
    def is_tolerant(self) -> bool:
        """Whether answers may be wrapped in prose or fences, as no schema bounds them."""
        return self.response_mode != "json_schema"

    def form(self, name: str, schema: dict[str, Any]) -> dict[str, Any] | None:
        """`response_format` of a request for an answer of `schema`, None for plain text."""
        if self.response_mode == "json_schema":
            return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
        return {"type": "json_object"} if self.response_mode == "json_object" else None

    def after(self, field: str) -> Way | None:
        """The way to ask after `field` was refused; None if there is none left."""
        if field == "response_format":
            looser = MODES[MODES.index(self.response_mode) + 1 :]
            return replace(self, response_mode=looser[0]) if looser else None
        return None if field in self.without else replace(self, without=self.without | {field})

    def joined(self, other: Way) -> Way:
        """What both have learnt: the looser form, every refused field."""
        mode = max(self.response_mode, other.response_mode, key=MODES.index)
        return Way(mode, self.without | other.without)

    def to_json(self) -> bytes:
        """As `from_json` reads it."""
        return orjson.dumps({"response_mode": self.response_mode, "without": sorted(self.without)})

    @classmethod
    def from_json(cls, data: bytes) -> Way:
        """What `to_json` wrote; what another version knows otherwise counts as not learnt yet."""
        found = stored.read_line(_Stored, data) or _Stored()
        mode = found.response_mode if found.response_mode in MODES else MODES[0]
        return cls(mode, frozenset(found.without))


STRICTEST = Way()
"""How a service is asked of which nothing is known."""


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
        form: tuple[str, dict[str, Any]],
        max_completion_tokens: int,
        *,
        cache_key: str = "",
        number: int | None = None,
    ) -> TeacherRequest:
        """A call for an answer of a form (name and schema); `number` gives each its own seed, None sends none."""
        seed = None if self.seed is None or number is None else (self.seed + number) % 2**31
        return TeacherRequest(
            model=self.model,
            messages=messages,
            response_format=self.way.form(*form),
            max_completion_tokens=max_completion_tokens,
            cache_key=cache_key,
            seed=seed,
            timeout_s=self.timeout_s,
            reasoning_effort=self.reasoning_effort,
            without=self.way.without,
            wanted=self.wanted,
            told=self.told,
        )

    def is_sampled(self, index: int) -> bool:
        """Whether an index is judged to measure the dataset: by its own draw, the same every time."""
        drawn = blake2b(f"judged:{self.seed or 0}:{index}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn) < self.judge_sample * 2**64

    def unseen(self, request: TeacherRequest) -> Tokens:
        """What a call cost whose answer nobody saw."""
        return unseen_answer(request, self.token_characters)


class _Stored(Struct, frozen=True):
    response_mode: str = MODES[0]
    without: tuple[str, ...] = ()
