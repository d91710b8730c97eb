"""Routes of deployments, as the resource manager has them."""

from __future__ import annotations

from aiohttp import web

from local.openai_emulator.deployments import Deployments
from local.openai_emulator.responses import json_response, read_body

_ACCOUNT = (
    "/subscriptions/{subscription}/resourceGroups/{group}"
    "/providers/Microsoft.CognitiveServices/accounts/{account}/deployments"
)


class DeploymentRoutes:
    """Creating, following and deleting deployments."""

    def __init__(self, deployments: Deployments) -> None:
        self._deployments = deployments

    def add_to(self, app: web.Application) -> None:
        """Serve below the resource manager's path of an account."""
        add = app.router.add_route
        add("GET", _ACCOUNT, self._list)
        add("PUT", f"{_ACCOUNT}/{{name}}", self._put)
        add("GET", f"{_ACCOUNT}/{{name}}", self._get)
        add("DELETE", f"{_ACCOUNT}/{{name}}", self._delete)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return json_response(self._deployments.listing(_account(request)))

    async def _put(self, request: web.Request) -> web.StreamResponse:
        status, deployment = self._deployments.put(
            _account(request), request.match_info["name"], await read_body(request)
        )
        return json_response(deployment, status)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return json_response(self._deployments.get(_account(request), request.match_info["name"]))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        there = self._deployments.delete(_account(request), request.match_info["name"])
        return web.Response(status=200 if there else 204)


def _account(request: web.Request) -> str:
    return request.path.split("/deployments", 1)[0]
