"""Routes about what people decide: checks, decisions, own examples, taking back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from shared.contracts import bodies
from shared.dataset.review.state import ActEntry, Review
from shared.errors import BadRequestError, PermanentError
from shared.http.answers import Answer, json_answer, no_run, problem, tagged
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.http.rows import origins, row_detail
from shared.runs.plan import RunPlan
from shared.steps.review.acting import Done, Who
from shared.steps.review.adding import MOST, add_examples, own_task_id
from shared.steps.review.checking import Checked, changes_of, check_edit, check_own
from shared.steps.review.deciding import Wanted, decide
from shared.steps.review.errors import BulkChangedError, InvalidRowsError, RowChangedError
from shared.steps.review.repeats import Repeats
from shared.steps.review.rows import find_rows, index_of, run_rows
from shared.steps.review.undoing import undo

_USUAL, _MOST = 50, 500
_JSON_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/x-jsonlines"})
_NOT_FOUND = frozenset({"no_such_row", "unknown_run", "unknown_decision", "unknown_revision"})
_CONFLICTS = frozenset(
    {"no_record", "nothing_to_undo", "key_reused", "nothing_new", "not_published", "revision_open"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that decides something.

    Attributes:
        body: as it came.
        signed_in: the platform's name of who is signed in.
        key: `Idempotency-Key`.
        content_type: as the sender states it.
    """

    body: bytes = b""
    signed_in: str | None = None
    key: str | None = None
    content_type: str = ""

    def json(self) -> dict[str, Any]:
        """The body's JSON object, {} for an empty body. BadRequestError."""
        if not self.body.strip():
            return {}
        if self.content_type.split(";", 1)[0].strip().lower() in _JSON_LINES:
            return {"examples": _lines(self.body)}
        return storable(bodies.decode(self.body))

    def who(self, given: Mapping[str, Any]) -> Who:
        """Whose request it is. BadRequestError."""
        return Who.of(self.signed_in, given.get("author"), self.key)


