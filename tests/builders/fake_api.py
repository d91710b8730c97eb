"""A server that keeps to Plansmith's HTTP API, for tests of what talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

RUN_ID = "hub-0123456789"


def a_run(**changes: Any) -> dict[str, Any]:
    """A run as `GET /api/runs/{run}` shows it: published, 3 of 4 accepted."""
    run: dict[str, Any] = {
        "run_id": RUN_ID,
        "status": "published",
        "counts": {"total": 4, "done": 4, "accepted": 3, "rejected": 1},
        "tokens": {"prompt": 1000, "cached": 0, "completion": 234, "total": 1234},
        "cost_usd": 0.0125,
        "started_at": "2026-01-01T00:00:00Z",
        "published_at": None,
        "files": [],
        "finetune": None,
        "evaluation": None,
        "error": None,
        "diagnostics": 0,
    }
    return {**run, **changes}


def a_problem(status: int, detail: str, code: str) -> web.Response:
    """An RFC 9457 problem document."""
    body = {"type": "about:blank", "title": "Refused", "status": status, "detail": detail, "code": code}
    return web.json_response(body, status=status, content_type="application/problem+json")


def described(contents: dict[str, bytes]) -> list[dict[str, Any]]:
    """`files` of a run that published `contents`."""
    return [
        {
            "path": path,
            "rows": data.count(b"\n") if path.endswith(".jsonl") else None,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for path, data in contents.items()
    ]


@dataclass
class FakeApi:
    """What the server answers, and what it was asked.

    Attributes:
        states: what `GET /api/runs/{run}` answers in turn; the last one stays.
        contents: published files by path.
        listing: what `GET /api/runs` answers.
        key: function key it asks for, "" for none.
        estimate: of `POST /api/catalogs/inspect`.
        refusal: what `POST /api/runs` answers instead of starting.
        failing: number of calls yet to be answered 503.
        piece: bytes of a file in one answer at most, 0 for no bound.
    """

    states: list[dict[str, Any]] = field(default_factory=lambda: [a_run()])
    contents: dict[str, bytes] = field(default_factory=dict)
    listing: dict[str, Any] = field(default_factory=lambda: {"runs": [], "poison": []})
    key: str = ""
    estimate: dict[str, Any] = field(
        default_factory=lambda: {
            "samples": 4,
            "teacher": "t",
            "tokens": 9,
            "cost_usd": None,
            "minutes": 1,
            "is_charged": False,
        }
    )
    refusal: tuple[int, str, str] | None = None
    failing: int = 0
    piece: int = 0
    url: str = ""
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/api/health", self._health)
        app.router.add_post("/api/runs", self._start)
        app.router.add_post("/api/catalogs/inspect", self._inspect)
        app.router.add_get("/api/runs", self._list)
        app.router.add_get("/api/runs/{run}", self._run)
        app.router.add_post("/api/runs/{run}/cancel", self._cancel)
        app.router.add_post("/api/runs/{run}/resume", self._resume)
        app.router.add_get("/api/runs/{run}/files/{path:.+}", self._file)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        asks = self.key and request.path != "/api/health"
        if asks and request.headers.get("x-functions-key") != self.key:
            return web.Response(status=401)
        if self.failing and request.path != "/api/health":
            self.failing -= 1
            return a_problem(503, "storage does not answer", "transient")
        return await handler(request)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _start(self, request: web.Request) -> web.Response:
        async for part in await request.multipart():
            if part.name == "catalog":  # type: ignore[union-attr]
                self.uploads.append((part.filename or "", bytes(await part.read())))  # type: ignore[union-attr]
            else:
                self.options.append(await part.text())  # type: ignore[union-attr]
        if self.refusal:
            return a_problem(*self.refusal)
        place = f"/api/runs/{RUN_ID}"
        return web.json_response({"run_id": RUN_ID, "status": "starting", "location": place}, status=202)

    async def _inspect(self, request: web.Request) -> web.Response:
        await request.post()
        counts = {"operations": 2, "diagnostics": 0}
        return web.json_response({"name": "Shop", "counts": counts, "estimate": self.estimate})

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response(self.listing)

    async def _run(self, request: web.Request) -> web.Response:
        if request.match_info["run"] != RUN_ID:
            return a_problem(404, "there is no such run", "unknown_run")
        return web.json_response(self.states.pop(0) if len(self.states) > 1 else self.states[0])

    async def _cancel(self, request: web.Request) -> web.Response:
        self.cancelled.append(request.match_info["run"])
        return web.json_response({"run_id": RUN_ID, "status": "cancelled"}, status=202)

    async def _resume(self, _: web.Request) -> web.Response:
        return web.json_response({"run_id": RUN_ID, "status": "generating"}, status=202)

    async def _file(self, request: web.Request) -> web.Response:
        data = self.contents.get(request.match_info["path"])
        if data is None:
            return a_problem(404, "the run has no such file", "no_such_file")
        wanted = request.headers.get("Range", "")
        self.ranges.append(wanted)
        if not wanted:
            return web.Response(body=data)
        first = int(wanted.removeprefix("bytes=").rstrip("-"))
        if first >= len(data):
            return web.Response(status=416)
        end = min(len(data), first + (self.piece or len(data)))
        headers = {"Content-Range": f"bytes {first}-{end - 1}/{len(data)}"}
        return web.Response(status=206, body=data[first:end], headers=headers)


class Served(Protocol):
    """A server of a test; `url` is set when it serves."""

    url: str

    def app(self) -> web.Application:
        """Its routes."""


@contextlib.contextmanager
def serving[T: Served](api: T) -> Iterator[T]:
    """Serve `api` on a free port from a thread of its own; its `url` says where."""
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        runner = web.AppRunner(api.app())
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield api
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
