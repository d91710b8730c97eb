"""The HTTP face: HTTP triggers, keys, and the admin API."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from local.functions_host.bindings import Function
from local.functions_host.execution import Executor
from local.functions_host.keys import Keys
from local.functions_host.routes import RouteTable
from local.functions_host.worker import Datum, Outcome

_log = logging.getLogger(__name__)

_MAX_BODY = 100 * 1024 * 1024
"""Bytes; Azure's limit for a request to a function app."""


class Admin(Protocol):
    """What the admin API asks of the host."""

    def status(self) -> dict[str, object]:
        """The answer of `GET /admin/host/status`."""

    def functions(self, base_url: str) -> list[dict[str, object]]:
        """The answer of `GET /admin/functions`."""

    def run_by_hand(self, name: str, text: str) -> bool:
        """Start a non-HTTP function with `text` as its trigger's value; False if there is no such function."""


class HttpServer:
    """Serves an app's HTTP functions and the admin API."""

    def __init__(self, executor: Executor, routes: RouteTable, admin: Admin, keys: Keys | None) -> None:
        self._executor = executor
        self._routes = routes
        self._admin = admin
        self._keys = keys
        self._runner: web.AppRunner | None = None

    async def start(self, address: str, port: int, *, drain_s: float) -> int:
        """Listen; returns the port (a free one for 0). OSError if it is taken. `drain_s` bounds `stop`."""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_get("/", _home)
        app.router.add_get("/admin/host/ping", _home)
        app.router.add_get("/admin/host/status", self._admin_only(self._status))
        app.router.add_get("/admin/functions", self._admin_only(self._functions))
        app.router.add_post("/admin/functions/{name}", self._admin_only(self._run_by_hand))
        app.router.add_route("*", "/{path:.*}", self._call_function)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=drain_s)
        await self._runner.setup()
        site = web.TCPSite(self._runner, address, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Accept no more requests and finish those that run, in the time given at the start."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _admin_only(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            if self._keys is not None and not self._keys.is_master(_key(request)):
                return web.Response(status=401)
            return await handler(request)

        return guarded

    async def _status(self, _: web.Request) -> web.Response:
        return web.json_response(self._admin.status())

    async def _functions(self, request: web.Request) -> web.Response:
        return web.json_response(self._admin.functions(f"{request.scheme}://{request.host}"))

    async def _run_by_hand(self, request: web.Request) -> web.Response:
        try:
            document = await request.json() if request.can_read_body else {}
        except ValueError:
            return web.Response(status=400, text='expected a JSON object {"input": "<text>"}')
        text = document.get("input", "") if isinstance(document, dict) else None
        if not isinstance(text, str):
            return web.Response(status=400, text='expected a JSON object {"input": "<text>"}')
        return web.Response(status=202 if self._admin.run_by_hand(request.match_info["name"], text) else 404)

    async def _call_function(self, request: web.Request) -> web.Response:
        match = self._routes.match(request.method, request.rel_url.raw_path)
        if match is None:
            return web.Response(status=404)
        if not self._may_call(match.function, request):
            return web.Response(status=401)
        value = await _request_datum(request, match.parameters)
        return _response(await self._executor.run(match.function, value, {}))

    def _may_call(self, function: Function, request: web.Request) -> bool:
        level = str(function.trigger.get("authLevel", "FUNCTION")).lower()
        return self._keys is None or self._keys.may_call(function.name, level, _key(request))


async def _home(_: web.Request) -> web.Response:
    return web.Response(text="The local functions host is running.")


def _key(request: web.Request) -> str | None:
    return request.headers.get("x-functions-key") or request.query.get("code")


async def _request_datum(request: web.Request, parameters: dict[str, str]) -> Datum:
    return Datum(
        {
            "method": Datum(request.method, "string"),
            "url": Datum(str(request.url), "string"),
            "headers": _strings(
                {name.lower(): ",".join(request.headers.getall(name)) for name in request.headers}
            ),
            "params": _strings(parameters),
            # The host leaves out query parameters without a value.
            "query": _strings(
                {name: ",".join(request.query.getall(name)) for name, v in request.query.items() if v}
            ),
            "body": Datum(await request.read(), "bytes"),
        },
        "http",
    )


def _strings(values: dict[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _response(outcome: Outcome) -> web.Response:
    if not outcome.ok:
        return web.Response(status=500)
    datum = outcome.returned
    if datum is None or datum.value is None:
        return web.Response(status=204)
    if datum.type != "http":
        body = datum.value if isinstance(datum.value, bytes) else str(datum.value).encode()
        return web.Response(body=body, headers={"content-type": "text/plain; charset=utf-8"})
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in datum.value["headers"].items():
        headers.add(name, value.value)
    for cookie in datum.value.get("cookies") or ():
        for morsel in cookie.values():
            headers.add("set-cookie", morsel.OutputString())
    return web.Response(
        status=int(datum.value["status_code"].value), headers=headers, body=datum.value["body"].value
    )
