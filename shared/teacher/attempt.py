"""One index with the teacher: ask, validate, repair, judge, until a record is good or the attempts are used up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from copy import replace
from dataclasses import dataclass
from typing import Any

from shared.catalog.model import Api
from shared.curriculum.blueprint import Blueprint
from shared.dataset.outcome import FAULTS, Attempt, Outcome
from shared.errors import ConfigurationError, PermanentError, PlansmithError, TransientError, UnwantedError
from shared.plan.codes import errors_of, finding, warnings_of
from shared.plan.record import record
from shared.plan.validate import PlanValidator
from shared.plan.wire import decode
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.scrub.text import scrub_text
from shared.teacher.begun import ECHOED_CHARACTERS, Begun, GivenUp, Interrupted, NotTaken, Refused
from shared.teacher.conversation import Conversation
from shared.teacher.estimate import CHARACTERS_PER_TOKEN, unseen_answer
from shared.teacher.judge import (
    JUDGEMENT_SCHEMA,
    SCHEMA_NAME,
    Verdict,
    is_sampled,
    judge_messages,
    read_verdict,
)
from shared.teacher.prompt import assignment_message, system_message
from shared.teacher.response_format import is_tolerant, record_format, strict_format
from shared.tokens import Tokens

__all__ = ["AskOptions", "GivenUp", "Interrupted", "NotTaken", "Refused", "make_record"]

_JUDGE_TOKENS = 512
_UNCOUNTED = frozenset({"interrupted", "unjudged"})


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How the teacher is asked.

    Attributes:
        model: deployment that answers and judges.
        max_attempts: calls for a record at most, judgements not counted; 1 or more.
        judge: whether a valid record must also pass the judge.
        judge_sample: share of the accepted records that are judged to measure the dataset; they are kept whatever
            the judge says.
        response_mode: one of `response_format.MODES`.
        without: fields that the service refuses.
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
    response_mode: str = "json_schema"
    without: frozenset[str] = frozenset()
    max_completion_tokens: int = 8192
    longer_answers: int = 2
    reasons: bool = False
    token_characters: float = CHARACTERS_PER_TOKEN
    reasoning_effort: str = ""
    seed: int | None = None
    timeout_s: float = 300.0
    wanted: Callable[[], Awaitable[bool]] | None = None
    told: Callable[[TransientError, float], Awaitable[None]] | None = None


async def make_record(
    *,
    blueprint: Blueprint,
    apis: Sequence[Api],
    validator: PlanValidator,
    teacher: Teacher,
    options: AskOptions,
    task_id: str,
    created_at: str,
    now: Callable[[], str],
    prior: Sequence[Attempt] = (),
    last_text: str = "",
) -> Outcome:
    """The outcome of one index: an accepted record that passes `validator` (and the judge), or why there is none.

    Args:
        blueprint: what the record is to teach.
        apis: the slice that the teacher sees.
        validator: of the whole catalog.
        teacher: the chat model.
        options: how it is asked.
        task_id: goes into the record as it is.
        created_at: goes into the record as it is; ISO 8601 UTC.
        now: time of finishing, ISO 8601 UTC.
        prior: attempts of an earlier, interrupted try; they are kept in the outcome, and all but those with result
            `interrupted` or `unjudged` count towards `max_attempts`.
        last_text: words of the last of them; with them the index goes on where it stopped.

    How each kind of answer is handled: see `Conversation.after`. Whatever was or may have been paid is an attempt
    with its tokens and counts: an answer that cannot be read (`FAULTS`), a call that was not answered in time. A prompt
    that the content filter refuses is rejected at once.

    Raises:
        Interrupted: throttled or unreachable; carries the attempts made.
        GivenUp: no longer wanted; carries the attempts made.
        Refused: the teacher's ConfigurationError; carries the attempts made.
        NotTaken: `unsupported_response_format` or `unsupported_field`; ask in the way `Way.after` says.
    """
    begun = Begun(tuple(prior), last_text)
    asking = _Asking(blueprint, apis, validator, teacher, options, task_id, created_at, begun)
    return replace(await asking.run(), finished_at=now())


class _Asking:
    def __init__(
        self,
        blueprint: Blueprint,
        apis: Sequence[Api],
        validator: PlanValidator,
        teacher: Teacher,
        options: AskOptions,
        task_id: str,
        created_at: str,
        begun: Begun,
    ) -> None:
        self.blueprint, self.apis, self.validator = blueprint, apis, validator
        self.teacher, self.options = teacher, options
        self.task_id, self.created_at = task_id, created_at
        self.attempts, self.text = list(begun.attempts), begun.text
        self.model = ""
        self.accepted: dict[str, Any] | None = None
        self.failure: PermanentError | None = None
        self.verdict: Verdict | None = None
        system = system_message(apis)
        self.talk = Conversation(
            base=(
                {"role": "system", "content": system},
                {"role": "user", "content": assignment_message(blueprint)},
            ),
            max_completion_tokens=options.max_completion_tokens,
            longer_answers=options.longer_answers,
        )
        for attempt in self.attempts:
            self.talk.after(attempt, self.text)

    async def run(self) -> Outcome:
        again = await self._go_on()
        while again and self._counted() < self.options.max_attempts:
            again = await self._attempt()
        return self._outcome()

    async def _go_on(self) -> bool:
        """Judge a good answer whose verdict was interrupted; whether the teacher is to be asked."""
        if not self.text or not self.attempts or self.attempts[-1].result != "unjudged":
            return True
        last = self.attempts.pop()
        return await self._take(
            TeacherReply(self.text, "stop", tokens=last.tokens, latency_ms=last.latency_ms)
        )

    async def _attempt(self) -> bool:
        """Ask once; whether to ask again."""
        request = self._request()
        try:
            reply = await self._call(request)
        except PermanentError as error:
            return self._refused(error, request)
        except TransientError as error:
            if not error.may_be_paid:
                raise
            result = "timed_out" if error.code == "timeout" else "broken_off"
            return self._unread(result, error.message, self._unseen(request))
        self.model = reply.model or self.model
        return await self._take(reply)

    async def _take(self, reply: TeacherReply) -> bool:
        """Weigh an answer, keep it as an attempt; whether to ask again."""
        self.text = reply.text[:ECHOED_CHARACTERS]
        attempt = await self._weigh(reply)
        self.attempts.append(attempt)
        return self.accepted is None and self.talk.after(attempt, self.text)

    def _unread(self, result: str, why: str, tokens: Tokens) -> bool:
        """Keep a call as an attempt whose answer nobody has read; whether to ask again."""
        self.text = ""
        attempt = Attempt(result, tokens, errors=(_said(result, why),))
        self.attempts.append(attempt)
        return self.talk.after(attempt, "")

    def _unseen(self, request: TeacherRequest) -> Tokens:
        return unseen_answer(request, self.options.token_characters)

    def _counted(self) -> int:
        return sum(attempt.result not in _UNCOUNTED for attempt in self.attempts)

    async def _call(self, request: TeacherRequest, unjudged: Attempt | None = None) -> TeacherReply:
        try:
            return await self.teacher.complete(request)
        except PlansmithError as error:
            paid = [*self.attempts, *([replace(unjudged, result="unjudged")] if unjudged else [])]
            stopped = _stopped(error, Begun(tuple(paid), self.text))
            if stopped is None:
                raise
            raise stopped from error

    def _request(self) -> TeacherRequest:
        seed = self.options.seed
        number = self.blueprint.index * 64 + len(self.attempts)
        return TeacherRequest(
            model=self.options.model,
            messages=self.talk.messages,
            response_format=record_format(self.options.response_mode),
            max_completion_tokens=self.talk.max_completion_tokens,
            cache_key=self.talk.cache_key,
            seed=None if seed is None else (seed + number) % 2**31,
            timeout_s=self.options.timeout_s,
            reasoning_effort=self.options.reasoning_effort,
            without=self.options.without,
            wanted=self.options.wanted,
            told=self.options.told,
        )

    async def _weigh(self, reply: TeacherReply) -> Attempt:
        """What an answer is worth; sets `accepted` when it is good."""
        attempt = Attempt("valid", reply.tokens, reply.latency_ms)
        if reply.fault:
            return replace(attempt, result=reply.fault, errors=(_said(reply.fault, reply.said),))
        unusable = _unusable(reply)
        if unusable:
            return replace(attempt, result=unusable)
        decoded, errors = decode(reply.text, tolerant=is_tolerant(self.options.response_mode))
        if decoded is None:
            return replace(attempt, result="malformed", errors=tuple(errors))
        whole = record(
            self.task_id, decoded, self.blueprint, self.created_at, self.model or self.options.model
        )
        found = self.validator.findings(whole)
        errors = errors_of(found)
        if errors:
            return replace(attempt, result="invalid", errors=tuple(errors), plan=whole["plan"])
        if self.options.judge:
            attempt = await self._judged(decoded, attempt, warnings_of(found))
        elif is_sampled(self.blueprint.index, self.options.seed, self.options.judge_sample):
            attempt = await self._measured(decoded, attempt, warnings_of(found))
        if attempt.result == "valid":
            self.accepted = whole
        return attempt

    async def _measured(
        self, decoded: dict[str, Any], attempt: Attempt, warnings: list[dict[str, Any]]
    ) -> Attempt:
        """The attempt with the judge's tokens; its verdict is kept and refuses nothing, and may be missing."""
        try:
            judged = await self._judged(decoded, attempt, warnings)
        except (Interrupted, GivenUp, Refused):
            return attempt
        return replace(attempt, tokens=judged.tokens, latency_ms=judged.latency_ms)

    async def _judged(
        self, decoded: dict[str, Any], attempt: Attempt, warnings: list[dict[str, Any]]
    ) -> Attempt:
        mode = self.options.response_mode
        request = TeacherRequest(
            model=self.options.model,
            messages=judge_messages(decoded, self.validator.catalog.apis, warnings),
            response_format=strict_format(mode, SCHEMA_NAME, JUDGEMENT_SCHEMA),
            max_completion_tokens=self._judge_tokens(attempt),
            timeout_s=self.options.timeout_s,
            reasoning_effort=self.options.reasoning_effort,
            without=self.options.without,
            wanted=self.options.wanted,
            told=self.options.told,
        )
        try:
            reply = await self._call(request, attempt)
        except (PermanentError, TransientError) as error:
            if isinstance(error, NotTaken | Interrupted):
                raise
            tokens = self._unseen(request) if _is_paid(error) else Tokens()
            return replace(attempt, result="judge_unreadable", tokens=attempt.tokens + tokens)
        attempt = replace(
            attempt, tokens=attempt.tokens + reply.tokens, latency_ms=attempt.latency_ms + reply.latency_ms
        )
        unusable = reply.fault or _unusable(reply)
        verdict = None if unusable else read_verdict(reply.text, tolerant=is_tolerant(mode))
        if verdict is None:
            return replace(attempt, result="judge_unreadable")
        self.verdict = verdict
        if verdict.passes:
            return attempt
        message = f"{verdict.weakest.replace('_', ' ')}: score {verdict.score} of 5: {verdict.reason}"
        return replace(attempt, result="judged_bad", errors=(finding("judged_bad", message),))

    def _judge_tokens(self, attempt: Attempt) -> int:
        """A verdict is short, unless the model thinks before it gives it."""
        thinks = self.options.reasons or attempt.tokens.reasoning > 0
        return self.options.max_completion_tokens if thinks else _JUDGE_TOKENS

    def _refused(self, error: PermanentError, request: TeacherRequest) -> bool:
        """The service would not take the request at all, or has nothing to show for it; whether to ask again."""
        if isinstance(error, NotTaken):
            raise error
        if error.code == "content_filter":
            self.attempts.append(Attempt("content_filter", Tokens()))
            return False
        if _is_paid(error):
            return self._unread("generation_failed", error.message, self._unseen(request))
        self.failure = error
        return False

    def _outcome(self) -> Outcome:
        last = self.attempts[-1] if self.attempts else None
        outcome = Outcome(
            index=self.blueprint.index,
            status="accepted" if self.accepted else "rejected",
            reason="" if self.accepted or last is None else _reason(last),
            record=self.accepted,
            attempts=tuple(self.attempts),
            errors=() if self.accepted or last is None else last.errors,
            blueprint=_asked_for(self.blueprint),
            model=self.model,
            judgement=self.verdict.kept() if self.accepted and self.verdict else None,
        )
        if self.failure is None:
            return outcome
        errors = (_said(self.failure.code, self.failure.message),)
        return replace(outcome, status="failed", reason=self.failure.code, errors=errors)


