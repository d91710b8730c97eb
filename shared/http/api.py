"""What the HTTP API answers; knows nothing of the Functions host."""

from __future__ import annotations

from shared import names
from shared.errors import PlansmithError
from shared.http.answers import Answer as Answer
from shared.http.answers import json_answer, problem
from shared.http.catalogs import CatalogRoutes
from shared.http.console.pages import PageRoutes
from shared.http.console.parts import PartRoutes
from shared.http.export import ExportRoutes
from shared.http.files import FileRoutes
from shared.http.ranges import Part as Part
from shared.http.reviewing import Asked as Asked
from shared.http.revisions import RevisionRoutes
from shared.http.runs import RunRoutes
from shared.http.students import StudentRoutes
from shared.http.uploads import Sent as Sent
from shared.version import VERSION


class Api(
    RunRoutes,
    StudentRoutes,
    FileRoutes,
    CatalogRoutes,
    PartRoutes,
    RevisionRoutes,
    ExportRoutes,
    PageRoutes,
):
    """The routes below `/api`, one method a route, by what they are about."""

    sent = Sent
    """What a request brings, for the routes that take catalogs."""

    async def health(self) -> Answer:
        """200 when storage answers, else 503."""
        try:
            await self.deps.store.read(names.RUNS, "health")
        except PlansmithError as error:
            return problem(503, error)
        return json_answer(200, {"status": "ok", "version": VERSION})
