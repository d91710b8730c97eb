"""One index with the teacher: ask, validate, repair, judge, until a record is good or the attempts are used up."""

from __future__ import annotations

from copy import replace
from functools import partial
from typing import Any

from shared.curriculum.blueprint import Blueprint
from shared.dataset.outcome import Attempt, Outcome
from shared.errors import PermanentError, PlansmithError, TransientError
from shared.plan.record import record
from shared.plan.validate import PlanValidator
from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.teacher.ask_options import AskOptions
from shared.teacher.assignment import Assignment
from shared.teacher.begun import ECHOED_CHARACTERS, Begun, NotTaken
from shared.teacher.conversation import Conversation
from shared.teacher.judge import Verdict, judge_messages
from shared.teacher.judging import judged, measured
from shared.teacher.worth import is_paid, reason_of, said, stopped, weigh
from shared.tokens import Tokens

_UNCOUNTED = frozenset({"interrupted", "unjudged"})


async def make_record(
    assignment: Assignment, begun: Begun, validator: PlanValidator, teacher: Teacher, options: AskOptions
) -> Outcome:
    """The outcome of one index: an accepted record that passes `validator` (and the judge), or why there is none.

    When it ended is left to the caller.

    Args:
        assignment: what the record is to be.
        begun: an earlier, interrupted try. Its attempts are kept in the outcome, and all but those with result
            `interrupted` or `unjudged` count towards `max_attempts`; with the words of the last of them the index goes
            on where it stopped.
        validator: of the whole catalog.
        teacher: the chat model.
        options: how it is asked.

    How each kind of answer is handled: see `Conversation.after`. Whatever was or may have been paid is an attempt
    with its tokens and counts: an answer that cannot be read (`FAULTS`), a call that was not answered in time. A prompt
    that the content filter refuses is rejected at once.

    Raises:
        Interrupted: throttled or unreachable; carries the attempts made.
        GivenUp: no longer wanted; carries the attempts made.
        Refused: the teacher's ConfigurationError; carries the attempts made.
        NotTaken: `unsupported_response_format` or `unsupported_field`; ask in the way `Way.after` says.
    """
    return await _Asking(assignment, begun, validator, teacher, options).run()


class _Asking:
    def __init__(
        self,
        assignment: Assignment,
        begun: Begun,
        validator: PlanValidator,
        teacher: Teacher,
        options: AskOptions,
    ) -> None:
        self.assignment, self.blueprint = assignment, assignment.blueprint
        self.validator, self.teacher, self.options = validator, teacher, options
        self.attempts, self.text, self.model = list(begun.attempts), begun.text, begun.model
        self.accepted: dict[str, Any] | None = None
        self.failure: PermanentError | None = None
        self.verdict: Verdict | None = None
        self.talk = Conversation(
            base=assignment.messages(),
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
            if self.options.told is not None:
                await self.options.told(error, 0.0)
            result = "timed_out" if error.code == "timeout" else "broken_off"
            return self._unread(result, error.message, self.options.unseen(request))
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
        attempt = Attempt(result, tokens, errors=(said(result, why),))
        self.attempts.append(attempt)
        return self.talk.after(attempt, "")

    def _counted(self) -> int:
        return sum(attempt.result not in _UNCOUNTED for attempt in self.attempts)

    async def _call(self, request: TeacherRequest, unjudged: Attempt | None = None) -> TeacherReply:
        try:
            return await self.teacher.complete(request)
        except PlansmithError as error:
            paid = [*self.attempts, *([replace(unjudged, result="unjudged")] if unjudged else [])]
            ending = stopped(error, Begun(tuple(paid), self.text, self.model))
            if ending is None:
                raise
            raise ending from error

    def _request(self) -> TeacherRequest:
        return self.options.request(
            (*self.talk.base, *self.talk.repair),
            (SCHEMA_NAME, WIRE_SCHEMA),
            self.talk.max_completion_tokens,
            cache_key=self.assignment.briefing.cache_key,
            number=self.blueprint.index * 64 + len(self.attempts),
        )

    async def _weigh(self, reply: TeacherReply) -> Attempt:
        """What an answer is worth; sets `accepted` when it is good."""
        whole = partial(
            record,
            self.assignment.task_id,
            blueprint=self.blueprint,
            created_at=self.assignment.created_at,
            model=self.model or self.options.model,
        )
        attempt, made, warnings = weigh(reply, self.validator, whole, tolerant=self.options.way.is_tolerant)
        if made is None:
            return attempt
        if self.options.judge or self.options.is_sampled(self.blueprint.index):
            ask = judged if self.options.judge else measured
            messages = judge_messages(made, self.validator.catalog.apis, warnings)
            attempt, self.verdict = await ask(attempt, messages, self.options, self._call)
        if attempt.result == "valid":
            self.accepted = made
        return attempt

    def _refused(self, error: PermanentError, request: TeacherRequest) -> bool:
        """The service would not take the request at all, or has nothing to show for it; whether to ask again."""
        if isinstance(error, NotTaken):
            raise error
        if error.code == "content_filter":
            self.attempts.append(Attempt("content_filter", Tokens()))
            return False
        if is_paid(error):
            return self._unread("generation_failed", error.message, self.options.unseen(request))
        self.failure = error
        return False

    def _outcome(self) -> Outcome:
        last = self.attempts[-1] if self.attempts else None
        outcome = Outcome(
            index=self.blueprint.index,
            status="accepted" if self.accepted else "rejected",
            reason="" if self.accepted or last is None else reason_of(last),
            record=self.accepted,
            attempts=tuple(self.attempts),
            errors=() if self.accepted or last is None else last.errors,
            blueprint=_asked_for(self.blueprint),
            model=self.model,
            judgement=self.verdict.kept() if self.accepted and self.verdict else None,
        )
        if self.failure is None:
            return outcome
        errors = (said(self.failure.code, self.failure.message),)
        return replace(outcome, status="failed", reason=self.failure.code, errors=errors)


def _asked_for(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "slice": blueprint.slice,
        "focus": list(blueprint.focus),
        "shape": blueprint.shape,
        "variation": blueprint.variation,
        "difficulty": blueprint.difficulty,
        "seed_task": blueprint.seed_task,
    }
