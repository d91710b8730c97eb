"""Routes about what people decide: checks, decisions, own examples, taking back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.dataset.review.state import Review
from shared.errors import BadRequestError, PlansmithError
from shared.http.acts import act_entry, done_answer, page_of
from shared.http.answers import Answer, json_answer, tagged
from shared.http.asked import Asked as Asked
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.http.rows import origins, row_detail
from shared.runs.plan import RunPlan
from shared.steps.review.adding import add_examples, own_task_id
from shared.steps.review.checking import Checked, changes_of, check_edit, check_own
from shared.steps.review.deciding import WantedDecision, decide
from shared.steps.review.errors import BulkChangedError, InvalidRowsError, RowChangedError
from shared.steps.review.repeats import Repeats
from shared.steps.review.rows import find_rows
from shared.steps.review.undoing import undo


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
        asked = sent.json()
        given = asked.get("decisions")
        if not isinstance(given, list):
            raise BadRequestError("'decisions' is a list", code="bad_request")
        wanted = [WantedDecision.of(one) for one in given]
        done = await decide(run, wanted, sent.who(asked), given, self.deps)
        return json_answer(200, done_answer(done))

    @with_problems
    async def undo(self, run: str, act_id: str, sent: Asked) -> Answer:
        """Take a decision back."""
        done = await undo(run, act_id, sent.who(sent.json()), self.deps)
        return json_answer(200, {"skipped": [], **done_answer(done)})

    @with_problems
    async def add_examples(self, run: str, sent: Asked) -> Answer:
        """Add own examples, all or none."""
        asked = sent.json()
        given = asked.get("examples")
        if not isinstance(given, list):
            raise BadRequestError("'examples' is a list", code="bad_request")
        done = await add_examples(run, given, sent.who(asked), given, self.deps)
        return json_answer(201, done_answer(done))

    @with_problems
    async def check_row(self, run: str, ref: str, sent: Asked) -> Answer:
        """What would become of a row as somebody writes it; nothing is stored."""
        changes = changes_of(sent.json())
        plan, review = await self._reviewed(run)
        row = (await find_rows(run, plan, [ref], review, self.deps))[ref]
        context = await self.deps.runs.context(run)
        checked = await asyncio.to_thread(check_edit, row, changes, context)
        told = await self._told(run, checked)
        if checked.hash != row.hash:
            told["repeats"] = await self._repeats(run, checked, row.index)
        return json_answer(200, {"hash": row.hash, **told})

    @with_problems
    async def check_example(self, run: str, sent: Asked) -> Answer:
        """What an own example would be; nothing is stored."""
        given = {name: value for name, value in sent.json().items() if name != "author"}
        await self._reviewed(run)
        context = await self.deps.runs.context(run)
        place = own_task_id(context, "check", 0)
        checked = await asyncio.to_thread(
            check_own, given, place, context, created_at=self.deps.runs.now(), author="check"
        )
        told = await self._told(run, checked)
        told |= {"task_id": "", "repeats": await self._repeats(run, checked, None)}
        return json_answer(200, {"hash": "", **told})

    @with_problems
    async def decisions(self, run: str, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """What was decided, the newest first."""
        _, review = await self._reviewed(run)
        found, following = page_of(review, asked)
        body = {
            "run_id": run,
            "decisions": [act_entry(review, entry) for entry in found],
            "counts": review.counts(),
            "next": following,
        }
        return tagged(json_answer(200, body), if_none_match)

    async def _reviewed(self, run: str) -> tuple[RunPlan, Review]:
        return await self.plan_of(run), await self.deps.reviews.of(run)

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

    async def beside(self, error: PlansmithError, *asked: object) -> dict[str, Any]:
        """What the author of a refused decision needs to see."""
        if isinstance(error, RowChangedError):
            context = await self.deps.runs.context(str(asked[0]))
            return {"rows": [row_detail(row, None, context) for row in error.rows]}
        if isinstance(error, InvalidRowsError):
            return {"refused": error.refused}
        return {"preview": error.preview} if isinstance(error, BulkChangedError) else {}
