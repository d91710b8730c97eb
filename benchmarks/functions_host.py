"""What a message costs the local functions host, beside the same receive and delete through the storage SDK.

    python -m benchmarks.functions_host [--messages 1000] [--json]

`host` runs a trivial asynchronous queue function on a real Azurite, one host process, batchSize 32. `sdk` receives and
deletes as many messages with azure-storage-queue, 32 at a time, in a loop of its own: no function, no retries, no
poison. Both count processor time of the process that does it, user and system, and messages a second.
Exit status 1 if the host does not run 100 messages a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from azure.storage.queue.aio import QueueClient as SdkQueue

from local.functions_host.queue_client import QueueClient
from local.functions_host.storage import parse_connection_string
from testing.azurite import Storage, azurite_storage
from testing.functions_host import host, wait_until
from testing.harness import cpu_s

LIMIT_PER_S = 100
_APP = """
import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger(arg_name="msg", queue_name="work", connection="AzureWebJobsStorage")
async def work(msg: func.QueueMessage) -> None:
    msg.get_json()
"""
_HOST_JSON = {
    "version": "2.0",
    "extensions": {"queues": {"batchSize": 32, "newBatchThreshold": 32, "messageEncoding": "none"}},
}


async def fill(storage: Storage, messages: int) -> None:
    room = asyncio.Semaphore(16)
    async with QueueClient(parse_connection_string(storage.connection_string, "storage")) as client:
        await client.create("work")

        async def put(number: int) -> None:
            async with room:
                await client.put("work", json.dumps({"run": "shop-0123456789", "index": number}))

        await asyncio.gather(*(put(number) for number in range(messages)))


def measure_host(messages: int) -> tuple[float, float]:
    """Messages a second and milliseconds of processor time a message."""
    with tempfile.TemporaryDirectory() as folder, azurite_storage() as storage:
        app = Path(folder) / "app"
        app.mkdir()
        (app / "function_app.py").write_text(_APP)
        (app / "host.json").write_text(json.dumps(_HOST_JSON))
        settings = {"AzureWebJobsStorage": storage.connection_string}
        with host(app, Path(folder), settings=settings) as process:
            before, began = cpu_s(process.process.pid), time.monotonic()
            asyncio.run(fill(storage, messages))
            wait_until(lambda: _done(process.status()) >= messages, "all messages", 300)
            wait_until(lambda: storage.depth("work") == 0, "all deletes", 60)
            took_s = time.monotonic() - began
            return messages / took_s, (cpu_s(process.process.pid) - before) / messages * 1000


def _done(status: dict[str, dict[str, dict[str, int]]]) -> int:
    return status["functions"].get("work", {}).get("succeeded", 0)


async def measure_sdk(messages: int) -> tuple[float, float]:
    """The same figures for receive and delete alone."""
    with azurite_storage() as storage:
        await fill(storage, messages)
        async with SdkQueue.from_connection_string(storage.connection_string, "work") as client:
            before, began, done = cpu_s(os.getpid()), time.monotonic(), 0
            while done < messages:
                batch = [m async for m in client.receive_messages(messages_per_page=32, max_messages=32)]
                await asyncio.gather(*(client.delete_message(message) for message in batch))
                done += len(batch)
            took_s = time.monotonic() - began
            return messages / took_s, (cpu_s(os.getpid()) - before) / messages * 1000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    options = parser.parse_args()
    host_per_s, host_ms = measure_host(options.messages)
    sdk_per_s, sdk_ms = asyncio.run(measure_sdk(options.messages))
    figures = {
        "messages": options.messages,
        "host": {"per_s": round(host_per_s, 1), "cpu_ms": round(host_ms, 2)},
        "sdk": {"per_s": round(sdk_per_s, 1), "cpu_ms": round(sdk_ms, 2)},
        "cpu_ratio": round(host_ms / sdk_ms, 2),
    }
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"host: {host_per_s:7.1f} messages/s  {host_ms:5.2f} ms of processor time a message")
        print(f"sdk:  {sdk_per_s:7.1f} messages/s  {sdk_ms:5.2f} ms (receive and delete alone)")
        print(f"ratio of processor time: {figures['cpu_ratio']}")
    return 0 if host_per_s >= LIMIT_PER_S else 1


if __name__ == "__main__":
    sys.exit(main())