def _stopped(error: PlansmithError, begun: Begun) -> PlansmithError | None:
    """The error that ends the index for now, with what is paid; None where it only ends the call."""
    if isinstance(error, UnwantedError):
        return GivenUp(begun, error)
    if isinstance(error, ConfigurationError):
        return Refused(begun, error)
    if isinstance(error, TransientError):
        return None if error.may_be_paid else Interrupted(begun, error)
    if isinstance(error, PermanentError) and error.code in (
        "unsupported_response_format",
        "unsupported_field",
    ):
        return NotTaken(begun, error)
    return None


def _is_paid(error: PlansmithError) -> bool:
    paid = isinstance(error, TransientError) and error.may_be_paid
    return paid or error.code == "generation_failed"


def _said(code: str, words: str) -> dict[str, Any]:
    """An error of the answer as a whole; a service may repeat what it was given, a key for instance."""
    message = scrub_text(words) if words else FAULTS.get(code, "")
    return {"code": code, "step": None, "path": "", "message": message}


def _unusable(reply: TeacherReply) -> str:
    """Why an answer holds nothing to read: `refusal`, `content_filter`, `length`; "" if it may hold a plan."""
    if reply.refusal or reply.finish_reason == "refusal":
        return "refusal"
    return reply.finish_reason if reply.finish_reason in ("content_filter", "length") else ""


def _reason(last: Attempt) -> str:
    """Why a record was rejected: the first error's code where there is one, else the result itself."""
    if last.result in ("invalid", "malformed") and last.errors:
        return str(last.errors[0]["code"])
    return last.result


def _asked_for(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "slice": blueprint.slice,
        "focus": list(blueprint.focus),
        "shape": blueprint.shape,
        "variation": blueprint.variation,
        "difficulty": blueprint.difficulty,
        "seed_task": blueprint.seed_task,
    }
