"""A catalog has arrived: read it, store it, plan it, send its segments on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared import names
from shared.catalog.limits import Limits
from shared.contracts import options
from shared.contracts.events import cloud_event
from shared.contracts.messages import RunRequest
from shared.errors import BadRequestError, PermanentError, PlansmithError
from shared.ports.clock import Clock
from shared.ports.storage import Blob, Queue, RunStore
from shared.runs.budget import Budget, estimate
from shared.runs.store import Runs, RunSpec
from shared.steps.fan_out import begun_segments, send_unbegun
from shared.steps.run_failure import fail_run, tell_failure
from shared.version import VERSION

if TYPE_CHECKING:
    from shared.catalog.documents import Document
    from shared.catalog.model import Catalog

# One upload is read at a time: each may take several times its bytes of memory.
_READER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-catalog")
_SETTLED_S = 60.0
"""A repeated request for a run older than this looks whether a crash cut its start short."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What an installation decides for every run.

    Attributes:
        run_options: defaults of the run options.
        teacher: deployment used when a run names none.
        created_at: fixed creation time of records, seconds since 1970, or None.
        limits: limits of ingestion.
    """

    run_options: Mapping[str, Any]
    teacher: str
    created_at: int | None
    limits: Limits


async def start_run(
    request: RunRequest,
    *,
    store: RunStore,
    runs: Runs,
    queue: Queue,
    clock: Clock,
    installation: Installation,
    repeated: bool = False,
) -> str:
    """Start the run that `request` asks for and return its id; the same request again is the same run.

    A repetition of a message (`repeated`) may stand for one that died half-way, and completes its start.

    Raises BadRequestError when there is no run to blame (no such blob, a path that leaves the
    container). Any other fault of the request becomes a failed run and is raised with `run_id` set.
    """
    blobs = [await _read(path, store, installation.limits) for path in request.blobs]
    name = _name(request.blobs)
    asked = _asked(request, blobs)
    try:
        run = names.run_id(name, _identity(request, blobs, asked))
    except TypeError as exc:  # what JSON could be read from, at up to 1,024 levels, cannot always be written
        raise BadRequestError("the options are nested too deeply", code="bad_option") from exc
    known = await runs.spec(run)
    if known is not None:
        if (repeated or _settled(known, clock)) and run in await runs.open_runs():
            await _send_on(known, runs, await begun_segments(run, store), queue, clock)
        return run
    failure = await runs.failure(run)
    if failure is not None:
        if repeated:  # the delivery that noted the failure may have died before it told
            await tell_failure(run, failure.code, failure.message, runs=runs, queue=queue, clock=clock)
        raise StartFailedError(run, PermanentError(failure.message, code=failure.code))
    try:
        spec, catalog = await _spec(run, name, request, blobs, asked, runs, installation)
    except PermanentError as error:
        await fail_run(run, error, runs=runs, queue=queue, clock=clock, name=name)
        raise StartFailedError(run, error) from error
    if await runs.create(spec, catalog):
        await _send_on(spec, runs, (), queue, clock)
    return run


async def _send_on(spec: RunSpec, runs: Runs, begun: Iterable[int], queue: Queue, clock: Clock) -> None:
    run = spec.run_id
    await send_unbegun(run, await runs.plan(run), begun, queue)
    data: dict[str, Any] = {
        "samples": spec.options["samples"],
        "catalogs": [catalog["blob"] for catalog in spec.catalogs],
    }
    await queue.send(names.RUN_EVENTS, cloud_event("run.started", run, data, clock.now()))


class StartFailedError(PermanentError):
    """A request became a failed run, which tells its sender why."""

    def __init__(self, run_id: str, error: PlansmithError) -> None:
        super().__init__(error.message, code=error.code)
        self.run_id = run_id


async def wants_start(path: str, *, store: RunStore) -> bool:
    """Whether an uploaded blob starts a run by itself: its metadata may say `start=false`."""
    if not names.is_relative_path(path):
        return True
    found = await store.properties(names.CATALOGS, path)
    return found is None or found.metadata.get("start", "").lower() != "false"


async def _read(path: str, store: RunStore, limits: Limits) -> Blob:
    if not names.is_relative_path(path):
        raise BadRequestError(f"'{path[:100]}' is no name of a blob in {names.CATALOGS}", code="bad_path")
    try:
        blob = await store.read(names.CATALOGS, path, max_bytes=limits.document_bytes)
    except PermanentError as exc:
        raise BadRequestError(exc.message, code=exc.code) from exc
    if blob is None:
        raise BadRequestError(f"there is no blob {names.CATALOGS}/{path[:200]}", code="no_such_catalog")
    return blob


def _name(paths: tuple[str, ...]) -> str:
    return paths[0].rsplit("/", 1)[-1].split(".", 1)[0]


def _asked(request: RunRequest, blobs: list[Blob]) -> dict[str, Any]:
    """What the sender asks for: by the metadata of a single blob, by the request's options, or by both."""
    metadata = blobs[0].metadata if len(blobs) == 1 else {}
    return options.merge(options.from_metadata(metadata), request.options)


def _identity(request: RunRequest, blobs: list[Blob], asked: Mapping[str, Any]) -> Any:
    if request.request_key:
        return {"request_key": request.request_key}
    versions = sorted([path, blob.etag] for path, blob in zip(request.blobs, blobs, strict=True))
    return {"catalog": versions, "options": dict(asked)}


async def _spec(
    run: str,
    name: str,
    request: RunRequest,
    blobs: list[Blob],
    asked: Mapping[str, Any],
    runs: Runs,
    installation: Installation,
) -> tuple[RunSpec, bytes]:
    from shared.catalog.documents import Document

    chosen = options.resolve(installation.run_options, asked)
    teacher = chosen.get("teacher") or installation.teacher
    if not teacher:
        raise BadRequestError("no teacher: set TEACHER_DEPLOYMENT or the option 'teacher'", code="no_teacher")
    documents = [Document(path, blob.data) for path, blob in zip(request.blobs, blobs, strict=True)]
    Budget.of(chosen, teacher)
    catalog, stored = await _ingested(documents, installation.limits)
    started_at = runs.now()
    spec = RunSpec(
        run_id=run,
        name=name,
        catalogs=tuple(
            {"blob": f"{names.CATALOGS}/{path}", "etag": blob.etag, "bytes": len(blob.data)}
            for path, blob in zip(request.blobs, blobs, strict=True)
        ),
        options={**chosen, "teacher": teacher},
        teacher=teacher,
        started_at=started_at,
        created_at=_created_at(installation.created_at) or started_at,
        app_version=VERSION,
        estimate=estimate(catalog, chosen, teacher),
        diagnostics=len(catalog.diagnostics),
    )
    return spec, stored


async def _ingested(documents: list[Document], limits: Limits) -> tuple[Catalog, bytes]:
    """The catalog of an upload, read beside the event loop: tens of MB take seconds."""
    from shared.catalog.ingest import ingest
    from shared.catalog.serialize import to_json

    def read() -> tuple[Catalog, bytes]:
        catalog = ingest(documents, limits=limits)
        return catalog, to_json(catalog)

    return await asyncio.get_running_loop().run_in_executor(_READER, read)


def _created_at(epoch: int | None) -> str:
    if epoch is None:
        return ""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _settled(spec: RunSpec, clock: Clock) -> bool:
    return spec.age_s(clock.now()) > _SETTLED_S
