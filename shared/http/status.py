"""What a run looks like from outside, read from its blobs."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import names
from shared.errors import PermanentError
from shared.finetune.request import marker_path
from shared.finetune.transitions import FINAL
from shared.ports.storage import RecordLog, RunStore
from shared.runs.store import Runs, RunSpec
from shared.runs.tail import Tail
from shared.steps.aggregate import progress

_MAX_OPEN_LOGS = 64
_SAME_NAME = frozenset({"evaluating", "complete", "failed", "cancelled"})
"""States of a fine-tune job that are the run's status too."""


@dataclass
class Tally:
    """Counts of outcomes by status, and their tokens."""

    done: int = 0
    accepted: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    attempts: int = 0
    model: str = ""

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name in ("done", "accepted", "prompt", "cached", "completion", "attempts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.model = self.model or other.model


class _OpenSegment:
    """What the log of a segment that still grows has told so far."""

    def __init__(self, run: str, segment: int) -> None:
        self.tail = Tail(names.log_path(run, segment), self._take)
        self.tally = Tally()
        self._seen: set[int] = set()

    def _take(self, line: bytes) -> None:
        outcome = orjson.loads(line)
        if outcome["index"] in self._seen:
            return
        self._seen.add(outcome["index"])
        self.tally.done += 1
        self.tally.accepted += outcome["status"] == "accepted"
        self.tally.model = outcome["model"] or self.tally.model
        for attempt in outcome["attempts"]:
            self.tally.attempts += 1
            self.tally.prompt += attempt["tokens"]["prompt"]
            self.tally.cached += attempt["tokens"]["cached"]
            self.tally.completion += attempt["tokens"]["completion"]


@dataclass
class StatusReader:
    """Reads the status of runs; remembers how far it read the logs that still grow."""

    store: RunStore
    runs: Runs
    log: RecordLog
    _open: OrderedDict[tuple[str, int], _OpenSegment] = field(default_factory=OrderedDict)

    async def status(self, run: str) -> dict[str, Any] | None:
        """The run as `GET /api/runs/{run}` shows it; None if there is no such run."""
        failure = await self.runs.failure(run)
        spec = await self.runs.spec(run)
        if spec is None:
            return await self._unplanned(run, failure)
        manifest = await self._json(names.DATASETS, f"{run}/manifest.json")
        if manifest:
            failure = None  # it came too late
        finetune = await self._json(names.RUNS, f"{run}/finetune/job.json")
        view = self._published(spec, manifest) if manifest else await self._running(spec)
        stop = await self._json(names.RUNS, f"{run}/stop.json")
        ending = finetune is not None and await self._has_chores(run, finetune)
        view["status"] = _stage(spec, view, failure, manifest, finetune, stop, ending=ending)
        view["error"] = failure or _finetune_error(finetune)
        view["stopped"] = stop if stop and not failure else None
        view["estimate"] = spec.estimate or None
        view["files"] = [*view["files"], *(await self._later_files(run, view["files"]))]
        published = await self._json(names.RUNS, f"{run}/published.json") if manifest else None
        view["published_at"] = published["at"] if published else None
        view["finetune"] = finetune
        view["evaluation"] = await self._json(names.RUNS, f"{run}/evaluation.json")
        view["diagnostics"] = await self._diagnostics(run)
        return view

    async def _has_chores(self, run: str, finetune: dict[str, Any]) -> bool:
        """Whether a job that has ended still copies its results or writes its report.

        The job was read before, and the files are listed afterwards: with no mark left they are all there.
        """
        if finetune["state"] not in FINAL:
            return False
        return await self.store.read(names.RUNS, marker_path(run)) is not None

    async def _unplanned(self, run: str, failure: dict[str, Any] | None) -> dict[str, Any] | None:
        if failure is None:
            marks = [info async for info in self.store.list(names.RUNS, f"_open/{run}")]
            if not marks:
                return None
        view = _view(run, "", {"total": 0, "done": 0, "accepted": 0, "rejected": 0}, Tally())
        view["status"] = "failed" if failure else "starting"
        view["error"] = failure
        view["started_at"] = failure["at"] if failure else None
        return view

    async def _json(self, container: str, path: str) -> dict[str, Any] | None:
        blob = await self.store.read(container, path)
        return dict(orjson.loads(blob.data)) if blob else None

    def _published(self, spec: RunSpec, manifest: dict[str, Any]) -> dict[str, Any]:
        counts = manifest["counts"]
        planned = counts["accepted"] + counts["rejected"]
        numbers = {
            "total": planned,
            "done": planned,
            "accepted": counts["accepted"],
            "rejected": counts["rejected"],
        }
        view = _view(spec.run_id, spec.started_at, numbers, Tally())
        view["tokens"] = manifest["tokens"]
        view["cost_usd"] = manifest["cost_usd"]
        view["files"] = manifest["files"]
        return view

    async def _later_files(self, run: str, published: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What came beside the dataset after it was published: the fine-tune's and the evaluation's files."""
        if not published:
            return []
        known = {file["path"] for file in published} | {"manifest.json"}
        infos = [info async for info in self.store.list(names.DATASETS, f"{run}/")]
        files = [(info.path.removeprefix(f"{run}/"), info.size) for info in infos]
        return [{"path": path, "bytes": size} for path, size in files if path not in known]

    async def _running(self, spec: RunSpec) -> dict[str, Any]:
        plan = await self.runs.fresh_plan(spec.run_id)
        counted = await progress(spec.run_id, self.log)
        tally = Tally()
        for line in counted.values():
            tokens = line["tokens"]
            tally.add(
                Tally(
                    line["done"],
                    line["counts"]["accepted"],
                    tokens["prompt"],
                    tokens["cached"],
                    tokens["completion"],
                    line["attempts"],
                )
            )
        for segment in [n for n in range(plan.segments) if n not in counted][:_MAX_OPEN_LOGS]:
            tally.add(await self._open_segment(spec.run_id, segment))
        numbers = {
            "total": plan.planned,
            "done": tally.done,
            "accepted": tally.accepted,
            "rejected": tally.done - tally.accepted,
        }
        view = _view(spec.run_id, spec.started_at, numbers, tally)
        view["in"] = len(counted) >= plan.segments
        return view

    async def _open_segment(self, run: str, segment: int) -> Tally:
        known = self._open.setdefault((run, segment), _OpenSegment(run, segment))
        self._open.move_to_end((run, segment))
        while len(self._open) > 4 * _MAX_OPEN_LOGS:
            self._open.popitem(last=False)
        await known.tail.read_on(self.log)
        return known.tally

    async def _diagnostics(self, run: str) -> list[dict[str, Any]]:
        try:
            context = await self.runs.context(run)
        except PermanentError:
            return []
        found = context.catalog.diagnostics
        return [{"code": d.code, "where": d.where, "message": d.message} for d in found]


def _view(run: str, started_at: str, numbers: dict[str, int], tally: Tally) -> dict[str, Any]:
    from shared.dataset.outcome import Tokens
    from shared.dataset.prices import cost

    tokens = Tokens(tally.prompt, tally.cached, tally.completion)
    return {
        "run_id": run,
        "status": "",
        "counts": numbers,
        "tokens": {
            "prompt": tokens.prompt,
            "cached": tokens.cached,
            "completion": tokens.completion,
            "total": tokens.total,
        },
        "cost_usd": cost(tokens, tally.model) if tally.model else None,
        "started_at": started_at or None,
        "published_at": None,
        "files": [],
        "finetune": None,
        "evaluation": None,
        "error": None,
        "diagnostics": [],
    }


def _stage(
    spec: RunSpec,
    view: dict[str, Any],
    failure: dict[str, Any] | None,
    manifest: dict[str, Any] | None,
    finetune: dict[str, Any] | None,
    stop: dict[str, Any] | None,
    *,
    ending: bool,
) -> str:
    complete = view.pop("in", False)
    if failure:
        return "failed"
    if manifest is None:
        return "publishing" if complete else "generating"
    if finetune is not None:
        return _finetune_stage(finetune, ending)
    if stop and stop["reason"] == "cancelled":
        return "cancelled"
    if not manifest["counts"]["accepted"]:
        return "failed"
    return "fine_tuning" if spec.options["finetune"]["enabled"] else "published"


def _finetune_stage(finetune: dict[str, Any], ending: bool) -> str:
    if ending:
        return "evaluating" if finetune["evaluation"] else "fine_tuning"
    state = str(finetune["state"])
    return state if state in _SAME_NAME else "fine_tuning"


def _finetune_error(finetune: dict[str, Any] | None) -> dict[str, Any] | None:
    return finetune.get("error") if finetune else None
