"""Deletes a run with all that is stored of it, and says first what that is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is stored of a run.

    Attributes:
        blobs: `(container, blob)` of all that goes, in the order in which it goes.
        marks: whether the run is open, and whether something is to be done about its fine-tune.
        job: its fine-tune job, None without one.
        keeps: what stays, in words.
    """

    run: str
    blobs: tuple[tuple[str, BlobInfo], ...]
    marks: tuple[bool, bool]
    job: Job | None
    keeps: tuple[str, ...]

    def check(self, status: str) -> None:
        """Raise BadRequestError `run_open` or `still_deployed` for a run that cannot be deleted."""
        is_open, is_tuned = self.marks
        if status not in _ENDED or is_open or is_tuned or (self.job and self.job.state not in FINAL):
            raise BadRequestError(
                f"the run is {status} and still goes on; cancel it, and wait for its end", code="run_open"
            )
        if self.job and self.job.is_deployed:
            raise BadRequestError("the run's student is deployed; undeploy it first", code="still_deployed")

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
    folders = (paths.outbox(run), paths.working_folder(run))
    working = [info for folder in folders async for info in store.list(names.RUNS, folder)]
    published = [info async for info in store.list(names.DATASETS, paths.dataset(run))]
    marks = [
        info
        for path in (paths.started_mark(run), paths.changed_mark(run))
        async for info in store.list(names.RUNS, path)
        if info.path == path
    ]
    unwritten = [info async for info in store.list(names.RUNS, paths.revision_marks(run))]
    marks += unwritten
    spec = await store.read(names.RUNS, paths.spec(run))
    job = await store.read(names.RUNS, paths.job(run))
    found = Job.from_json(job.data) if job else None
    return Inventory(
        run,
        _ordered(run, working, published, marks),
        (
            bool(unwritten) or await store.properties(names.RUNS, paths.open_mark(run)) is not None,
            await store.properties(names.RUNS, paths.finetune_mark(run)) is not None,
        ),
        found,
        _keeps(RunSpec.from_json(spec.data) if spec else None, found),
    )


def _ordered(
    run: str, working: Sequence[BlobInfo], published: Sequence[BlobInfo], marks: Sequence[BlobInfo]
) -> tuple[tuple[str, BlobInfo], ...]:
    """What says that the run exists and has ended comes last, so that a deletion can be repeated after a crash."""
    blobs = [(names.DATASETS, info) for info in published] + [(names.RUNS, info) for info in working]
    last = [paths.spec(run), paths.job(run), paths.failure(run), paths.manifest(run)]
    return (
        *(entry for entry in blobs if entry[1].path not in last),
        *sorted((e for e in blobs if e[1].path in last), key=lambda entry: last.index(entry[1].path)),
        *((names.RUNS, info) for info in marks),
    )


def _keeps(spec: RunSpec | None, job: Job | None) -> tuple[str, ...]:
    kept = [f"the uploaded catalog {catalog['blob']}" for catalog in spec.catalogs] if spec else []
    if job and job.fine_tuned_model:
        kept.append(f"the model {job.fine_tuned_model} at the model service")
    return tuple(kept)


async def delete_run(inventory: Inventory, deps: Deps) -> None:
    """Delete the run, or go on with a deletion that was cut short. The run's id is noted and not used again."""
    mark = {"at": deps.runs.now()}
    await deps.store.write(names.RUNS, paths.deleted_mark(inventory.run), orjson.dumps(mark))
    last = {paths.job(inventory.run), paths.spec(inventory.run), paths.failure(inventory.run)}
    last |= {paths.manifest(inventory.run), paths.started_mark(inventory.run)}
    last.add(paths.changed_mark(inventory.run))
    gate = asyncio.Semaphore(_AT_ONCE)

    async def gone(container: str, path: str) -> None:
        async with gate:
            await deps.store.delete(container, path)

    await asyncio.gather(*(gone(c, info.path) for c, info in inventory.blobs if info.path not in last))
    for container, info in inventory.blobs:
        if info.path in last:
            await gone(container, info.path)
