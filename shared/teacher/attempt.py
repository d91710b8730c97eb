"""One index with the teacher: ask, validate, repair, judge, until a record is good or the attempts are used up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from copy import replace
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from shared.catalog.model import Api
from shared.curriculum.blueprint import Blueprint
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import ConfigurationError, PermanentError, TransientError, UnwantedError
from shared.plan.codes import finding
from shared.plan.record import record
from shared.plan.validate import PlanValidator
from shared.plan.wire import decode
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.teacher.judge import JUDGEMENT_SCHEMA, SCHEMA_NAME, judge_messages, read_verdict
from shared.teacher.prompt import assignment_message, repair_message, system_message
from shared.teacher.response_format import is_tolerant, record_format, strict_format
from shared.tokens import Tokens

LONGER = 2
"""An answer that broke off is asked for once more with this many times the tokens."""
_JUDGE_TOKENS = 512
_UNCOUNTED = frozenset({"interrupted", "unjudged"})
_ECHOED_CHARACTERS = 24_000
_ASKED_ANEW = 1


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How the teacher is asked.

    Attributes:
        model: deployment that answers and judges.
        max_attempts: calls for a record at most, judgements not counted; 1 or more.
        judge: whether a valid record must also pass the judge.
        response_mode: one of `response_format.MODES`.
        max_completion_tokens: bound of an answer; doubled once for one that broke off.
        seed: asks for repeatable sampling; each index and attempt gets its own from it.
        timeout_s: deadline of one call.
        wanted: asked right before each call; the index is given up when it says no.
    """

    model: str
    max_attempts: int = 3
    judge: bool = False
    response_mode: str = "json_schema"
    max_completion_tokens: int = 4096
    seed: int | None = None
    timeout_s: float = 300.0
    wanted: Callable[[], Awaitable[bool]] | None = None


class Interrupted(TransientError):
    """The teacher could not be reached in the middle of an index.

    Attributes:
        attempts: calls made so far, prior ones included: they are paid for and belong in the outcome.
        cause: the error of the call that failed.
    """

    def __init__(self, attempts: Sequence[Attempt], cause: TransientError) -> None:
        super().__init__(cause.message, code=cause.code, retry_after_s=cause.retry_after_s)
        self.attempts = tuple(attempts)
        self.cause = cause


class Refused(ConfigurationError):
    """The installation did not let the teacher be asked, in the middle of an index.

    Attributes:
        attempts: calls made so far, prior ones included.
    """

    def __init__(self, attempts: Sequence[Attempt], cause: ConfigurationError) -> None:
        super().__init__(cause.message, code=cause.code)
        self.attempts = tuple(attempts)


class GivenUp(UnwantedError):
    """The run was stopped in the middle of an index.

    Attributes:
        attempts: calls made so far, prior ones included.
    """

    def __init__(self, attempts: Sequence[Attempt], cause: UnwantedError) -> None:
        super().__init__(cause.message, code=cause.code)
        self.attempts = tuple(attempts)


