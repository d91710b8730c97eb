"""Fine-tuning behind Azure OpenAI's `/openai/v1`, or behind any server that speaks the same paths."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

from shared.adapters.openai.errors import translated
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.finetune.models import Listed, read_listed
from shared.finetune.service import (
    USABLE_FILE,
    Checkpoint,
    JobEvent,
    JobRequest,
    ServiceFile,
    ServiceJob,
    read_checkpoint,
    read_event,
    read_file,
    read_job,
    storable,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from shared.settings import Settings

_IN_MEMORY_BYTES = 1 << 20
_PAGE = 100
_MAX_FILES = 10_000
_MAX_JOBS = 2_000
_MAX_CHECKPOINTS = 100
_CREATE_TIMEOUT_S = 60.0
_CALL_TIMEOUT_S = 60.0
_DATED = "2024-10-21"
"""The newest stable version of the service's dated API."""


class AzureOpenAIFineTune:
    """FineTuneService on the OpenAI SDK; no call is repeated here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _client(self) -> AsyncOpenAI:
        from shared.adapters.openai.client import openai_client

        return openai_client(self._settings).with_options(timeout=_CALL_TIMEOUT_S)

    async def find_file(self, name: str) -> ServiceFile | None:
        with translated():
            async for answer in _first(self._client.files.list(purpose="fine-tune"), _MAX_FILES):
                file = read_file(_fields(answer))
                if file.id and file.name == name and file.status in USABLE_FILE:
                    return file
        return None

    async def upload_file(self, name: str, chunks: AsyncIterator[bytes], *, timeout_s: float) -> ServiceFile:
        # The SDK's own time-out bounds each operation of the socket, not the whole.
        try:
            async with asyncio.timeout(timeout_s):
                return await self._uploaded(name, chunks, timeout_s)
        except TimeoutError as exc:
            why = f"the upload of {name} took longer than {timeout_s:.0f} s"
            raise TransientError(why, code="timeout") from exc

    async def _uploaded(self, name: str, chunks: AsyncIterator[bytes], timeout_s: float) -> ServiceFile:
        # The SDK wants a body that it can read more than once.
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
            async for chunk in chunks:
                spool.write(chunk)
            spool.seek(0)
            body: IO[bytes] = spool
            with translated():
                answer = await self._client.files.create(
                    file=(name, body, "application/jsonl"), purpose="fine-tune", timeout=timeout_s
                )
        return read_file(_named(answer))

    async def get_file(self, file_id: str) -> ServiceFile | None:
        try:
            with translated():
                return read_file(_named(await self._client.files.retrieve(file_id)))
        except PermanentError as exc:
            if exc.code != "not_found":
                raise
            return None

    async def read_file(self, file_id: str, *, max_bytes: int) -> bytes:
        found = bytearray()
        with translated():
            async with self._client.files.with_streaming_response.content(file_id) as answer:
                async for chunk in answer.iter_bytes(1 << 16):
                    found += chunk
                    if len(found) > max_bytes:
                        raise PermanentError(
                            f"file {file_id} is larger than {max_bytes} bytes", code="too_large"
                        )
        return bytes(found)

    async def delete_file(self, file_id: str) -> None:
        try:
            with translated():
                await self._client.files.delete(file_id)
        except PermanentError as exc:
            if exc.code != "not_found":
                raise

    async def listed_model(self, model: str) -> Listed | None:
        try:
            with translated():
                return read_listed(_fields(await self._client.models.retrieve(model)))
        except (PermanentError, ConfigurationError) as exc:
            if exc.code not in ("not_found", "deployment_not_found"):
                raise
            return None

    async def find_job(self, training_file: str, suffix: str) -> ServiceJob | None:
        oldest: ServiceJob | None = None
        with translated():
            async for answer in _first(self._client.fine_tuning.jobs.list(limit=_PAGE), _MAX_JOBS):
                job = read_job(_fields(answer))
                if job.id and job.training_file == training_file and job.suffix in ("", suffix):
                    oldest = job if oldest is None or job.created_at <= oldest.created_at else oldest
        return oldest

    async def create_job(self, request: JobRequest) -> ServiceJob:
        # `trainingType` is not among the SDK's arguments, but the service wants it.
        with translated():
            answer = await self._client.fine_tuning.jobs.create(
                **_arguments(request),
                extra_body={"trainingType": request.training_type},
                timeout=_CREATE_TIMEOUT_S,
            )
        return read_job(_named(answer))

    async def get_job(self, job_id: str) -> ServiceJob | None:
        try:
            with translated():
                return read_job(_named(await self._client.fine_tuning.jobs.retrieve(job_id)))
        except PermanentError as exc:
            if exc.code != "not_found":
                raise
            return None

    async def cancel_job(self, job_id: str) -> None:
        try:
            with translated():
                await self._client.fine_tuning.jobs.cancel(job_id)
        except PermanentError as exc:
            if exc.code not in ("bad_request", "not_found"):  # it refuses to cancel what has ended
                raise

    async def pause_job(self, job_id: str) -> None:
        with translated():
            await self._client.fine_tuning.jobs.pause(job_id)

    async def resume_job(self, job_id: str) -> None:
        with translated():
            await self._client.fine_tuning.jobs.resume(job_id)

    async def delete_job(self, job_id: str) -> None:
        # Azure deletes jobs on its dated paths alone, which take a key in a header of their own.
        settings = self._settings
        if settings.openai_base_url:
            raise PermanentError("this model service keeps its jobs", code="not_deletable")
        address = f"{settings.openai_endpoint}/openai/fine_tuning/jobs/{job_id}?api-version={_DATED}"
        key = {"api-key": settings.openai_api_key} if settings.openai_api_key else {}
        try:
            with translated():
                await self._client.delete(address, cast_to=type(None), options={"headers": key})
        except PermanentError as exc:
            if exc.code != "not_found":
                raise

    async def list_events(self, job_id: str, *, until: str, limit: int) -> list[JobEvent]:
        found: list[JobEvent] = []
        with translated():
            pages = self._client.fine_tuning.jobs.list_events(job_id, limit=_PAGE)
            async for answer in _first(pages, limit):
                event = read_event(_fields(answer))
                if event.id == until:
                    break
                found.append(event)
        return found

    async def list_checkpoints(self, job_id: str) -> list[Checkpoint]:
        with translated():
            pages = self._client.fine_tuning.jobs.checkpoints.list(job_id, limit=_PAGE)
            return [read_checkpoint(_fields(answer)) async for answer in _first(pages, _MAX_CHECKPOINTS)]

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.close()


def _arguments(request: JobRequest) -> dict[str, Any]:
    method: dict[str, Any] = {"type": request.method}
    if request.hyperparameters:
        method[request.method] = {"hyperparameters": dict(request.hyperparameters)}
    arguments: dict[str, Any] = {
        "model": request.model,
        "training_file": request.training_file,
        "suffix": request.suffix,
        "seed": request.seed,
        "method": method,
    }
    if request.validation_file:
        arguments["validation_file"] = request.validation_file
    return arguments


async def _first(pages: AsyncIterable[Any], limit: int) -> AsyncIterator[Any]:
    """The first `limit` entries, up to a page that brings nothing new: the SDK itself would page on without end."""
    seen: set[object] = set()
    repeated, left = 0, limit
    async for entry in pages:
        which = getattr(entry, "id", None)
        repeated = repeated + 1 if which is not None and which in seen else 0
        if not repeated:
            seen.add(which)
            left -= 1
            yield entry
        if repeated >= _PAGE or left <= 0:
            return


def _fields(answer: Any) -> Mapping[str, Any]:
    """An answer's fields, whatever of them the SDK's types know; text instead of an object is a broken answer."""
    if not hasattr(answer, "model_dump"):
        raise TransientError("the model service's answer is no JSON object", code="bad_response")
    fields: dict[str, Any] = storable(answer.model_dump(mode="json", warnings=False))
    return fields


def _named(answer: Any) -> Mapping[str, Any]:
    """The fields of a file or job, which nobody could ask for again without its id."""
    fields = _fields(answer)
    if not fields.get("id"):
        raise TransientError("the model service's answer has no id", code="bad_response")
    return fields
