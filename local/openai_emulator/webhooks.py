"""Calls registered addresses when a fine-tune job ends, signed by Standard Webhooks 1.0 as the service does."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from local.openai_emulator.errors import bad_request, not_found
from local.openai_emulator.responses import json_response, read_body
from local.openai_emulator.storage import Disk
from shared.standard_webhooks import PREFIX, key_of, signature

_EVENTS = tuple(f"fine_tuning.job.{status}" for status in ("succeeded", "failed", "cancelled"))
_PATH = "/openai/v1/dashboard/webhook_endpoints"
_TRIES = 3
_PAUSE_S = 0.5
_PATIENCE = aiohttp.ClientTimeout(total=10)


class Webhooks:
    """Registered addresses, kept on disk, and the calls that are under way."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._folder = disk.folder("webhooks")
        self._endpoints: dict[str, dict[str, Any]] = {
            kept["id"]: kept for kept in disk.load_all(self._folder)
        }
        self._calls: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application) -> None:
        """Serve registering, listing and deleting."""
        app.router.add_route("POST", _PATH, self._register)
        app.router.add_route("GET", _PATH, self._list)
        app.router.add_route("DELETE", f"{_PATH}/{{endpoint}}", self._delete)

    async def _register(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(request)
        kinds, url = body.get("event_types"), body.get("url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise bad_request("'url' must be an address.", param="url")
        if not isinstance(kinds, list) or not kinds or not set(kinds) <= set(_EVENTS):
            raise bad_request(f"'event_types' must be some of {', '.join(_EVENTS)}.", param="event_types")
        made: dict[str, Any] = {
            "id": f"we_{secrets.token_hex(12)}",
            "name": str(body.get("name") or ""),
            "url": url,
        }
        made |= {"event_types": kinds, "created_at": int(time.time())}
        secret = f"{PREFIX}{base64.b64encode(secrets.token_bytes(32)).decode()}"
        self._endpoints[made["id"]] = made | {"signing_secret": secret}
        self._disk.save(self._folder / f"{made['id']}.json", self._endpoints[made["id"]])
        return json_response(made | {"signing_secret": secret})  # told this once

    async def _list(self, request: web.Request) -> web.StreamResponse:
        shown = [
            {key: value for key, value in endpoint.items() if key != "signing_secret"}
            for endpoint in self._endpoints.values()
        ]
        return json_response({"object": "list", "data": shown})

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["endpoint"]
        if self._endpoints.pop(name, None) is None:
            raise not_found(f"There is no webhook endpoint '{name}'.")
        (self._folder / f"{name}.json").unlink(missing_ok=True)
        return json_response({"id": name, "object": "webhook_endpoint.deleted", "deleted": True})

    def job_ended(self, job_id: str, status: str) -> None:
        """Call whoever wants to hear of it; call this inside the event loop."""
        kind = f"fine_tuning.job.{status}"
        event = {"id": f"evt_{secrets.token_hex(12)}", "object": "event", "created_at": int(time.time())}
        body = orjson.dumps(event | {"type": kind, "data": {"id": job_id}})
        for endpoint in self._endpoints.values():
            if kind in endpoint["event_types"]:
                call = asyncio.get_running_loop().create_task(_call(endpoint, event["id"], body))
                self._calls.add(call)
                call.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Break off what is under way."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)


def signed_headers(webhook_id: str, body: bytes, secret: str, at: int) -> dict[str, str]:
    """The headers of a call at `at` (seconds since 1970)."""
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(key_of(secret), message_id=webhook_id, sent_at=str(at), body=body),
        "content-type": "application/json",
    }


async def _call(endpoint: dict[str, Any], webhook_id: Any, body: bytes) -> None:
    """Call until somebody answers with success, a few times; the id stays the same, the time does not."""
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        for _ in range(_TRIES):
            headers = signed_headers(str(webhook_id), body, endpoint["signing_secret"], int(time.time()))
            try:
                async with session.post(endpoint["url"], data=body, headers=headers) as answer:
                    if answer.ok:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(_PAUSE_S)
