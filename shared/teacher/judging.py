"""Has a good answer judged: one more call, whose cost counts with the answer's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import replace
from typing import Any

from shared.dataset.outcome import Attempt
from shared.errors import PermanentError, TransientError
from shared.plan.codes import finding
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.teacher.ask_options import AskOptions
from shared.teacher.begun import GivenUp, Interrupted, NotTaken, Refused
from shared.teacher.judge import JUDGEMENT_SCHEMA, SCHEMA_NAME, Verdict, read_verdict
from shared.teacher.worth import is_paid, unusable
from shared.tokens import Tokens

_VERDICT_TOKENS = 512


type JudgeMessages = tuple[dict[str, Any], ...]
type JudgeCall = Callable[[TeacherRequest, Attempt], Awaitable[TeacherReply]]


async def judged(
    attempt: Attempt, messages: JudgeMessages, options: AskOptions, call: JudgeCall
) -> tuple[Attempt, Verdict | None]:
    """The attempt with both calls' cost, `valid`, `judged_bad` or `judge_unreadable`; and the verdict, if it was read.

    Raises what `call` raises for the whole index.
    """
    form = (SCHEMA_NAME, JUDGEMENT_SCHEMA)
    request = options.request(messages, form, _verdict_tokens(attempt, options))
    try:
        reply = await call(request, attempt)
    except (PermanentError, TransientError) as error:
        if isinstance(error, NotTaken | Interrupted):
            raise
        tokens = options.unseen(request) if is_paid(error) else Tokens()
        return replace(attempt, result="judge_unreadable", tokens=attempt.tokens + tokens), None
    attempt = replace(
        attempt, tokens=attempt.tokens + reply.tokens, latency_ms=attempt.latency_ms + reply.latency_ms
    )
    is_read = not (reply.fault or unusable(reply))
    verdict = read_verdict(reply.text, tolerant=options.way.is_tolerant) if is_read else None
    if verdict is None:
        return replace(attempt, result="judge_unreadable"), None
    if verdict.passes:
        return attempt, verdict
    message = f"{verdict.weakest.replace('_', ' ')}: score {verdict.score} of 5: {verdict.reason}"
    return replace(attempt, result="judged_bad", errors=(finding("judged_bad", message),)), verdict


async def measured(
    attempt: Attempt, messages: JudgeMessages, options: AskOptions, call: JudgeCall
) -> tuple[Attempt, Verdict | None]:
    """The attempt with the judge's tokens; its verdict is kept and refuses nothing, and may be missing."""
    try:
        seen, verdict = await judged(attempt, messages, options, call)
    except (Interrupted, GivenUp, Refused):
        return attempt, None
    return replace(attempt, tokens=seen.tokens, latency_ms=seen.latency_ms), verdict


def _verdict_tokens(attempt: Attempt, options: AskOptions) -> int:
    """A verdict is short, unless the model thinks before it gives it."""
    thinks = options.reasons or attempt.tokens.reasoning > 0
    return options.max_completion_tokens if thinks else _VERDICT_TOKENS
