"""How an act gets into the log: once, at the place that its author had read to, whatever crashes or repeats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

from shared.dataset.review.decisions import Act, Decision, Kind, request_digest
from shared.dataset.review.state import ActEntry, Review
from shared.errors import BadRequestError, ConflictError, TransientError
from shared.plan.task_text import private_findings
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.errors import InvalidRowsError
from shared.steps.review.rows import run_rows

_TRIES = 64
_MOST_AUTHOR, _MOST_KEY, _MOST_REASON = 80, 200, 500


@dataclass(frozen=True, slots=True)
class Who:
    """Whose request it is.

    Attributes:
        author: name of the sign-in, or as given.
        key: `Idempotency-Key`, None for a request that is never repeated.
    """

    author: str
    key: str | None = None

    @classmethod
    def of(cls, signed_in: str | None, given: object, key: str | None) -> Who:
        """Who sent a request: the platform's sign-in beats the name in the request. BadRequestError `bad_request`."""
        name = signed_in or given or "anonymous"
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= _MOST_AUTHOR:
            raise BadRequestError(
                f"'author' is a name of at most {_MOST_AUTHOR} characters", code="bad_request"
            )
        if key is not None and not 1 <= len(key) <= _MOST_KEY:
            raise BadRequestError("an Idempotency-Key has 1 to 200 characters", code="bad_request")
        return cls(plain_text(" ".join(name.split()), "author"), key)

    def act_id(self, run: str, kind: str) -> str:
        """The id of an act: the same for the same key."""
        if self.key is None:
            return uuid4().hex[:16]
        return sha256(f"{run}\n{kind}\n{self.key}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Done:
    """An act that is in the log.

    Attributes:
        entry: the act.
        review: what all decisions add up to.
        repeated: whether an earlier request had put it there.
        more: what else its author is told.
    """

    entry: ActEntry
    review: Review
    repeated: bool
    more: dict[str, Any] = field(default_factory=dict)


type Decide = Callable[[Review, RunPlan], Awaitable[tuple[Sequence[Decision], dict[str, Any]]]]
"""What is decided, as the review stands, and what else is told."""


async def act(
    run: str,
    kind: Kind,
    who: Who,
    asked: Any,
    decide: Decide,
    deps: Deps,
    *,
    of: str = "",
    act_id: str = "",
) -> Done:
    """Let `decide` settle an act and append it; decided anew when somebody else was quicker.

    The same key again finds the act; `act_id` is given where the decisions need it.

    Raises what `decide` raises, BadRequestError `key_reused` where the key was used for something else, and
    TransientError when others always were quicker.
    """
    act_id, request = act_id or who.act_id(run, kind), request_digest(asked)
    plan = await run_rows(deps).plan(run)
    if plan is None:
        raise BadRequestError(f"there is no run '{run[:80]}'", code="unknown_run")
    for _ in range(_TRIES):
        review = await deps.reviews.of(run)
        if act_id in review.acts:
            return _repeated(review, act_id, request)
        offset = review.offset
        decisions, more = await decide(review, plan)
        made = Act(
            id=act_id,
            kind=kind,
            author=who.author,
            at=deps.runs.now(),
            request=request,
            rows=len(decisions),
            of=of,
            decisions=tuple(decisions),
        )
        try:
            await deps.reviews.append(run, made, offset=offset)
        except ConflictError:
            continue  # somebody was quicker, or this line is there and its answer got lost
        review = await deps.reviews.of(run)
        return Done(review.acts[act_id], review, False, more)
    raise TransientError("others decide too fast; try again", code="conflict")


def _repeated(review: Review, act_id: str, request: str) -> Done:
    entry = review.acts[act_id]
    if entry.act.request != request:
        raise BadRequestError("this Idempotency-Key was used for another request", code="key_reused")
    return Done(entry, review, True)


def plain_text(text: object, name: str, most: int = _MOST_REASON) -> str:
    """A text that is stored and published. BadRequestError: too long, or InvalidRowsError for what is private."""
    if not isinstance(text, str) or len(text) > most:
        raise BadRequestError(f"'{name}' is a text of at most {most} characters", code="bad_request")
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise BadRequestError(f"'{name}' has characters that cannot be stored", code="bad_encoding") from exc
    found = [] if name == "author" else list(private_findings({name: text}))
    if found:
        raise InvalidRowsError([{"row": name, "findings": found}])
    return text