@dataclass(slots=True)
class _Conversation:
    """What the next call sends: the fixed messages, a repair turn if there is one, and the answer's bound."""

    base: tuple[dict[str, Any], ...]
    cache_key: str
    max_completion_tokens: int
    repair: tuple[dict[str, Any], ...] = ()
    made_longer: bool = False
    asked_anew: dict[str, int] = field(default_factory=dict)


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

    How each kind of answer is handled:
        invalid, malformed, judged_bad: the errors go back with the answer, for a whole corrected one.
        length, truncated JSON: asked anew with twice the tokens, once.
        refusal, content_filter of the answer: asked anew, once. content_filter of the prompt: rejected.
        judge_unreadable: not a pass; asked anew.

    Raises:
        Interrupted: throttled or unreachable; carries the attempts made.
        GivenUp: no longer wanted; carries the attempts made.
        Refused: the teacher's ConfigurationError; carries the attempts made.
        PermanentError: `unsupported_response_format`; ask in `next_mode`.
    """
    asking = _Asking(blueprint, apis, validator, teacher, options, task_id, created_at, list(prior))
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
        attempts: list[Attempt],
    ) -> None:
        self.blueprint, self.apis, self.validator = blueprint, apis, validator
        self.teacher, self.options = teacher, options
        self.task_id, self.created_at = task_id, created_at
        self.attempts = attempts
        self.model = ""
        self.accepted: dict[str, Any] | None = None
        system = system_message(apis)
        self.talk = _Conversation(
            base=(
                {"role": "system", "content": system},
                {"role": "user", "content": assignment_message(blueprint)},
            ),
            cache_key=blake2b(system.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest(),
            max_completion_tokens=options.max_completion_tokens,
        )

    async def run(self) -> Outcome:
        again = True
        while again and self._counted() < self.options.max_attempts:
            try:
                reply = await self._call(self._request())
            except PermanentError as error:
                if error.code == "unsupported_response_format":
                    raise
                return self._refused(error)
            self.model = reply.model or self.model
            attempt = await self._weigh(reply)
            self.attempts.append(attempt)
            again = self.accepted is None and self._prepare(attempt, reply)
        return self._outcome()

    def _counted(self) -> int:
        return sum(attempt.result not in _UNCOUNTED for attempt in self.attempts)

    async def _call(self, request: TeacherRequest, unjudged: Attempt | None = None) -> TeacherReply:
        try:
            return await self.teacher.complete(request)
        except (TransientError, UnwantedError, ConfigurationError) as error:
            paid = [*self.attempts, *([replace(unjudged, result="unjudged")] if unjudged else [])]
            if isinstance(error, UnwantedError):
                raise GivenUp(paid, error) from error
            if isinstance(error, ConfigurationError):
                raise Refused(paid, error) from error
            raise Interrupted(paid, error) from error

    def _request(self) -> TeacherRequest:
        seed = self.options.seed
        number = self.blueprint.index * 64 + len(self.attempts)
        return TeacherRequest(
            model=self.options.model,
            messages=(*self.talk.base, *self.talk.repair),
            response_format=record_format(self.options.response_mode),
            max_completion_tokens=self.talk.max_completion_tokens,
            cache_key=self.talk.cache_key,
            seed=None if seed is None else (seed + number) % 2**31,
            timeout_s=self.options.timeout_s,
            wanted=self.options.wanted,
        )

    async def _weigh(self, reply: TeacherReply) -> Attempt:
        """What an answer is worth; sets `accepted` when it is good."""
        attempt = Attempt("valid", reply.tokens, reply.latency_ms)
        unusable = _unusable(reply)
        if unusable:
            return replace(attempt, result=unusable)
        decoded, errors = decode(reply.text, tolerant=is_tolerant(self.options.response_mode))
        if decoded is None:
            return replace(attempt, result="malformed", errors=tuple(errors))
        whole = record(
            self.task_id, decoded, self.blueprint, self.created_at, self.model or self.options.model
        )
        errors = self.validator.errors(whole)
        if errors:
            return replace(attempt, result="invalid", errors=tuple(errors), plan=whole["plan"])
        if self.options.judge:
            attempt = await self._judged(decoded, attempt)
        if attempt.result == "valid":
            self.accepted = whole
        return attempt

    async def _judged(self, decoded: dict[str, Any], attempt: Attempt) -> Attempt:
        mode = self.options.response_mode
        request = TeacherRequest(
            model=self.options.model,
            messages=judge_messages(decoded, self.validator.catalog.apis),
            response_format=strict_format(mode, SCHEMA_NAME, JUDGEMENT_SCHEMA),
            max_completion_tokens=_JUDGE_TOKENS,
            timeout_s=self.options.timeout_s,
            wanted=self.options.wanted,
        )
        try:
            reply = await self._call(request, attempt)
        except PermanentError as error:
            if error.code == "unsupported_response_format":
                raise
            return replace(attempt, result="judge_unreadable")
        attempt = replace(
            attempt, tokens=attempt.tokens + reply.tokens, latency_ms=attempt.latency_ms + reply.latency_ms
        )
        verdict = None if _unusable(reply) else read_verdict(reply.text, tolerant=is_tolerant(mode))
        if verdict is None:
            return replace(attempt, result="judge_unreadable")
        if verdict.passes:
            return attempt
        message = f"score {verdict.score} of 5: {verdict.reason}"
        return replace(attempt, result="judged_bad", errors=(finding("judged_bad", message),))

    def _prepare(self, attempt: Attempt, reply: TeacherReply) -> bool:
        """Set up the next call; False if asking again is no use."""
        talk = self.talk
        if attempt.result == "length" or any(error["code"] == "truncated_json" for error in attempt.errors):
            if talk.made_longer:
                return False
            talk.made_longer, talk.repair = True, ()
            talk.max_completion_tokens *= LONGER
            return True
        if attempt.result in ("refusal", "content_filter"):
            talk.repair = ()
            talk.asked_anew[attempt.result] = talk.asked_anew.get(attempt.result, 0) + 1
            return talk.asked_anew[attempt.result] <= _ASKED_ANEW
        if attempt.result == "judge_unreadable":
            talk.repair = ()
            return True
        talk.repair = (
            {"role": "assistant", "content": reply.text[:_ECHOED_CHARACTERS]},
            {"role": "user", "content": repair_message(attempt.errors)},
        )
        return True

    def _refused(self, error: PermanentError) -> Outcome:
        """The service would not take the request at all."""
        if error.code == "content_filter":
            self.attempts.append(Attempt("content_filter", Tokens()))
            return self._outcome()
        errors = ({"code": error.code, "step": None, "path": "", "message": error.message},)
        return replace(self._outcome(), status="failed", reason=error.code, errors=errors)

    def _outcome(self) -> Outcome:
        last = self.attempts[-1] if self.attempts else None
        return Outcome(
            index=self.blueprint.index,
            status="accepted" if self.accepted else "rejected",
            reason="" if self.accepted or last is None else _reason(last),
            record=self.accepted,
            attempts=tuple(self.attempts),
            errors=() if self.accepted or last is None else last.errors,
            blueprint=_asked_for(self.blueprint),
            model=self.model,
        )


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
