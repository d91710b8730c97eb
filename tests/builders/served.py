"""An app over memory behind a real HTTP server: its triggers with requests as the host gives them."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any

import azure.functions as func
from aiohttp import web

from functions import http_api, http_pages, http_review
from shared.bootstrap import App
from tests.builders.inventory import expected

_TRIGGERS = (http_api, http_pages, http_review)


NO_ROUTE = "x-no-route"
"""Header of an answer that is the host's own: no route of the app was meant."""


class Served:
    """The routes of the app below `url`.

    Attributes:
        key: the function key that is asked for, "" for none.
    """

    def __init__(self, app: App, key: str = "") -> None:
        self.app = app
        self.key = key
        self.url = ""
        self._routes = sorted(_routes(), key=lambda route: "{" in route[1])

    async def answer(self, request: web.Request) -> web.Response:
        """Call the trigger of the route."""
        for method, route, level, name in self._routes:
            pattern = re.sub(r"\{\*(\w+)\}", r"(?P<\1>.+)", route)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
            match = re.fullmatch(f"/api/{pattern}", request.path, re.DOTALL)
            if match and request.method == method:
                if level != "ANONYMOUS" and self.key and request.headers.get("x-functions-key") != self.key:
                    return web.Response(status=401)
                return await self._call(name, request, match.groupdict())
        return web.Response(status=404, headers={NO_ROUTE: "1"})

    async def _call(self, name: str, request: web.Request, route: dict[str, str]) -> web.Response:
        asked = func.HttpRequest(
            method=request.method,
            url=str(request.url),
            headers=dict(request.headers),
            params=dict(request.query),
            route_params=route,
            body=await request.read(),
        )
        trigger: Any = getattr(_module(name), name).build().get_user_function()
        told = await trigger(asked)
        headers = {**dict(told.headers), "Content-Type": told.mimetype}
        return web.Response(status=told.status_code, body=told.get_body(), headers=headers)


def _module(name: str) -> Any:
    """The module of triggers that has this one."""
    return next(module for module in _TRIGGERS if hasattr(module, name))


def _routes() -> list[tuple[str, str, str, str]]:
    return [
        (method, str(binding["route"]), str(binding["authLevel"]), name)
        for name, bindings in expected().items()
        for binding in bindings
        if binding["type"] == "httpTrigger"
        for method in binding["methods"]  # type: ignore[attr-defined]
    ]


@contextlib.asynccontextmanager
async def serving(app: App, monkeypatch: Any, key: str = "") -> AsyncIterator[Served]:
    """Serve the app until the context ends."""
    served = Served(app, key)
    for module in _TRIGGERS:
        monkeypatch.setattr(module, "app", lambda: app)
    server = web.Application(client_max_size=64 * 1024 * 1024)
    server.router.add_route("*", r"/{path:[\s\S]*}", served.answer)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield served
    finally:
        await asyncio.wait_for(runner.cleanup(), 30)
