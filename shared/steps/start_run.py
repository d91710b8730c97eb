"""A catalog has arrived: read it, store it, plan it, send its segments on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared import names, stored
from shared.catalog.limits import Limits
from shared.contracts import options
from shared.contracts.messages import CatalogEvent, RunRequest
from shared.dataset.failure import failure_of
from shared.dataset.manifest import Manifest
from shared.errors import BadRequestError, PermanentError, PlansmithError
from shared.ports.clock import Clock
from shared.ports.storage import Blob, BlobStore
from shared.runs import paths
from shared.runs.notes import Failure, Pause, read_pause
from shared.runs.outbox import STARTED
from shared.runs.spec import RunSpec
from shared.runs.store import Runs
from shared.steps.deps import Deps
from shared.steps.fan_out import begun_segments, send_unbegun
from shared.steps.new_spec import new_run
from shared.steps.resuming import resume_run
from shared.steps.run_failure import fail_run, tell_failure

_SETTLED_S = 60.0
"""A repeated request for a run older than this looks whether a crash cut its start short."""


async def start_run(request: RunRequest, deps: Deps) -> str:
    """Start the run that `request` asks for and return its id; the same request again is the same run.

    A repetition of a message may stand for one that died half-way, and completes its start. A paused run goes on
    where the request says `again`.

    Raises BadRequestError when there is no run to blame (no such blob, a path that leaves the
    container). Any other fault of the request becomes a failed run and is raised with `run_id` set.
    """
    try:
        return await _started(request, deps)
    except NotRunningError as error:
        if error.code != "run_paused" or not request.again:
            raise
        await resume_run(error.run_id, deps)
        return error.run_id


async def start_uploaded(event: CatalogEvent, deps: Deps) -> None:
    """Start the run of a blob that has arrived below `catalogs`, unless its metadata says `start=false`."""
    if event.blob is not None and await wants_start(event.blob, deps.store):
        await start_run(RunRequest(f"{names.CATALOGS}/{event.blob}", repeated=event.repeated), deps)


async def _started(request: RunRequest, deps: Deps) -> str:
    blobs = [await read_blob(path, deps.store, deps.settings.limits) for path in request.blobs]
    name = _name(request.blobs)
    asked = _asked(request, blobs)
    try:
        run = await _run_of(name, _identity(request, blobs, asked), request, deps.runs)
    except TypeError as exc:  # what JSON could be read from, at up to 1,024 levels, cannot always be written
        raise BadRequestError("the options are nested too deeply", code="bad_option") from exc
    if await _is_deleted(run, deps.store):
        gone = PermanentError(f"the run {run} was deleted.", code="run_deleted")
        raise StartFailedError(run, gone, is_known=True)
    known = await deps.runs.spec(run)
    if known is not None:
        await _check_running(run, deps)
        if (request.repeated or _settled(known, deps.clock)) and run in await deps.runs.open_runs():
            await _send_on(known, await begun_segments(run, deps.store), deps)
        return run
    failure = await deps.runs.failure(run)
    if failure is not None:
        if request.repeated:  # the delivery that noted the failure may have died before it told
            await tell_failure(run, failure.code, failure.message, deps)
        raise StartFailedError(run, PermanentError(failure.message, code=failure.code), is_known=True)
    try:
        new = await new_run(run, name, list(zip(request.blobs, blobs, strict=True)), asked, deps)
    except PermanentError as error:
        await fail_run(run, error, deps, name=name)
        raise StartFailedError(run, error) from error
    # Before there is a run: whoever sees one hears of it.
    await deps.outbox.prepare(STARTED, run, _told(new.spec))
    if await deps.runs.create(new.spec, new.catalog, new.examples):
        await _send_on(new.spec, (), deps)
    return run


async def _run_of(name: str, identity: Any, request: RunRequest, runs: Runs) -> str:
    """The run that is asked for; with `again` the first of its successors that has not failed or been deleted."""
    run = names.run_id(name, identity)
    while request.again and (await _is_deleted(run, runs.store) or await _failure(run, runs) is not None):
        run = names.run_id(name, {"again": run})
    return run


async def _is_deleted(run: str, store: BlobStore) -> bool:
    return await store.properties(names.RUNS, paths.deleted_mark(run)) is not None


async def _failure(run: str, runs: Runs) -> Failure | None:
    """Why a run has failed, be it that it was published without a record; None if it has not."""
    blob = await runs.store.read(names.DATASETS, paths.manifest(run))
    if blob is None:
        return await runs.failure(run)
    if await runs.standing(run).stop_reason() == "cancelled":
        return None
    found = failure_of(stored.read(Manifest, blob.data, f"the manifest of {run}").counts)
    return Failure(**found) if found else None


async def _check_running(run: str, deps: Deps) -> None:
    """Raise NotRunningError for a run that has failed or is paused: asking again would change nothing."""
    failure = await _failure(run, deps.runs)
    if failure is not None:
        raise NotRunningError(run, "has failed", failure)
    pause = await read_pause(run, deps.store)
    if pause is not None:
        raise NotRunningError(run, "is paused", pause)


async def _send_on(spec: RunSpec, begun: Iterable[int], deps: Deps) -> None:
    run = spec.run_id
    await send_unbegun(run, await deps.runs.plan(run), begun, deps.queue)
    await deps.outbox.tell(STARTED, run, _told(spec))


def _told(spec: RunSpec) -> dict[str, Any]:
    """What others are told of a run that starts."""
    return {
        "samples": spec.options["samples"],
        "catalogs": [catalog["blob"] for catalog in spec.catalogs],
    }


class StartFailedError(PermanentError):
    """A request became a failed run, which tells its sender why.

    Attributes:
        is_known: whether an earlier request became that run.
    """

    def __init__(self, run_id: str, error: PlansmithError, *, is_known: bool = False) -> None:
        more = ' Start another run with "again": true in the request.' if is_known else ""
        super().__init__(f"{error.message}{more}", code=error.code)
        self.run_id = run_id
        self.is_known = is_known


class NotRunningError(StartFailedError):
    """The run that a request asks for is there and does not go on by itself."""

    def __init__(self, run_id: str, what: str, why: Failure | Pause) -> None:
        do = f"POST /api/runs/{run_id}/resume lets it go on, and so does" if what == "is paused" else "Send"
        error = PermanentError(
            f"the run {run_id} {what}: {why.message} ({why.code}). {do} the same request with "
            '"again": true in its body.',
            code="run_paused" if what == "is paused" else "run_failed",
        )
        super().__init__(run_id, error)


async def wants_start(path: str, store: BlobStore) -> bool:
    """Whether an uploaded blob starts a run by itself: its metadata may say `start=false`."""
    if not names.is_relative_path(path):
        return True
    found = await store.properties(names.CATALOGS, path)
    return found is None or found.metadata.get("start", "").lower() != "false"


async def read_blob(path: str, store: BlobStore, limits: Limits) -> Blob:
    """The blob below `catalogs`. BadRequestError says why it cannot be had."""
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


def _settled(spec: RunSpec, clock: Clock) -> bool:
    return spec.age_s(clock.now()) > _SETTLED_S
