"""The run's fine-tune job as it is stored: read, opened, and changed though others write it, too."""

from __future__ import annotations

from collections.abc import Callable

from shared import names
from shared.errors import ConflictError
from shared.finetune.job import Job
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.notes import note_change

_TRIES = 20


async def read_job(run: str, store: BlobStore) -> Job | None:
    """The run's job, None if it has none. PermanentError `unreadable`."""
    blob = await store.read(names.RUNS, paths.job(run))
    return Job.from_json(blob.data) if blob else None


async def mark_open(run: str, store: BlobStore) -> None:
    """Have `advance_finetunes` look at the run's job."""
    await store.write(names.RUNS, paths.finetune_mark(run), b"{}")


async def open_job(job: Job, store: BlobStore) -> None:
    """Store a run's first job with its open mark, unless there is one."""
    await mark_open(job.run_id, store)
    try:
        await store.write(names.RUNS, paths.job(job.run_id), job.to_json(), if_absent=True)
    except ConflictError:
        return
    await note_change(job.run_id, store)


async def change_job(run: str, change: Callable[[Job], Job | None], store: BlobStore) -> Job | None:
    """Store what `change` makes of the job, and return it; None where there is no job, or `change` wants none stored.

    ConflictError when others write all the time.
    """
    for _ in range(_TRIES):
        blob = await store.read(names.RUNS, paths.job(run))
        changed = change(Job.from_json(blob.data)) if blob else None
        if blob is None or changed is None:
            return None
        try:
            await store.write(names.RUNS, paths.job(run), changed.to_json(), if_match=blob.etag)
        except ConflictError:
            continue
        return changed
    raise ConflictError(f"the job of run {run} changes all the time")
