"""What a run looks like from outside, read from its blobs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from shared import names, stored
from shared.dataset.failure import failure_of
from shared.dataset.manifest import Manifest
from shared.errors import PermanentError
from shared.finetune.job import Job
from shared.finetune.transitions import FINAL
from shared.http.run_progress import Progresses
from shared.http.run_view import dataset_status, empty_view, error_of, job_status, numbers, published_numbers
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths
from shared.runs.notes import Published, Stop, read_pause
from shared.runs.plan import RunPlan
from shared.runs.spec import RunSpec
from shared.runs.store import Runs
from shared.runs.waits import paused_note, read_waiting
from shared.steps.finetune.stored_job import read_job

_MOVING = frozenset({"fine_tuning", "evaluating"})


@dataclass(frozen=True, slots=True)
class Look:
    """A run as it was seen, and what a shorter look later on goes by.

    Attributes:
        view: the run as `GET /api/runs/{run}` shows it.
        spec: what it was asked for, None before it is planned.
        plan: how its indices are cut, None unless it still generates.
        manifest: of its dataset, None before it is published.
    """

    view: dict[str, Any]
    spec: RunSpec | None = None
    plan: RunPlan | None = None
    manifest: Manifest | None = None


@dataclass
class StatusReader:
    """Reads the status of runs; remembers how far it read the logs that still grow.

    What the work on a run has in memory is neither used nor moved: looks have their own.
    """

    store: BlobStore
    runs: Runs
    log: RecordLog
    _progress: Progresses = field(default_factory=Progresses)

    async def status(self, run: str) -> dict[str, Any] | None:
        """The run as `GET /api/runs/{run}` shows it; None if there is no such run."""
        look = await self.look(run) if names.is_run_id(run) else None
        return look.view if look else None

    async def look(self, run: str, before: Look | None = None) -> Look | None:
        """What is stored about the run, read now; None if there is no such run.

        What was published `before` never changes and is not read again. A run of which something cannot be read has
        failed, and says so.
        """
        try:
            spec = await self._spec(run)
            if spec is None:
                return await self._unplanned(run)
            if before is not None and before.manifest is not None:
                return await self._with_student(before, await read_job(run, self.store))
            manifest = await self._read(Manifest, names.DATASETS, paths.manifest(run))
            if manifest is None:
                return await self._unpublished(spec)
            return await self._published(spec, manifest)
        except PermanentError as error:
            return Look({**empty_view(run), "status": "failed", "error": error_of(error.code, error.message)})

    async def look_on(self, look: Look, *, waits: bool = False) -> Look | None:
        """The run after `look` where nothing else was noted of it: one read, of a log or of its fine-tune job.

        With `waits` one more read, of what it waits for.
        """
        run, status = look.view["run_id"], look.view["status"]
        if status in _MOVING:
            return await self._look_at_job(look)
        if status == "starting" and await self._spec(run) is not None:
            return await self.look(run)
        if look.spec is None or look.plan is None or status != "generating":
            return look
        progress = self._progress.of(run)
        await progress.read_one(look.plan, self.log)
        view = {**look.view, **numbers(look.plan, progress, look.spec)}
        if waits:
            view["waiting"] = await read_waiting(self.store, run, self.runs.clock.now())
        return replace(look, view=view)

    async def _spec(self, run: str) -> RunSpec | None:
        blob = await self.store.read(names.RUNS, paths.spec(run))
        return RunSpec.from_json(blob.data) if blob else None

    async def _unplanned(self, run: str) -> Look | None:
        failure = await self.runs.failure(run)
        if failure is None and await self.store.properties(names.RUNS, paths.open_mark(run)) is None:
            return None
        view = empty_view(run)
        view["status"] = "failed" if failure else "starting"
        view["error"] = stored.plain(failure) if failure else None
        view["started_at"] = failure.at if failure else None
        return Look(view)

    async def _unpublished(self, spec: RunSpec) -> Look:
        run = spec.run_id
        failure, stop, plan = await asyncio.gather(
            self.runs.failure(run),
            self._read(Stop, names.RUNS, paths.stop(run)),
            self.runs.stored_plan(run),
        )
        progress = self._progress.of(run)
        await progress.read_all(plan, self.log)
        view = {**empty_view(run, spec), **numbers(plan, progress, spec)}
        if failure:
            view |= {"status": "failed", "error": stored.plain(failure)}
        elif view["status"] == "generating":
            await self._add_waiting(view)
        view["stopped"] = stored.plain(stop) if stop and not failure else None
        return Look(view, spec, plan)

    async def _add_waiting(self, view: dict[str, Any]) -> None:
        """What the run waits for, if anything; a paused one waits for a person."""
        paused = await read_pause(view["run_id"], self.runs.store)
        if paused is not None:
            counts = view["counts"]
            view["status"] = "paused"
            view["waiting"] = paused_note(paused, counts["total"] - counts["done"])
        else:
            view["waiting"] = await read_waiting(self.store, view["run_id"], self.runs.clock.now())

    async def _published(self, spec: RunSpec, manifest: Manifest) -> Look:
        run = spec.run_id
        stop, job = await asyncio.gather(
            self._read(Stop, names.RUNS, paths.stop(run)), read_job(run, self.store)
        )
        view = {**empty_view(run, spec), **published_numbers(manifest)}
        view["stopped"] = stored.plain(stop) if stop else None
        return await self._with_student(Look(view, spec, manifest=manifest), job)

    async def _with_student(self, look: Look, job: Job | None) -> Look:
        """A published run with its fine-tune job, evaluation and files as they are now."""
        spec, manifest = look.spec, look.manifest
        assert spec is not None and manifest is not None, "it is published"
        run, view = spec.run_id, {**look.view}
        evaluation = self._read(dict[str, Any], names.RUNS, paths.evaluation(run)) if job else None
        view["finetune"] = stored.plain(job) if job else None
        view["evaluation"] = await evaluation if evaluation else None
        # A job that has ended may still copy its results. The files are listed after its mark was looked for: with
        # no mark left they are all there.
        is_ending = job is not None and job.state in FINAL and await self._is_marked(run)
        if job is None:
            view["status"] = dataset_status(spec, manifest, view["stopped"])
            view["error"] = failure_of(manifest.counts) if view["status"] == "failed" else None
        else:
            view |= {"status": job_status(job, is_ending), "error": _error(job)}
        published = (
            None if view["published_at"] else await self._read(Published, names.RUNS, paths.published(run))
        )
        view["published_at"] = published.at if published else view["published_at"]
        view["files"] = await self._files(run, manifest)
        return replace(look, view=view)

    async def _look_at_job(self, look: Look) -> Look | None:
        run, before = look.view["run_id"], look.view["finetune"]
        job = await read_job(run, self.store)
        if job is None or before is None or job.state != before["state"] or job.state in FINAL:
            return await self._with_student(look, job)
        return replace(look, view={**look.view, "finetune": stored.plain(job), "error": _error(job)})

    async def _is_marked(self, run: str) -> bool:
        return await self.store.properties(names.RUNS, paths.finetune_mark(run)) is not None

    async def _read[T](self, kind: type[T], container: str, path: str) -> T | None:
        blob = await self.store.read(container, path)
        return stored.read(kind, blob.data, f"{container}/{path}") if blob else None

    async def _files(self, run: str, manifest: Manifest) -> list[dict[str, Any]]:
        """The published files, and what came beside them later: the fine-tune's and the evaluation's."""
        files = [stored.plain(file) for file in manifest.files]
        if not files:
            return []
        known, folder = {file["path"] for file in files} | {"manifest.json"}, paths.dataset(run)
        found = [
            {"path": info.path.removeprefix(folder), "bytes": info.size}
            async for info in self.store.list(names.DATASETS, folder)
        ]
        later = [one for one in found if not str(one["path"]).startswith(paths.REVISION_FILES)]
        return [*files, *(one for one in later if one["path"] not in known)]


def _error(job: Job) -> dict[str, Any] | None:
    return error_of(job.error.code, job.error.message) if job.error else None
