"""Puts an ended fine-tune job aside, whole, so that another one can be started."""

from __future__ import annotations

from collections.abc import AsyncIterator

from shared import names
from shared.errors import BadRequestError
from shared.finetune.job import Job
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.steps.finetune.stored_job import read_job

_BESIDE = ("evaluation.json", "report.html")
"""Files of a job that stand beside the dataset itself."""


async def next_number(run: str, store: BlobStore) -> int:
    """1 for the first job that is put aside, 2 for the second …"""
    kept = [info.path async for info in store.list(names.RUNS, paths.finetune_folder(run))]
    return 1 + sum(path.endswith("/job.json") for path in kept if path != paths.job(run))


async def job_on(run: str, revision: int, store: BlobStore) -> str:
    """Number of the newest job on a revision of the dataset, "" if that job was not put aside.

    BadRequestError `no_evaluation` if none was trained on it.
    """
    newest = await read_job(run, store)
    if newest is not None and newest.revision == revision:
        return ""
    for number in range(await next_number(run, store) - 1, 0, -1):
        kept = await store.read(names.RUNS, paths.finetune(run, f"{number}/job.json"))
        if kept is not None and Job.from_json(kept.data).revision == revision:
            return str(number)
    raise BadRequestError(f"no student was trained on {run}@{revision}", code="no_evaluation")


async def put_aside(job: Job, number: int, store: BlobStore) -> bool:
    """Keep everything of an ended job below `finetune/{number}/`, then take it from where the next one goes.

    May be repeated after a crash; False if another job has been put aside under that number.
    """
    run = job.run_id
    into = paths.finetune(run, f"{number}/")
    kept = await store.read(names.RUNS, f"{into}job.json")
    if kept is not None and Job.from_json(kept.data).created_at != job.created_at:
        return False
    for container in (names.RUNS, names.DATASETS):
        async for path in _parts(run, container, store):
            await _copy(
                container, path, into + path.removeprefix(paths.dataset(run)).removeprefix("finetune/"), store
            )
    await _copy(names.RUNS, paths.job(run), f"{into}job.json", store)
    for container in (names.RUNS, names.DATASETS):
        for path in [path async for path in _parts(run, container, store)]:
            await store.delete(container, path)
    await store.delete(names.RUNS, paths.job(run))
    return True


async def _parts(run: str, container: str, store: BlobStore) -> AsyncIterator[str]:
    """Everything of the job but `job.json` in `runs`, which tells that there is one."""
    async for info in store.list(container, paths.finetune_folder(run)):
        name = info.path.removeprefix(paths.finetune_folder(run))
        own = not name.split("/")[0].isdigit()
        if own and (container, info.path) != (names.RUNS, paths.job(run)):
            yield info.path
    async for info in store.list(container, paths.evaluation_folder(run)):
        yield info.path
    for name in _BESIDE:
        if await store.properties(container, paths.dataset(run, name)) is not None:
            yield paths.dataset(run, name)


async def _copy(container: str, origin: str, target: str, store: BlobStore) -> None:
    async with store.open_write(container, target) as writer:
        async for chunk in store.stream(container, origin):
            await writer.write(chunk)
