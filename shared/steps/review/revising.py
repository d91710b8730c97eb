"""Asks for a revision of a published dataset: claims its number and sends it on to be written."""

from __future__ import annotations

from shared.contracts.messages import Publish
from shared.errors import BadRequestError, TransientError
from shared.runs.revisions import Claim, Revision, claim, is_published, open_again, revisions_of
from shared.steps.deps import Deps
from shared.steps.review.acting import Who, plain_text

_TRIES = 16
_MOST_NOTE = 500


async def request_revision(run: str, who: Who, note: str, deps: Deps) -> Claim:
    """Claim the next revision, of all that is decided by now, and send it to be published.

    The same key again, or a repetition before it is published, is the same revision and is sent again.

    BadRequestError: `not_published`; `nothing_new` where the newest revision has all decisions; `revision_open` while
    another one is written.
    """
    plain_text(note, "note", _MOST_NOTE)
    key = who.act_id(run, "revise") if who.key else ""
    if not await is_published(run, 0, deps.store):
        raise BadRequestError("the run is not published", code="not_published")
    for _ in range(_TRIES):
        known = await revisions_of(run, deps.store)
        decided = (await deps.reviews.of(run)).offset
        same = _same(known, key, decided)
        if same is None:
            _check_new(known, decided)
            made = Claim(
                number=known[-1].claim.number + 1 if known else 1,
                parent=max((one.claim.number for one in known if one.is_published), default=0),
                log_bytes=decided,
                author=who.author,
                note=note,
                at=deps.runs.now(),
                request=key,
            )
            if not await claim(run, made, deps.store):
                continue  # somebody was quicker, or this claim is there and its answer got lost
            same = Revision(made, False)
        if not same.is_published:
            await open_again(run, same.claim.number, deps.store)
            await deps.queue.send(Publish(run, revision=same.claim.number))
        return same.claim
    raise TransientError("others publish at the same time; try again", code="conflict")


def _same(known: list[Revision], key: str, decided: int) -> Revision | None:
    """The revision that was asked for already."""
    of_key = [one for one in known if key and one.claim.request == key]
    if of_key:
        return of_key[0]
    newest = known[-1] if known else None
    is_same = newest is not None and not newest.is_published and newest.claim.log_bytes == decided
    return newest if is_same else None


def _check_new(known: list[Revision], decided: int) -> None:
    if known and known[-1].status == "publishing":
        number = known[-1].claim.number
        message = f"revision {number} is still being written; publish again when it is there"
        raise BadRequestError(message, code="revision_open")
    if decided == max((one.claim.log_bytes for one in known if one.is_published), default=0):
        raise BadRequestError("nothing was decided since the newest publication", code="nothing_new")
