"""Parts of pages that hold data: made from templates, sent to who may read the data, put into the shells by scripts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from shared import names, stored
from shared.dataset.prices import TeacherPrice
from shared.errors import BadRequestError
from shared.finetune.job import Job
from shared.http.answers import Answer, no_run, tagged
from shared.http.comparing import CompareRoutes
from shared.http.console.row_view import row_values
from shared.http.console.student_view import student_values
from shared.http.problems_of import with_problems
from shared.http.rows import RowRoutes, row_detail, shown_entry
from shared.report.compare_page import CHANGED, KINDS, comparison
from shared.runs import paths
from shared.runs.context import RunContext
from shared.tokens import Tokens

if TYPE_CHECKING:
    from jinja2 import Environment


class PartRoutes(RowRoutes, CompareRoutes):
    """`/api/console/parts/…`."""

    @with_problems
    async def row_part(self, run: str, index_text: str, if_none_match: str | None = None) -> Answer:
        """One row: task, plan as a graph, the origin of each value, findings, attempts."""
        row, entry = await self.found_row(run, index_text)
        context = await self.deps.runs.context(run)

        def values() -> dict[str, Any]:
            told = row_detail(row, entry, context)
            shown = row_values(
                shown_entry(row, entry), told["record"], told["errors"], told["calls"], context.validator
            )
            more = {name: told[name] for name in ("model", "review", "original")}
            return {**shown, **more, "usd": _usd(told, context)}

        shown = await asyncio.to_thread(values)
        return part("parts/row.html", if_none_match, run=run, digest=row.hash, **shown)

    @with_problems
    async def student_part(self, run: str, if_none_match: str | None = None) -> Answer:
        """The fine-tune job with curves, checkpoints and deployment, and the evaluation with arms and verdict."""
        store, is_run = self.deps.store, names.is_run_id(run)
        if not is_run or await store.properties(names.RUNS, paths.spec(run)) is None:
            raise no_run(run)
        wanted = (
            *(paths.job(run), paths.evaluation(run)),
            *(paths.finetune(run, name) for name in ("metrics.csv", "events.jsonl", "checkpoints.json")),
        )
        blobs = await asyncio.gather(*(store.read(names.RUNS, path) for path in wanted))
        job, evaluation, metrics, events, checkpoints = (blob.data if blob else b"" for blob in blobs)

        def values() -> dict[str, Any]:
            return student_values(
                Job.from_json(job) if job else None,
                stored.read(dict[str, Any], evaluation, "an evaluation") if evaluation else None,
                metrics=metrics,
                events=events,
                checkpoints=stored.read(list[dict[str, Any]], checkpoints, "checkpoints")
                if checkpoints
                else [],
                now=self.deps.clock.now(),
            )

        return part("parts/student.html", if_none_match, **await asyncio.to_thread(values))

    @with_problems
    async def compare_part(self, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """What one student has fixed and broken against another."""
        shown = asked.get("show") or ""
        if shown not in ("", *KINDS):
            raise BadRequestError(f"'show' must be one of {', '.join(KINDS)}", code="bad_filter")
        found = await self.compared(asked)
        made = comparison(found, (shown,) if shown else CHANGED)
        return part("parts/compare.html", if_none_match, a=found["a"], b=found["b"], comparison=made)


def _usd(told: Mapping[str, Any], context: RunContext) -> float | None:
    """What the calls for a row cost, None where no price is known or nothing was asked."""
    if not told["calls"] or not told["model"]:
        return None
    price = TeacherPrice.of(context.spec.options, context.spec.teacher)
    return price.cost(Tokens.sum(Tokens.read(call["tokens"]) for call in told["calls"]), told["model"])


def part(template: str, if_none_match: str | None, **values: Any) -> Answer:
    """What a template makes of `values`, with its ETag, or 304."""
    text = templates().get_template(template).render(**values)
    headers = {"X-Content-Type-Options": "nosniff"}
    return tagged(Answer(200, text.encode(errors="replace"), "text/html", headers), if_none_match)


@cache
def templates() -> Environment:
    """The console's templates, and those it shares with the report."""
    from shared.report.templating import environment

    return environment("shared.http.console")
