"""Pages for people: shells that hold no data, made from templates that escape what they are given."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any, get_args

from shared import names
from shared.content_types import content_type
from shared.errors import BadRequestError
from shared.http.answers import Answer, json_answer, no_run, tagged
from shared.http.console.parts import templates
from shared.http.problem_types import PROBLEMS
from shared.http.problems_of import with_problems
from shared.http.run_view import STATUSES
from shared.version import VERSION

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Nothing from elsewhere, no inline script, no inline style."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_ROW = re.compile(r"[A-Za-z0-9_.-]{1,160}")
_ASSETS = (
    "bulk.js",
    "decide.js",
    "review.js",
    "console.css",
    "console.js",
    "compare.js",
    "rows.js",
    "run.js",
    "row.js",
    "runs.js",
    "start.js",
    "student.js",
    "parts.css",
    "icon.svg",
)


class PageRoutes:
    """The console's pages and files, and `/api/problems`."""

    async def console_moved(self) -> Answer:
        """The console's address, for those who know an earlier one."""
        return Answer(302, b"", "text/html", {"Location": "/api/console"})

    async def runs_page(self) -> Answer:
        """The list of runs."""
        return page("runs.html", here="runs", title="Runs", statuses=STATUSES)

    async def start_page(self) -> Answer:
        """Where a catalog is dropped, looked at and started."""
        return page("start.html", here="start", title="Start")

    @with_problems
    async def run_page(self, run: str) -> Answer:
        """One run; whether there is one is for the API to say."""
        from shared.contracts import schema
        from shared.finetune import models

        tuning = schema("options")["properties"]["finetune"]["properties"]
        offered = [
            {"name": model.name, "said": "" if model.serverless else "cannot be deployed without machines"}
            for model in models.students().values()
        ]
        return self._of_run("run.html", run, models=offered, training_types=tuning["training_type"]["enum"])

    @with_problems
    async def rows_page(self, run: str) -> Answer:
        """The rows of a run."""
        from shared.curriculum.blueprint import VARIATIONS, Difficulty, Shape

        choices = {
            "split": ("train", "validation", "test"),
            "status": ("accepted", "rejected", "failed", "skipped"),
            "shape": get_args(Shape),
            "difficulty": get_args(Difficulty),
            "variation": ("plain", *VARIATIONS),
        }
        return self._of_run("rows.html", run, choices=choices.items())

    async def compare_page(self) -> Answer:
        """Where two students are compared."""
        return page("compare.html", here="compare", title="Compare")

    @with_problems
    async def row_page(self, run: str, index: str) -> Answer:
        """The page of one row, by its index or task id."""
        if _ROW.fullmatch(index) is None:
            raise BadRequestError("there is no such row", code="no_such_row")
        return self._of_run("row.html", run, index=index)

    @with_problems
    async def review_page(self, run: str) -> Answer:
        """Decisions, own examples and revisions of a run."""
        return self._of_run("review.html", run)

    def _of_run(self, template: str, run: str, **values: Any) -> Answer:
        if not names.is_run_id(run):
            raise no_run(run)
        return page(template, here="runs", title=run, run=run, **values)

    async def problems(self) -> Answer:
        """Every problem that an answer can name."""
        return page("problems.html", here="problems", title="Problems", problems=PROBLEMS)

    @with_problems
    async def problem_page(self, code: str) -> Answer:
        """What a problem means and what to do."""
        if code not in PROBLEMS:
            raise BadRequestError("there is no such problem", code="unknown_problem")
        title, remedy = PROBLEMS[code]
        return page("problem.html", here="problems", title=title, code=code, remedy=remedy)

    async def docs(self) -> Answer:
        """The OpenAPI document as a page."""
        from shared.http.console.api_page import operations, schemas
        from shared.http.openapi import document

        told = document()
        return page("docs.html", here="docs", title="API", operations=operations(told), schemas=schemas(told))

    async def openapi(self, if_none_match: str | None = None) -> Answer:
        """The OpenAPI document of these routes."""
        from shared.http.openapi import document

        return tagged(json_answer(200, document()), if_none_match)

    @with_problems
    async def asset(self, name: str, if_none_match: str | None = None) -> Answer:
        """A style sheet, script or picture of the pages."""
        if name not in _ASSETS:
            raise BadRequestError("there is no such file", code="no_such_file")
        return tagged(Answer(200, _asset(name), content_type(name), dict(_HEADERS)), if_none_match)


def page(template: str, **values: Any) -> Answer:
    """The page that a template makes of `values`."""
    text = templates().get_template(template).render(version=VERSION, mark=_mark(), **values)
    return Answer(200, text.encode(), "text/html", {**_HEADERS, "Cache-Control": "no-cache"})


@cache
def _asset(name: str) -> bytes:
    if name == "parts.css":  # of what the pages share with the report
        return resources.files("shared.report").joinpath(name).read_bytes()
    return resources.files("shared.http.console").joinpath("assets", name).read_bytes()


@cache
def _mark() -> str:
    """Part of the assets' addresses, so that a browser never shows a new page with an old script."""
    found = hashlib.sha256(b"".join(_asset(name) for name in _ASSETS))
    return found.hexdigest()[:12]
