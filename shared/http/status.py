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
from shared.http.run_view import empty_view, error_of, finetune_error, numbers, stage
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths
from shared.runs.notes import Published, Stop, read_pause
from shared.runs.plan import RunPlan
from shared.runs.spec import RunSpec
from shared.runs.store import Runs
from shared.runs.waits import paused_note, read_waiting

_MOVING = frozenset({"fine_tuning", "evaluating"})


@dataclass(frozen=True, slots=True)
class Look:
    """A run as it was seen, and what a shorter look later on goes by.

    Attributes:
        view: the run as `GET /api/runs/{run}` shows it.
        spec: what it was asked for, None before it is planned.
        plan: how its indices are cut, None unless it still generates.
    """

    view: dict[str, Any]
    spec: RunSpec | None = None
    plan: RunPlan | None = None


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
        look = await self.look(run)
        return look.view if look else None

    async def look(self, run: str) -> Look | None:
        """All that is stored about the run, read now; None if there is no such run.

        A run of which something cannot be read has failed, and says so.
        """
        try:
            return await self._whole(run)
        except PermanentError as error:
            return Look({**empty_view(run), "status": "failed", "error": error_of(error.code, error.message)})

    async def _whole(self, run: str) -> Look | None:
        spec = await self._spec(run)
        if spec is None:
            return await self._unplanned(run)
        failure, manifest, stop, published, job, evaluation = await asyncio.gather(
            self.runs.failure(run),
            self._read(Manifest, names.DATASETS, paths.manifest(run)),
            self._read(Stop, names.RUNS, paths.stop(run)),
            self._read(Published, names.RUNS, paths.published(run)),
            self._job(run),
            self._read(dict[str, Any], names.RUNS, paths.evaluation(run)),
        )
        if manifest:
            failure = None  # it came too late
        plan = None if manifest else await self.runs.stored_plan(run)
        view = (
            self._published(spec, manifest or Manifest()) if plan is None else await self._running(spec, plan)
        )
        ending = job is not None and await self._has_chores(run, job)
        view["status"] = stage(spec, view, failure, manifest, job, stop, ending=ending)
        view["error"] = stored.plain(failure) if failure else finetune_error(job)
        if manifest and job is None and view["status"] == "failed":
            view["error"] = failure_of(manifest.counts)
        if view["status"] == "generating":
            await self._add_waiting(view)
        view["stopped"] = stored.plain(stop) if stop and not failure else None
        view["estimate"] = spec.estimate or None
        view["files"] = [*view["files"], *(await self._later_files(run, view["files"]))]
        view["published_at"] = published.at if manifest and published else None
        view["finetune"] = stored.plain(job) if job else None
        view["evaluation"] = evaluation
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

    async def look_on(self, look: Look, *, waits: bool = False) -> Look | None:
        """The run after `look` where nothing else was noted of it: one read, of a log or of its fine-tune job.

        With `waits` one more read, of what it waits for.
        """
        if look.view["status"] in _MOVING:
            return await self._look_at_job(look)
        if look.view["status"] == "starting" and await self._spec(look.view["run_id"]) is not None:
            return await self.look(look.view["run_id"])
        if look.spec is None or look.plan is None or look.view["status"] != "generating":
            return look
        progress = self._progress.of(look.spec.run_id)
        await progress.read_one(look.plan, self.log)
        found = numbers(look.plan, progress, look.spec)
        status = "publishing" if progress.is_in(look.plan) else "generating"
        view = {**look.view, **found, "status": status}
        if waits:
            view["waiting"] = await read_waiting(self.store, look.spec.run_id, self.runs.clock.now())
        return replace(look, view=view)

    async def _look_at_job(self, look: Look) -> Look | None:
        run, before = look.view["run_id"], look.view["finetune"]
        job = await self._job(run)
        if job is None or before is None or job.state != before["state"] or job.state in FINAL:
            return await self.look(run)
        return replace(look, view={**look.view, "finetune": stored.plain(job), "error": finetune_error(job)})

    async def _job(self, run: str) -> Job | None:
        blob = await self.store.read(names.RUNS, paths.job(run))
        return Job.from_json(blob.data) if blob else None

    async def _spec(self, run: str) -> RunSpec | None:
        blob = await self.store.read(names.RUNS, paths.spec(run))
        return RunSpec.from_json(blob.data) if blob else None

    async def _has_chores(self, run: str, job: Job) -> bool:
        """Whether a job that has ended still copies its results or writes its report.

        The job was read before, and the files are listed afterwards: with no mark left they are all there.
        """
        return (
            job.state in FINAL
            and await self.store.properties(names.RUNS, paths.finetune_mark(run)) is not None
        )

    async def _unplanned(self, run: str) -> Look | None:
        failure = await self.runs.failure(run)
        if failure is None and await self.store.properties(names.RUNS, paths.open_mark(run)) is None:
            return None
        view = empty_view(run)
        view["status"] = "failed" if failure else "starting"
        view["error"] = stored.plain(failure) if failure else None
        view["started_at"] = failure.at if failure else None
        return Look(view)

    async def _read[T](self, kind: type[T], container: str, path: str) -> T | None:
        blob = await self.store.read(container, path)
        return stored.read(kind, blob.data, f"{container}/{path}") if blob else None

    def _published(self, spec: RunSpec, manifest: Manifest) -> dict[str, Any]:
        counts = manifest.counts
        planned = counts.accepted + counts.rejected
        view = empty_view(spec.run_id, spec)
        view["counts"] = {
            "total": planned,
            "done": planned,
            "accepted": counts.accepted,
            "rejected": counts.rejected,
        }
        view["reasons"] = dict(counts.by_reason)
        view["tokens"] = manifest.tokens.to_json()
        view["cost_usd"] = manifest.cost_usd
        view["files"] = [stored.plain(file) for file in manifest.files]
        return view

    async def _later_files(self, run: str, published: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What came beside the dataset after it was published: the fine-tune's and the evaluation's files."""
        if not published:
            return []
        known = {file["path"] for file in published} | {"manifest.json"}
        infos = [info async for info in self.store.list(names.DATASETS, paths.dataset(run))]
        files = [(info.path.removeprefix(paths.dataset(run)), info.size) for info in infos]
        own = [(path, size) for path, size in files if not path.startswith(paths.REVISION_FILES)]
        return [{"path": path, "bytes": size} for path, size in own if path not in known]

    async def _running(self, spec: RunSpec, plan: RunPlan) -> dict[str, Any]:
        progress = self._progress.of(spec.run_id)
        await progress.read_all(plan, self.log)
        return {**empty_view(spec.run_id, spec), **numbers(plan, progress, spec), "in": progress.is_in(plan)}
