"""What is stored about a run besides its outcomes, and a small cache of what never changes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson

from shared import names, stored
from shared.errors import ConflictError, PermanentError, PlansmithError
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.context import RunContext, SegmentContext
from shared.runs.notes import Failure, note_change
from shared.runs.plan import RunPlan, Segment, Wave
from shared.runs.spec import RunSpec
from shared.runs.standing import Standing
from shared.runs.waits import Waits
from shared.times import stamp

_CACHED_RUNS, _CACHED_SEGMENTS, _CACHED_STANDINGS = 8, 64, 64


@dataclass
class Runs:
    """Reads and writes runs in the store; several processes may do so at once."""

    store: BlobStore
    clock: Clock
    _contexts: OrderedDict[str, RunContext] = field(default_factory=OrderedDict)
    _plans: dict[str, RunPlan] = field(default_factory=dict)
    _loading: dict[str, asyncio.Lock] = field(default_factory=dict)

    _standings: OrderedDict[str, Standing] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.waits = Waits(self.store, self.clock)

    def standing(self, run_id: str) -> Standing:
        """How the run stands; the same object as long as this process works on it, or knows its context."""
        found = self._standings.get(run_id)
        if found is None:
            found = self._standings[run_id] = Standing(run_id, self.store, self.clock, self.waits)
            kept = {run_id, *self._contexts}
            idle = [run for run, one in self._standings.items() if not one.is_in_use and run not in kept]
            for run in idle[: max(0, len(self._standings) - _CACHED_STANDINGS)]:
                del self._standings[run]
        self._standings.move_to_end(run_id)
        return found

    async def spec(self, run_id: str) -> RunSpec | None:
        """The run's spec, None if there is no such run or it failed before it was planned."""
        if run_id in self._contexts:
            return self._contexts[run_id].spec
        blob = await self.store.read(names.RUNS, paths.spec(run_id))
        return RunSpec.from_json(blob.data) if blob else None

    async def context(self, run_id: str) -> RunContext:
        """The run with its catalog. PermanentError `unknown_run` if there is no such run."""
        if run_id not in self._contexts:
            # A process meets a new run with a hundred messages at once: one of them reads for all.
            async with self._one_reader(run_id):
                if run_id not in self._contexts:
                    await self._load(run_id)
        self._contexts.move_to_end(run_id)
        return self._contexts[run_id]

    async def segment_context(self, run_id: str, number: int) -> SegmentContext:
        """A segment with everything that its records need. PermanentError `unknown_run` or `unknown_segment`."""
        run = await self.context(run_id)
        found = run.segments.get(number)
        if found is None:
            segment = await self.segment(run_id, number)
            found = SegmentContext(segment, paths.log(run_id, number), run, self.standing(run_id))
            run.segments[number] = found
            if len(run.segments) > _CACHED_SEGMENTS:
                del run.segments[next(iter(run.segments))]
        return found

    async def _load(self, run_id: str) -> None:
        from shared.catalog.serialize import from_json

        spec = await self.spec(run_id)
        catalog = await self.store.read(names.RUNS, paths.catalog(run_id))
        if spec is None or catalog is None:
            raise PermanentError(f"there is no run {run_id}", code="unknown_run")
        shown = None
        if spec.options["examples_from"]:
            shown = await self.store.read(names.RUNS, paths.shown_examples(run_id))
        examples = [orjson.loads(line) for line in shown.data.splitlines()] if shown else []
        self._contexts[run_id] = RunContext(spec, from_json(catalog.data), examples)
        while len(self._contexts) > _CACHED_RUNS:
            idle = self._contexts.popitem(last=False)[0]
            self._plans.pop(idle, None)

    @asynccontextmanager
    async def _one_reader(self, of: str) -> AsyncIterator[None]:
        """Lets one caller in at a time; those who waited find what the first one read."""
        lock = self._loading.setdefault(of, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._loading.pop(of, None)

    async def create(self, spec: RunSpec, catalog: bytes, examples: bytes = b"") -> bool:
        """Store a new run; False if it exists already. Its open mark is there before it is."""
        run = spec.run_id
        if examples:
            await self._write_once(paths.shown_examples(run), examples)
        await self.store.write(names.RUNS, paths.catalog(run), catalog)
        await self._write_once(paths.plan(run), RunPlan((Wave(0, spec.options["samples"]),)).to_json())
        await self.store.write(names.RUNS, paths.open_mark(run), b"{}")
        await self._write_once(paths.started_mark(run), b"{}")
        return await self._write_once(paths.spec(run), spec.to_json())

    async def _write_once(self, path: str, data: bytes) -> bool:
        try:
            await self.store.write(names.RUNS, path, data, if_absent=True)
        except ConflictError:
            return False
        return True

    async def plan(self, run_id: str) -> RunPlan:
        """The run's plan; what others have added since this process read it may be missing. PermanentError
        `unknown_run`.
        """
        if run_id not in self._plans:
            async with self._one_reader(run_id):
                await self._read_plan(run_id, None)
        return self._plans[run_id]

    async def segment(self, run_id: str, number: int) -> Segment:
        """A segment of the run's plan. PermanentError `unknown_run` or `unknown_segment`."""
        known = self._plans.get(run_id)
        found = known.segment(number) if known else None
        if found is None:
            async with self._one_reader(run_id):
                found = (await self._read_plan(run_id, known)).segment(number)
        if found is None:
            raise PermanentError(f"run {run_id} has no segment {number}", code="unknown_segment")
        return found

    async def _read_plan(self, run_id: str, stale: RunPlan | None) -> RunPlan:
        known = self._plans.get(run_id)
        if known is None or known is stale:
            known = await self.stored_plan(run_id)
            self._plans[run_id] = known
        return known

    async def fresh_plan(self, run_id: str) -> RunPlan:
        """The run's plan as it stands now. PermanentError `unknown_run`."""
        self._plans.pop(run_id, None)
        return await self.plan(run_id)

    async def indices(self, run_id: str, segment: int) -> range:
        """The indices of a segment. PermanentError `unknown_run` or `unknown_segment`."""
        return (await self.segment(run_id, segment)).indices

    async def add_wave(self, run_id: str, before: RunPlan, wave: Wave) -> RunPlan:
        """Plan one more wave if the plan is still as it was `before`; else just return the plan."""
        blob = await self.store.read(names.RUNS, paths.plan(run_id))
        if blob is None:
            raise PermanentError(f"there is no run {run_id}", code="unknown_run")
        plan = RunPlan.from_json(blob.data)
        if plan == before:
            plan = RunPlan((*plan.waves, wave))
            try:
                await self.store.write(names.RUNS, paths.plan(run_id), plan.to_json(), if_match=blob.etag)
            except ConflictError:
                return await self.add_wave(run_id, before, wave)
            await note_change(run_id, self.store)
        self._plans[run_id] = plan
        return plan

    async def stored_plan(self, run_id: str) -> RunPlan:
        """The run's plan, read now and not cached. PermanentError `unknown_run`."""
        blob = await self.store.read(names.RUNS, paths.plan(run_id))
        if blob is None:
            raise PermanentError(f"there is no run {run_id}", code="unknown_run")
        return RunPlan.from_json(blob.data)

    async def fail(self, run_id: str, error: PlansmithError, *, name: str = "") -> bool:
        """Record that a run has failed and why; False if that was known or the run is published.

        Its messages are then dropped. It stays open, or becomes so, until whoever recorded it has told others.
        """
        if await self.store.read(names.DATASETS, paths.manifest(run_id)) is not None:
            return False
        note = Failure(error.code, error.message, name, self.now())
        await self._write_once(paths.started_mark(run_id), b"{}")
        known = await self.failure(run_id) is not None
        if not known:
            await self._write_once(paths.open_mark(run_id), b"{}")
            known = not await self._write_once(paths.failure(run_id), orjson.dumps(stored.plain(note)))
        await self.standing(run_id).stop(error.code, error.message)
        return not known

    async def failure(self, run_id: str) -> Failure | None:
        """Why a run has failed, None if it has not."""
        blob = await self.store.read(names.RUNS, paths.failure(run_id))
        return stored.read(Failure, blob.data, "a run's failure.json") if blob else None

    async def close(self, run_id: str) -> None:
        """Remove the open mark: the run's records are final."""
        await note_change(run_id, self.store)
        await self.store.delete(names.RUNS, paths.open_mark(run_id))

    async def open_runs(self) -> list[str]:
        """Runs that are not published yet, or that failed and nobody was told of it."""
        found = [info.path.removeprefix(paths.OPEN) async for info in self.store.list(names.RUNS, paths.OPEN)]
        return [run for run in found if names.is_run_id(run)]

    async def newest(self, limit: int) -> list[str]:
        """At most `limit` runs, the latest started first."""
        return [run for _, run in (await self.by_start())[:limit]]

    async def by_start(self) -> list[tuple[int, str]]:
        """Every run with the time of its start in microseconds since 1970, the latest first."""
        infos = [info async for info in self.store.list(names.RUNS, paths.STARTED)]
        found = [
            (round(info.modified_at.timestamp() * 1e6), info.path.removeprefix(paths.STARTED))
            for info in infos
        ]
        return sorted(found, reverse=True)

    def now(self) -> str:
        """Current time as ISO 8601 UTC."""
        return stamp(self.clock.now())
