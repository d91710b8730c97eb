"""Deletes a run with all that is stored of it, and says first what that is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from shared import names
from shared.errors import BadRequestError
from shared.finetune.job import Job
from shared.finetune.transitions import FINAL
from shared.ports.storage import BlobInfo, BlobStore
from shared.runs import paths
from shared.runs.spec import RunSpec
from shared.steps.deps import Deps

_ENDED = frozenset({"published", "complete", "cancelled", "failed"})
_AT_ONCE = 8


type _Entry = tuple[str, BlobInfo]
"""A container, and a blob in it."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is stored of a run.

    Attributes:
        content: what goes first, in any order.
        last: what says that the run exists and has ended; it goes last and in this order, so that a deletion can be
            repeated after a crash.
        is_open: whether the run goes on, or a revision is still to be written.
        is_tuned: whether something is to be done about its fine-tune.
        job: its fine-tune job, None without one.
        keeps: what stays, in words.
    """

    run: str
    content: tuple[_Entry, ...]
    last: tuple[_Entry, ...]
    is_open: bool
    is_tuned: bool
    job: Job | None
    keeps: tuple[str, ...]

    @property
    def blobs(self) -> tuple[_Entry, ...]:
        """All that goes."""
        return self.content + self.last

    def check(self, status: str) -> None:
        """Raise BadRequestError `run_open` or `still_deployed` for a run that cannot be deleted."""
        if status in _ENDED and self.is_open and not self.is_tuned:
            raise BadRequestError(
                f"the run is {status}, and the last of its files are being written, which takes a moment; "
                "delete it then",
                code="run_open",
            )
        goes_on = self.is_open or self.is_tuned or (self.job is not None and self.job.state not in FINAL)
        if status not in _ENDED or goes_on:
            raise BadRequestError(
                f"the run is {status} and still goes on; cancel it, and wait for its end", code="run_open"
            )
        if self.job and self.job.may_cost:
            state = (
                "deployed"
                if self.job.is_deployed
                else "perhaps deployed, as its deployment was never removed"
            )
            raise BadRequestError(f"the run's student is {state}; undeploy it first", code="still_deployed")

    def text(self) -> str:
        """What goes, in words."""
        size = sum(info.size for _, info in self.blobs)
        return f"{len(self.blobs)} blobs of the run {self.run}, {size} bytes"

    def plain(self) -> dict[str, Any]:
        """`deletes`, each folder with its blobs and bytes, and `keeps`, in words."""
        folders: dict[str, list[int]] = {}
        for container, info in self.blobs:
            parts = info.path.split("/")
            place = "/".join(parts[:2]) + ("/" if len(parts) > 2 else "")
            folders.setdefault(f"{container}/{place}", []).append(info.size)
        return {
            "deletes": [
                {"place": place, "blobs": len(sizes), "bytes": sum(sizes)}
                for place, sizes in sorted(folders.items())
            ],
            "keeps": list(self.keeps),
        }


async def what_goes(run: str, store: BlobStore) -> Inventory:
    """What is stored of the run; an inventory without blobs where nothing is."""
    last = [paths.spec(run), paths.job(run), paths.failure(run), paths.manifest(run)]
    last += [paths.started_mark(run), paths.changed_mark(run)]
    folders = (paths.outbox(run), paths.working_folder(run), paths.started_mark(run), paths.changed_mark(run))
    published = [(names.DATASETS, info) async for info in store.list(names.DATASETS, paths.dataset(run))]
    unwritten = [(names.RUNS, info) async for info in store.list(names.RUNS, paths.revision_marks(run))]
    working = [
        (names.RUNS, info)
        for folder in folders
        async for info in store.list(names.RUNS, folder)
        if folder.endswith("/") or info.path == folder
    ]
    blobs = published + working + unwritten
    spec = await store.read(names.RUNS, paths.spec(run))
    stored_job = await store.read(names.RUNS, paths.job(run))
    job = Job.from_json(stored_job.data) if stored_job else None
    return Inventory(
        run=run,
        content=tuple(entry for entry in blobs if entry[1].path not in last),
        last=tuple(sorted((e for e in blobs if e[1].path in last), key=lambda e: last.index(e[1].path))),
        is_open=bool(unwritten) or await store.properties(names.RUNS, paths.open_mark(run)) is not None,
        is_tuned=await store.properties(names.RUNS, paths.finetune_mark(run)) is not None,
        job=job,
        keeps=_keeps(RunSpec.from_json(spec.data) if spec else None, job),
    )


def _keeps(spec: RunSpec | None, job: Job | None) -> tuple[str, ...]:
    kept = [f"the uploaded catalog {catalog['blob']}" for catalog in spec.catalogs] if spec else []
    if job and job.fine_tuned_model:
        kept.append(f"the model {job.fine_tuned_model} at the model service")
    if job and job.is_given_up:
        kept.append(f"the job {job.job_id}, which may go on at the model service and be billed")
    return tuple(kept)


async def delete_run(inventory: Inventory, deps: Deps) -> None:
    """Delete the run, or go on with a deletion that was cut short. The run's id is noted and not used again."""
    mark = {"at": deps.runs.now()}
    await deps.store.write(names.RUNS, paths.deleted_mark(inventory.run), orjson.dumps(mark))
    gate = asyncio.Semaphore(_AT_ONCE)

    async def delete(container: str, blob: BlobInfo) -> None:
        async with gate:
            await deps.store.delete(container, blob.path)

    await asyncio.gather(*(delete(*entry) for entry in inventory.content))
    for entry in inventory.last:
        await delete(*entry)
