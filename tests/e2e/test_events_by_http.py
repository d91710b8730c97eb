"""A whole stack tells another system by HTTP: every event of a run, signed, the same however often it is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from cli.client import Client
from local.checkout import DEMO_CATALOG
from tests.builders.commands import running_stack, until
from tests.builders.fake_api import serving

KEY = b"0123456789" * 3  # obviously fake
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class Receiver:
    """Another system; it fails at its first call."""

    url: str = ""
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/in", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        self.calls.append(
            ({name.lower(): value for name, value in request.headers.items()}, await request.read())
        )
        return web.Response(status=503 if len(self.calls) == 1 else 204)

    def taken(self) -> dict[str, str]:
        """Types of the events that were taken, by their ids."""
        events = [json.loads(body) for _, body in self.calls[1:]]
        return {event["id"]: event["type"] for event in events}


def test_every_event_of_a_run_arrives_signed(tmp_path: Path) -> None:
    wanted = ["plansmith.dataset.published", "plansmith.run.started"]
    with serving(Receiver()) as receiver:
        settings = {"EVENTS_WEBHOOK_URL": f"{receiver.url}/in", "EVENTS_WEBHOOK_SECRET": SECRET}
        with (
            running_stack(tmp_path / "state", "--emulator", **settings) as stack,
            Client(stack.url) as client,
        ):
            run = client.start_run([DEMO_CATALOG], {"samples": 5, "top_up": False})["run_id"]
            until(lambda: len(receiver.taken()) >= 2, "two events at the webhook", 120)
    assert sorted(receiver.taken().values()) == wanted
    assert len({body for _, body in receiver.calls}) == 2
    for headers, body in receiver.calls:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        right = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{right}"
        assert json.loads(body)["subject"] == run
