"""A functions host that dies as if by `kill -9` right after a chosen side effect: `python -m testing.chaos.crashing_host`.

The app's own code is untouched: the calls that leave the process (the adapters' and the host's) are wrapped. The folder
`CHAOS_DIR` holds the order (`crash.json`, taken by the first host that gets there) and, for each process, what outlives
it: how many calls to the teacher it has made that no stored outcome accounts for yet (`in-flight-<pid>`).
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

from testing.chaos.dying import FOLDER, after, die_if_ordered
from testing.chaos.outliving import Shared

EFFECTS = "effects"
"""File of `CHAOS_DIR`: a line an effect at the services that tune and deploy, `method<tab>what`."""
CLAIM_S = 8.0
"""How long a dead host's claim holds others up."""
_paid: ContextVar[list[int]] = ContextVar("_paid")


def _kind(path: str) -> str:
    """`spec.json`, `_open`, `segments`, `log`, … of a blob's path."""
    if path.startswith("_"):
        return path.split("/", 1)[0]
    parts = path.split("/")[1:]
    return parts[0] if len(parts) > 1 and parts[0] in ("log", "segments") else "/".join(parts)


def _writing(container: str, path: str, data: bytes, *, if_match: str | None = None, **_: Any) -> str:
    return f"{'change' if if_match else 'write'} {_kind(path)}"


def _sending(message: Any, **_: Any) -> str:
    return (
        f"send {message.queue} {message.type}" if message.queue == "run-events" else f"send {message.queue}"
    )


def _wrap_storage() -> None:
    from local.functions_host.queue_client import QueueClient
    from shared.adapters.storage.blobs import AzureBlobStore
    from shared.adapters.storage.queue import AzureQueue
    from shared.adapters.storage.record_log import AzureRecordLog

    after(AzureBlobStore, "write", _writing)
    after(AzureBlobStore, "delete", lambda container, path: f"delete {_kind(path)}")
    after(AzureRecordLog, "create", lambda path: f"create {_kind(path)}")
    after(AzureRecordLog, "append", lambda path, line: f"append {_kind(path)}")
    after(AzureQueue, "send", _sending)
    after(QueueClient, "receive", lambda queue, **_: f"receive {queue}")
    after(QueueClient, "delete", lambda queue, message: f"consume {queue}")
    open_write = AzureBlobStore.open_write

    @asynccontextmanager
    async def opened(self: Any, container: str, path: str, **kwargs: Any) -> Any:
        async with open_write(self, container, path, **kwargs) as writer:
            yield writer
        die_if_ordered(f"write {_kind(path)}")

    AzureBlobStore.open_write = opened  # type: ignore[method-assign]


def _wrap_calls(shared: Shared) -> None:
    from shared.adapters.openai.teacher import AzureOpenAITeacher
    from shared.adapters.storage.record_log import AzureRecordLog
    from shared.steps import generate_record as step

    complete, append, generate = AzureOpenAITeacher.complete, AzureRecordLog.append, step.generate_record

    async def completed(self: Any, request: Any) -> Any:
        paid = _paid.get([0])
        paid[0] += 1
        shared.add(1)
        try:
            reply = await complete(self, request)
        except BaseException:
            paid[0] -= 1
            shared.add(-1)
            raise
        die_if_ordered("call teacher")
        return reply

    async def appended(self: Any, path: str, line: bytes) -> None:
        await append(self, path, line)
        if "/log/" in path:
            settle()

    def settle() -> None:
        paid = _paid.get([0])
        shared.add(-paid[0])
        paid[0] = 0

    async def generated(*args: Any, **kwargs: Any) -> None:
        _paid.set([0])
        try:
            await generate(*args, **kwargs)
        finally:
            settle()

    AzureOpenAITeacher.complete = completed  # type: ignore[method-assign]
    AzureRecordLog.append = appended  # type: ignore[method-assign]
    step.generate_record = generated


def _wrap_tuning(file: Path) -> None:
    """Note every effect at the services that tune and deploy, in a file that all hosts share."""
    from shared.adapters.arm.deployments import AzureArmDeployments
    from shared.adapters.openai.finetune import AzureOpenAIFineTune

    effects: list[tuple[type, str, Callable[..., str]]] = [
        (AzureOpenAIFineTune, "upload_file", lambda name, chunks, timeout_s: name),
        (AzureOpenAIFineTune, "create_job", lambda request: str(request.suffix)),
        (AzureOpenAIFineTune, "delete_file", lambda file_id: file_id),
        (AzureArmDeployments, "put_deployment", lambda request: str(request.name)),
        (AzureArmDeployments, "delete_deployment", lambda name: name),
    ]

    def noted(method: str, told: Callable[..., str]) -> Callable[..., str]:
        def note(*args: Any, **kwargs: Any) -> str:
            with file.open("a") as shared:
                shared.write(f"{method}\t{told(*args, **kwargs)}\n")
            return f"call {method}"

        return note

    for owner, method, told in effects:
        after(owner, method, noted(method, told))


def _tune_impatiently() -> None:
    """Deploy at the emulator's control plane, and wait seconds where an installation waits minutes for the dead."""
    from shared import bootstrap
    from shared.adapters.arm.deployments import ArmAccount, AzureArmDeployments
    from shared.settings import Settings
    from shared.steps.deps import StepSettings

    usual = bootstrap._step_settings

    def deployments(settings: Settings) -> AzureArmDeployments:
        account = ArmAccount("s", "g", "a", endpoint=settings.openai_endpoint, token=settings.openai_api_key)
        return AzureArmDeployments(account)

    def impatient(settings: Settings) -> StepSettings:
        found = usual(settings)
        short = replace(
            found.finetune,
            upload_s=CLAIM_S,
            claim_margin_s=1.0,
            create_claim_s=CLAIM_S,
            evaluation_stall_s=CLAIM_S,
        )
        return replace(found, finetune=short)

    bootstrap._deployments = deployments
    bootstrap._step_settings = impatient


def _load_sdks() -> None:
    """Load what takes seconds before messages are locked: here the host's part, which renews locks, would wait for it."""
    for module in (
        "openai",
        "azure.storage.blob.aio",
        "azure.storage.queue.aio",
        "shared.steps.generate_record",
    ):
        importlib.import_module(module)


def main() -> int:
    """Run the host with everything wrapped."""
    from local.functions_host.cli import main as host

    _load_sdks()
    _wrap_calls(Shared(FOLDER / f"in-flight-{os.getpid()}"))
    _wrap_storage()
    _wrap_tuning(FOLDER / EFFECTS)
    _tune_impatiently()
    return host()


if __name__ == "__main__":
    raise SystemExit(main())
