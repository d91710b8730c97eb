"""The emulator served in the test's own loop, and settings that point at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from local.openai_emulator.emulator import Emulator
from local.openai_emulator.server import Server
from local.openai_emulator.switches import Switches
from shared.settings import Settings


@asynccontextmanager
async def serving(**switches: Any) -> AsyncIterator[Server]:
    """A fresh emulator on a free port."""
    quick = {"file_processing_s": 0.0, "job_queue_s": 0.0, "job_step_s": 0.0, "deployment_s": 0.1}
    server = Server(Emulator(switches=Switches(**(quick | switches)), api_key="fake-key"))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def settings_for(url: str, *, key: str = "fake-key") -> Settings:
    """Settings whose model service is at `url`."""
    return Settings.from_mapping(
        {
            "PLANSMITH_STORAGE": "UseDevelopmentStorage=true",
            "AZURE_OPENAI_ENDPOINT": url,
            "AZURE_OPENAI_API_KEY": key,
        }
    )
