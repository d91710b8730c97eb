"""The HTTP face of the emulator: routes, keys, headers, outages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from local.openai_emulator.chat import ChatReply, Dropped
from local.openai_emulator.deployment_routes import DeploymentRoutes
from local.openai_emulator.emulator import Emulator
from local.openai_emulator.errors import ApiError, bad_request, not_found, unauthorized
from local.openai_emulator.file_routes import FileRoutes
from local.openai_emulator.job_routes import JobRoutes
from local.openai_emulator.odd import error_body
from local.openai_emulator.responses import json_response, raw_response, read_body

_MAX_BODY = 64 * 1024 * 1024
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Serves one emulator on one address.

    Args:
        port: 0 picks a free one; `port` holds it once started.
    """

    def __init__(self, emulator: Emulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.emulator = emulator
        self.host = host
        self.port = port
        self._away: asyncio.Task[None] | None = None
        self._is_away = False
        self._runner = web.AppRunner(
            self._app(), access_log=None, shutdown_timeout=1.0, handler_cancellation=True
        )
        self._site: web.TCPSite | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        await self._runner.setup()
        await self._listen()
        self.emulator.start()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, self.host, self.port, backlog=1024, reuse_address=True)
        await self._site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end everything that runs."""
        if self._away:
            self._away.cancel()
        await self._runner.cleanup()
        await self.emulator.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_MAX_BODY, middlewares=[self._middleware])
        add = app.router.add_route
        files, jobs = FileRoutes(self.emulator.files), JobRoutes(self.emulator.jobs)
        for base in ("/openai/v1", "/openai"):
            files.add_to(app, base)
            jobs.add_to(app, base)
            add("GET", f"{base}/models", self._list_models)
            add("GET", f"{base}/models/{{model}}", self._get_model)
        add("POST", "/openai/v1/chat/completions", self._chat)
        add("POST", "/openai/deployments/{deployment}/chat/completions", self._chat)
        DeploymentRoutes(self.emulator.deployments).add_to(app)
        self.emulator.webhooks.add_to(app)
        add("GET", "/emulator/state", self._state)
        add("POST", "/emulator/switches", self._set_switches)
        add("POST", "/emulator/reset", self._reset)
        return app

    @web.middleware
    async def _middleware(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        own = request.path.startswith("/emulator/")
        style = self.emulator.switches.away_style
        if self._is_away and not (own and style != "refuse"):
            if style == "503":
                return json_response(
                    {"error": {"code": "ServiceUnavailable", "message": "The emulator is away."}}, 503
                )
            return _cut(request)
        try:
            if not own:
                self._authorize(request)
                if not request.path.endswith("/chat/completions"):
                    self.emulator.meter.other_calls += 1
            return await handler(request)
        except ApiError as exc:
            shape = self.emulator.switches.error_shape
            return raw_response(*error_body(exc, "object" if own else shape), exc.status, exc.headers)
        except Dropped:
            return _cut(request)
        except web.HTTPException as exc:
            missing = not_found(f"{request.method} {request.path}: {exc.reason}")
            return raw_response(*error_body(missing, self.emulator.switches.error_shape), exc.status)

    def _authorize(self, request: web.Request) -> None:
        switches = self.emulator.switches
        if switches.unauthorized_calls > 0:
            switches.unauthorized_calls -= 1
            if request.path.endswith("/chat/completions"):
                self.emulator.meter.start_chat()
                self.emulator.meter.end_chat("401")
            raise unauthorized()
        given = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix(
            "Bearer "
        )
        if not given or (self.emulator.api_key and given != self.emulator.api_key):
            raise unauthorized()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        meter = self.emulator.meter
        meter.start_chat()
        status = "cancelled"
        try:
            body = await read_body(request)
            deployment = request.match_info.get("deployment") or str(body.get("model") or "")
            reply = await self.emulator.chat.complete(body, deployment)
            status = "200"
            return await _answered(request, reply)
        except ApiError as exc:
            status = str(exc.status)
            raise
        except Dropped:
            status = "dropped"
            raise
        finally:
            meter.end_chat(status)

    async def _list_models(self, request: web.Request) -> web.StreamResponse:
        return json_response({"object": "list", "data": self.emulator.models()})

    async def _get_model(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["model"]
        for model in self.emulator.models():
            if model["id"] == name:
                return json_response(model)
        raise not_found(f"The model '{name}' does not exist.", code="model_not_found")

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return json_response(self.emulator.state())

    async def _set_switches(self, request: web.Request) -> web.StreamResponse:
        changes = await read_body(request)
        away_s = changes.pop("away_s", None)
        try:
            self.emulator.switches.update(changes)
        except ValueError as exc:
            raise bad_request(str(exc)) from exc
        if isinstance(away_s, int | float) and away_s > 0:
            if self._away:
                self._away.cancel()
            self._away = asyncio.get_running_loop().create_task(self._go_away(float(away_s)))
        return json_response(self.emulator.switches.as_dict())

    async def _go_away(self, seconds: float) -> None:
        # The answer to the one who asked goes out first.
        await asyncio.sleep(0.05)
        self._is_away = True
        refuse = self.emulator.switches.away_style == "refuse"
        try:
            if refuse and self._site:
                await self._site.stop()
            await asyncio.sleep(seconds)
        finally:
            self._is_away = False
        if refuse:
            await self._listen()

    async def _reset(self, request: web.Request) -> web.StreamResponse:
        self.emulator.meter.reset()
        return json_response(self.emulator.state())


async def _answered(request: web.Request, reply: ChatReply) -> web.StreamResponse:
    """The answer; one that breaks off announces more than it sends."""
    if reply.length == len(reply.body):
        return raw_response(reply.content_type, reply.body, 200, reply.headers)
    response = web.StreamResponse(headers={**reply.headers, "Content-Length": str(reply.length)})
    response.content_type = reply.content_type
    await response.prepare(request)
    await response.write(reply.body)
    if request.transport is not None:
        request.transport.close()
    return response


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)
