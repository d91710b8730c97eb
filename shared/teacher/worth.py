"""What an answer, or the error in its place, is worth; pure."""

from __future__ import annotations

from collections.abc import Callable
from copy import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.dataset.outcome import FAULTS, Attempt
from shared.errors import ConfigurationError, PermanentError, PlansmithError, TransientError, UnwantedError
from shared.plan.codes import Finding, errors_of
from shared.plan.wire import decode
from shared.ports.teacher import TeacherReply
from shared.scrub.text import scrub_text
from shared.teacher.begun import Begun, GivenUp, Interrupted, NotTaken, Refused

if TYPE_CHECKING:
    from shared.plan.validate import PlanValidator


class Weighed(NamedTuple):
    """What an answer is worth.

    Attributes:
        attempt: the call, with what is wrong with its answer.
        record: the record made of it, None unless it is good.
        warnings: what is odd about it, without refusing it.
    """

    attempt: Attempt
    record: dict[str, Any] | None = None
    warnings: tuple[Finding, ...] = ()


def weigh(
    reply: TeacherReply,
    validator: PlanValidator,
    whole: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    tolerant: bool,
) -> Weighed:
    """What an answer is worth by itself, before anybody judges it.

    Args:
        reply: the answer.
        validator: of the whole catalog.
        whole: makes a record of the decoded parts.
        tolerant: for answers that no schema bound, see `wire.decode`.
    """
    attempt = Attempt("valid", reply.tokens, reply.latency_ms)
    if reply.fault:
        return Weighed(replace(attempt, result=reply.fault, errors=(said(reply.fault, reply.said),)))
    if why := unusable(reply):
        return Weighed(replace(attempt, result=why))
    decoded, wrong = decode(reply.text, tolerant=tolerant)
    if decoded is None:
        return Weighed(replace(attempt, result="malformed", errors=tuple(wrong)))
    record = whole(decoded)
    found = validator.findings(record)
    if found and (errors := errors_of(found)):
        return Weighed(replace(attempt, result="invalid", errors=tuple(errors), plan=record["plan"]))
    return Weighed(attempt, record, tuple(found))


def stopped(error: PlansmithError, begun: Begun) -> PlansmithError | None:
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


def is_paid(error: PlansmithError) -> bool:
    paid = isinstance(error, TransientError) and error.may_be_paid
    return paid or error.code == "generation_failed"


def said(code: str, words: str) -> dict[str, Any]:
    """An error of the answer as a whole; a service may repeat what it was given, a key for instance."""
    message = scrub_text(words) if words else FAULTS.get(code, "")
    return {"code": code, "step": None, "path": "", "message": message}


def unusable(reply: TeacherReply) -> str:
    """Why an answer holds nothing to read: `refusal`, `content_filter`, `length`; "" if it may hold a plan."""
    if reply.refusal or reply.finish_reason == "refusal":
        return "refusal"
    return reply.finish_reason if reply.finish_reason in ("content_filter", "length") else ""


def reason_of(last: Attempt) -> str:
    """Why a record was rejected: the first error's code where there is one, else the result itself."""
    if last.result in ("invalid", "malformed") and last.errors:
        return str(last.errors[0]["code"])
    return last.result
