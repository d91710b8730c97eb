"""The whole pipeline over the memory adapters, with crashes and repetitions on demand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import names
from shared.adapters.memory.finetune import MemoryFineTune
from shared.adapters.memory.storage import MemoryClock, MemoryLog, MemoryQueue, MemoryStorage
from shared.bootstrap import App
from shared.catalog.model import Catalog
from shared.catalog.serialize import to_json
from shared.contracts.messages import Delivery, FanOut
from shared.contracts.options import resolve
from shared.ports.teacher import Teacher
from shared.runs import paths
from shared.runs.spec import RunSpec
from shared.settings import Settings
from shared.steps.deps import StepSettings, deps_over
from tests.builders.catalogs import shop
from tests.builders.teachers import PlanningTeacher

_ORDER = (names.RUN_REQUESTS, names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.PUBLISH)


class Crash(BaseException):
    """The process dies here."""


@dataclass
class _Fuse:
    """Lets `left` side effects happen, then crashes, before or after the next one."""

    left: int | None = None
    after: bool = False

    def before(self) -> None:
        if self.left is not None and self.left == 0 and not self.after:
            self.left = None
            raise Crash

    def done(self) -> None:
        if self.left is None:
            return
        if self.left == 0:
            self.left = None
            raise Crash
        self.left -= 1


class _Fused:
    """A port whose side effects burn a fuse."""

    def __init__(self, port: Any, effects: tuple[str, ...], fuse: _Fuse) -> None:
        self._port, self._effects, self._fuse = port, effects, fuse

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._port, name)
        if name not in self._effects:
            return attribute

        async def effect(*args: Any, **kwargs: Any) -> Any:
            self._fuse.before()
            result = await attribute(*args, **kwargs)
            self._fuse.done()
            return result

        return effect


@dataclass
class Pipeline:
    """An app over memory, and the queue's part of the host."""

    teacher: Teacher = field(default_factory=PlanningTeacher)
    seed: int = 0

    def __post_init__(self) -> None:
        self.clock = MemoryClock()
        self.storage = MemoryStorage(self.clock)
        self.queue = MemoryQueue()
        self.fuse = _Fuse()
        self.crashes = 0
        self._random = random.Random(self.seed)
        self.app = self.new_process()

    def new_process(self, **ports: Any) -> App:
        """A fresh app over the same storage, as after a crash; `ports` replace the fused ones over memory."""
        settings = Settings.from_mapping({"PLANSMITH_STORAGE": "memory", "TEACHER_DEPLOYMENT": "teacher"})
        return App(settings, deps_over(**{**self._ports(), **ports}))

    def _ports(self) -> dict[str, Any]:
        return {
            "store": _Fused(self.storage, ("write", "delete"), self.fuse),
            "log": _Fused(MemoryLog(self.storage), ("create", "append", "append_at"), self.fuse),
            "queue": _Fused(self.queue, ("send",), self.fuse),
            "clock": self.clock,
            "service": MemoryFineTune(),
            "teacher": self.teacher,
            "settings": StepSettings(teacher="teacher", roles_spread_s=1800, gather_s=0),
        }

    async def start(
        self, catalog: Catalog | None = None, *, run_id: str = "shop-0123456789", **options: Any
    ) -> str:
        """Start a run of an already read catalog; nothing is judged unless `options` ask for it."""
        chosen = resolve({"samples": 12, "judge_sample": 0, **options})
        spec = RunSpec(
            run_id,
            "shop",
            (),
            chosen,
            chosen.get("teacher", "teacher"),
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.000Z",
            "test",
        )
        assert await self.app.deps.runs.create(spec, to_json(catalog or shop()))
        await self.queue.send(FanOut(spec.run_id, 0))
        return spec.run_id

    async def deliver(self, queue: str, body: dict[str, Any], dequeue_count: int = 1) -> bool:
        """Deliver one message; False if the process crashed, which it then left and comes back later."""
        try:
            await self.app.receive(Delivery(queue, orjson.dumps(body), dequeue_count))
        except Crash:
            self.crashes += 1
            self.app = self.new_process()
            return False
        except BaseExceptionGroup as group:
            if not group.subgroup(Crash):
                raise
            self.crashes += 1
            self.app = self.new_process()
            return False
        return True

    async def drain(self, *, shuffle: bool = False, duplicate: float = 0.0, limit: int = 5000) -> None:
        """Deliver until the work queues are empty; crashed deliveries are repeated."""
        counts: dict[int, int] = {}
        for _ in range(limit):
            waiting = [n for n, (queue, _, _) in enumerate(self.queue.sent) if queue in _ORDER]
            if not waiting:
                return
            place = self._random.choice(waiting) if shuffle else waiting[0]
            entry = self.queue.sent[place]
            counts[id(entry)] = counts.get(id(entry), 0) + 1
            done = await self.deliver(entry[0], entry[1], counts[id(entry)])
            if done and not (self._random.random() < duplicate and counts[id(entry)] < 3):
                self.queue.sent.remove(entry)
        raise AssertionError("the queues never became empty")

    async def drain_once(self) -> None:
        """Deliver the message that is due next, at its time."""
        waiting = [entry for entry in self.queue.sent if entry[0] in _ORDER]
        if not waiting:
            return
        entry = min(waiting, key=lambda found: found[2])
        self.queue.sent.remove(entry)
        if entry[2] > 0:
            await self.clock.sleep(entry[2])
            self.queue.sent[:] = [(q, b, max(0.0, d - entry[2])) for q, b, d in self.queue.sent]
        await self.deliver(entry[0], entry[1], 1)

    async def reconcile(self) -> None:
        """The timer's part, long after everything went quiet."""
        await self.clock.sleep(24 * 3600)
        await self.app.reconcile()

    def outcomes(self, run: str, segment: int = 0) -> list[dict[str, Any]]:
        """The lines of a segment's log, in the order of their appends."""
        stored = self.storage._blobs.get((names.RUNS, paths.log(run, segment)))
        return [orjson.loads(line) for line in stored.data.splitlines()] if stored else []

    def published(self, run: str) -> dict[str, bytes]:
        """Path below `datasets/{run}/` → bytes."""
        prefix = f"{run}/"
        return {
            path.removeprefix(prefix): stored.data
            for (container, path), stored in sorted(self.storage._blobs.items())
            if container == names.DATASETS and path.startswith(prefix)
        }

    def dataset(self, run: str) -> list[dict[str, Any]]:
        """The published records."""
        return [orjson.loads(line) for line in self.published(run)["dataset.jsonl"].splitlines()]
