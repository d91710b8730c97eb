"""The emulated resource: its parts put together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.openai_emulator.chat import Chat
from local.openai_emulator.deployments import Deployments
from local.openai_emulator.files import Files
from local.openai_emulator.jobs import Jobs
from local.openai_emulator.meter import Meter
from local.openai_emulator.models import MODELS
from local.openai_emulator.storage import Disk
from local.openai_emulator.student.library import StudentLibrary
from local.openai_emulator.switches import Switches
from local.openai_emulator.webhooks import Webhooks


class Emulator:
    """One resource with its files, jobs, deployments and models.

    Args:
        data: folder that outlives the process; None for a temporary one.
        deployments: more deployments known from the start, name to model.
        api_key: the only key accepted; "" accepts any.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        switches: Switches | None = None,
        deployments: Mapping[str, str] | None = None,
        api_key: str = "",
    ) -> None:
        self.switches = switches or Switches()
        self.meter = Meter()
        self.api_key = api_key
        self.started_at = time.time()
        self.disk = Disk(data)
        self.files = Files(self.disk, self.switches)
        self.webhooks = Webhooks(self.disk)
        self.jobs = Jobs(self.disk, self.switches, self.files, self.webhooks)
        self.students = StudentLibrary(self.jobs.weights_of)
        self.deployments = Deployments(
            self.disk, self.switches, deployments or {}, lambda name: self.jobs.weights_of(name) is not None
        )
        self.chat = Chat(self.switches, self.meter, self.deployments, self.students)

    def start(self) -> None:
        """Go on with what was under way when the emulator stopped; call it inside the event loop."""
        self.files.resume()
        self.jobs.resume_all()

    async def close(self) -> None:
        """Stop jobs and checks, remove a temporary folder."""
        await self.jobs.close()
        await self.files.close()
        await self.webhooks.close()
        self.disk.close()

    def models(self) -> list[dict[str, Any]]:
        """Base models and fine-tuned ones, as the model list shows them."""
        base = [
            _model(model.name, {"fine_tune": bool(model.methods), "inference": True, "chat_completion": True})
            for model in MODELS
        ]
        tuned = {"fine_tune": True, "inference": True, "chat_completion": True}
        return base + [_model(name, tuned) for name in self.jobs.fine_tuned_models()]

    def state(self) -> dict[str, Any]:
        """Counters, switches, deployments and how many files and jobs there are."""
        return {
            "emulator": "plansmith openai emulator",
            "started_at": self.started_at,
            "counters": self.meter.as_dict(),
            "switches": self.switches.as_dict(),
            "deployments": self.deployments.names(),
            "files": len(self.files.listing()["data"]),
            "jobs": {job["id"]: job["status"] for job in self.jobs.listing()["data"]},
        }


def _model(name: str, capabilities: dict[str, bool]) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": 1_767_225_600,
        "owned_by": "emulator",
        "status": "succeeded",
        "lifecycle_status": "generally-available",
        "capabilities": capabilities,
    }
