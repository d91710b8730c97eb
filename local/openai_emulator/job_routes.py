"""Routes of fine-tuning jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from local.openai_emulator.jobs import Jobs
from local.openai_emulator.responses import created, json_response, page_limit, read_body


class JobRoutes:
    """Creating, following and stopping jobs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def add_to(self, app: web.Application, base: str) -> None:
        """Serve below `base`."""
        add, jobs = app.router.add_route, f"{base}/fine_tuning/jobs"
        add("POST", jobs, self._create)
        add("GET", jobs, self._list)
        add("GET", f"{jobs}/{{job}}", self._get)
        add("DELETE", f"{jobs}/{{job}}", self._delete)
        add("GET", f"{jobs}/{{job}}/events", self._list_events)
        add("GET", f"{jobs}/{{job}}/checkpoints", self._list_checkpoints)
        for action in ("cancel", "pause", "resume"):
            add("POST", f"{jobs}/{{job}}/{action}", self._action(action))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        job = self._jobs.create(await read_body(request))
        return created(request, job, f"fine_tuning/jobs/{job['id']}")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return json_response(
            self._jobs.listing(after=request.query.get("after", ""), limit=page_limit(request, 20))
        )

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return json_response(self._jobs.get(request.match_info["job"]))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        self._jobs.delete(request.match_info["job"])
        return web.Response(status=204)

    async def _list_events(self, request: web.Request) -> web.StreamResponse:
        events = self._jobs.events(
            request.match_info["job"], after=request.query.get("after", ""), limit=page_limit(request, 20)
        )
        return json_response(events)

    async def _list_checkpoints(self, request: web.Request) -> web.StreamResponse:
        checkpoints = self._jobs.checkpoints(
            request.match_info["job"], after=request.query.get("after", ""), limit=page_limit(request, 10)
        )
        return json_response(checkpoints)

    def _action(self, action: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def act(request: web.Request) -> web.StreamResponse:
            return json_response(self._jobs.act(request.match_info["job"], action))

        return act