class ReviewRoutes(Routes):
    """`/api/runs/{run}/decisions`, `…/rows/{row}/check` and `…/examples`."""

    asked = Asked
    """What a request that decides something brings."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.repeats = Repeats(self.deps)

    @with_problems
    async def decide(self, run: str, sent: Asked) -> Answer:
        """Approve, reject, edit or revert rows, all or none."""
        try:
            asked = sent.json()
            given = asked.get("decisions")
            if not isinstance(given, list):
                raise BadRequestError("'decisions' is a list", code="bad_request")
            wanted = [Wanted.of(one) for one in given]
            done = await decide(run, wanted, sent.who(asked), given, self.deps)
        except BadRequestError as error:
            return await self._refused(run, error)
        return json_answer(200, _done(done))

    @with_problems
    async def undo(self, run: str, act_id: str, sent: Asked) -> Answer:
        """Take a decision back."""
        try:
            done = await undo(run, act_id, sent.who(sent.json()), self.deps)
        except BadRequestError as error:
            return await self._refused(run, error)
        return json_answer(200, {"skipped": [], **_done(done)})

    @with_problems
    async def add_examples(self, run: str, sent: Asked) -> Answer:
        """Add own examples, all or none."""
        try:
            asked = sent.json()
            given = asked.get("examples")
            if not isinstance(given, list):
                raise BadRequestError("'examples' is a list", code="bad_request")
            done = await add_examples(run, given, sent.who(asked), given, self.deps)
        except BadRequestError as error:
            return await self._refused(run, error)
        except PermanentError as error:
            return problem(404, error)
        return json_answer(201, _done(done))

    @with_problems
    async def check_row(self, run: str, ref: str, sent: Asked) -> Answer:
        """What would become of a row as somebody writes it; nothing is stored."""
        try:
            changes = changes_of(sent.json())
            plan, review = await self._reviewed(run)
            row = (await find_rows(run, plan, [ref], review, self.deps))[ref]
            context = await self.deps.runs.context(run)
            checked = await asyncio.to_thread(check_edit, row, changes, context)
        except BadRequestError as error:
            return await self._refused(run, error)
        told = await self._told(run, checked)
        if checked.hash != row.hash:
            told["repeats"] = await self._repeats(run, checked, row.index)
        return json_answer(200, {"hash": row.hash, **told})

    @with_problems
    async def check_example(self, run: str, sent: Asked) -> Answer:
        """What an own example would be; nothing is stored."""
        try:
            given = {name: value for name, value in sent.json().items() if name != "author"}
            await self._reviewed(run)
            context = await self.deps.runs.context(run)
            place = own_task_id(context, "check", 0)
            checked = await asyncio.to_thread(
                check_own, given, place, context, created_at=self.deps.runs.now(), author="check"
            )
        except BadRequestError as error:
            return await self._refused(run, error)
        told = await self._told(run, checked)
        told |= {"task_id": "", "repeats": await self._repeats(run, checked, None)}
        return json_answer(200, {"hash": "", **told})

    @with_problems
    async def decisions(self, run: str, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """What was decided, the newest first."""
        try:
            _, review = await self._reviewed(run)
            found, following = _page(review, asked)
        except BadRequestError as error:
            return await self._refused(run, error)
        body = {
            "run_id": run,
            "decisions": [_entry(review, entry) for entry in found],
            "counts": review.counts(),
            "next": following,
        }
        return tagged(json_answer(200, body), if_none_match)

    async def _reviewed(self, run: str) -> tuple[RunPlan, Review]:
        plan = await run_rows(self.deps).plan(run)
        if plan is None:
            raise BadRequestError(f"there is no run '{run[:80]}'", code="unknown_run")
        return plan, await self.deps.reviews.of(run)

    async def _repeats(self, run: str, checked: Checked, index: int | None) -> dict[str, Any] | None:
        """The row that a sound record repeats."""
        if checked.errors:
            return None
        plan, review = await self._reviewed(run)
        return await self.repeats.find(run, plan, review, checked.record, index)

    async def _told(self, run: str, checked: Checked) -> dict[str, Any]:
        """What a check answers."""
        context = await self.deps.runs.context(run)
        validator = context.validator
        acted = await asyncio.to_thread(validator.acted, checked.record)
        told = await asyncio.to_thread(origins, checked.record, context)
        steps = checked.record["plan"]["steps"] if acted.calls else []
        return {
            "task_id": checked.record["task_id"],
            "becomes": checked.hash,
            "errors": len(checked.errors),
            "warnings": len(checked.findings) - len(checked.errors),
            "findings": checked.findings,
            "dry_run": {
                "calls": [
                    {"step": step["index"], "api": api, "arguments": arguments}
                    for step, (api, arguments) in zip(steps, acted.calls, strict=False)
                ],
                "stops": acted.findings[0]["message"] if acted.findings else None,
            },
            "repeats": None,
            "record": checked.record,
            "origins": told,
        }

    async def _refused(self, run: str, error: BadRequestError) -> Answer:
        """The problem that a refused decision is told as."""
        if error.code == "unknown_run":
            return no_run(run)
        if isinstance(error, RowChangedError):
            context = await self.deps.runs.context(run)
            return problem(409, error, rows=[row_detail(row, None, context) for row in error.rows])
        if isinstance(error, InvalidRowsError):
            return problem(422, error, refused=error.refused)
        if isinstance(error, BulkChangedError):
            return problem(409, error, preview=error.preview)
        status = 404 if error.code in _NOT_FOUND else 409 if error.code in _CONFLICTS else 400
        return problem(status, error)


def storable(value: dict[str, Any]) -> dict[str, Any]:
    """The value, if it can be written as well as read. BadRequestError `too_deep`."""
    try:
        orjson.dumps([[[[[[value]]]]]])  # as deep as it is kept at most
    except TypeError as exc:
        raise BadRequestError("the request is nested too deeply", code="too_deep") from exc
    return value


def _lines(body: bytes) -> list[Any]:
    found: list[Any] = []
    for number, line in enumerate(body.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(storable(orjson.loads(line)))
        except orjson.JSONDecodeError as exc:
            raise BadRequestError(f"line {number} is no JSON", code="not_json") from exc
        if len(found) > MOST:
            break
    return found


def _done(done: Done) -> dict[str, Any]:
    """What the author of an act is told."""
    entry = done.entry
    rows = [done.review.rows[index] for index in entry.indices]
    return {
        **_head(entry),
        "rows": [
            {
                "task_id": row.task_id,
                "index": row.index,
                "hash": row.now.hash,
                "verdict": row.now.verdict,
                "source": row.source or "synthetic",
            }
            for row in rows
        ],
        "repeated": done.repeated,
        **done.more,
    }


def _head(entry: ActEntry) -> dict[str, Any]:
    act = entry.act
    return {"id": act.id, "kind": act.kind, "author": act.author, "at": act.at}


def _entry(review: Review, entry: ActEntry) -> dict[str, Any]:
    rows = [review.rows[index] for index in islice(entry.indices, 5)]
    states = [state for row in rows for state in row.history if state.act == entry.act.id]
    return {
        **_head(entry),
        "rows": len(entry.indices),
        "verdicts": dict(entry.verdicts),
        "reason": next((state.reason for state in states if state.reason), ""),
        "undone": entry.undone,
        "of": entry.act.of or None,
        "sample": [row.task_id for row in rows],
    }


def _page(review: Review, asked: Mapping[str, str]) -> tuple[list[ActEntry], str | None]:
    """A page of acts, the newest first, and where the next one begins."""
    limit, cursor = asked.get("limit") or str(_USUAL), asked.get("cursor") or ""
    if not limit.isdecimal() or not 1 <= int(limit) <= _MOST:
        raise BadRequestError(f"'limit' is a number from 1 to {_MOST}", code="bad_filter")
    entries = list(review.acts.values())
    if cursor:
        before = next((n for n, entry in enumerate(entries) if entry.act.id == cursor), None)
        if before is None:
            raise BadRequestError("the cursor is none that this installation gave", code="bad_cursor")
        entries = entries[: before + 1]
    if author := asked.get("author"):
        entries = [entry for entry in entries if entry.act.author == author]
    if ref := asked.get("row"):
        row = index_of(ref, review)
        entries = [entry for entry in entries if row in entry.indices]
    entries.reverse()
    following = entries[int(limit)].act.id if len(entries) > int(limit) else None
    return entries[: int(limit)], following
