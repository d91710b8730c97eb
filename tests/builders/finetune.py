"""A published run in memory, and a stack of fine-tuning ports that can crash at any call."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import orjson

from shared import names
from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.adapters.memory.storage import MemoryClock, MemoryLog, MemoryQueue, MemoryStorage
from shared.catalog.model import Api, Catalog, Parameter
from shared.catalog.serialize import to_json
from shared.contracts import options, schema
from shared.contracts.messages import FineTune
from shared.errors import PlansmithError
from shared.finetune.job import Job, TrainingFile
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.runs import paths
from shared.runs.spec import RunSpec
from shared.steps.deps import Deps, StepSettings, deps_over
from shared.steps.finetune.advance_finetunes import advance_finetunes
from shared.steps.finetune.start_finetune import start_finetune
from shared.times import stamp
from tests.builders.teachers import PlanningTeacher

RUN = "hub-0123456789"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CATALOG = Catalog(
    "hub", apis=(Api("get_order", parameters=(Parameter("id", "path", "string", required=True),)),)
)
PLAN: dict[str, Any] = {
    "global_constraints": {},
    "steps": [
        {
            "index": 1,
            "action": "read the order",
            "api": "get_order",
            "arguments": {"id": "A-1"},
            "depends_on": [],
            "outputs": ["order"],
            "reasoning": "it is needed",
            "failure_modes": [],
            "retries": 0,
        }
    ],
    "validation_checks": [],
    "expected_end_state": "the order is known",
}


class CrashError(BaseException):
    """The process died."""


def chat_row(plan: Mapping[str, Any] = PLAN, task: str = "show me order A-1") -> bytes:
    """One training row."""
    turns = [
        {"role": "system", "content": "You plan."},
        {"role": "user", "content": f"Plan.\n\nInput: {task}"},
        {"role": "assistant", "content": orjson.dumps(plan).decode()},
    ]
    return orjson.dumps({"messages": turns}, option=orjson.OPT_APPEND_NEWLINE)


def job(state: State = State.REQUESTED, **changes: Any) -> Job:
    """A job as it is after `state` was entered at NOW."""
    files = {
        "train": TrainingFile("sft/train.jsonl", "train.jsonl", 40, "a" * 64),
        "validation": TrainingFile("sft/validation.jsonl", "validation.jsonl", 10, "b" * 64),
    }
    fields: dict[str, Any] = {
        "run_id": RUN,
        "state": state,
        "options": options.resolve({})["finetune"],
        "model": "base",
        "training_type": "GlobalStandard",
        "suffix": "plansmith-23456789",
        "seed": 0,
        "created_at": stamp(NOW),
        "updated_at": stamp(NOW),
        "state_since": stamp(NOW),
        "files": files,
    }
    return Job(**(fields | changes))


@dataclass
class Crashing:
    """Wraps a port: the process dies at the `nth` call over all wrapped ports, before or after its effect."""

    plan: CrashPlan
    inner: Any

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name in ("stream", "list"):
            return method
        return self.plan.around(name, method)


@dataclass
class CrashPlan:
    """Where the process dies; `calls` counts and names what was called."""

    nth: int = -1
    after_effect: bool = False
    calls: list[str] = field(default_factory=list)

    def around(self, name: str, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            number = len(self.calls)
            self.calls.append(name)
            if number == self.nth and not self.after_effect:
                raise CrashError(name)
            result = await method(*args, **kwargs)
            if number == self.nth:
                raise CrashError(name)
            return result

        return call


@dataclass
class FineTuneStack:
    """A run whose dataset is published, with everything that fine-tunes it."""

    service: MemoryFineTune = field(default_factory=MemoryFineTune)
    deployments: MemoryDeployments | None = None
    settings: FineTuneSettings = field(default_factory=FineTuneSettings)
    clock: MemoryClock = field(default_factory=lambda: MemoryClock(NOW))
    queue: MemoryQueue = field(default_factory=MemoryQueue)

    def __post_init__(self) -> None:
        self.store = MemoryStorage(self.clock)
        self.log = MemoryLog(self.store)

    async def publish(
        self, *, train: int = 40, validation: int = 10, test: int = 10, **finetune: Any
    ) -> None:
        """Store spec, dataset and manifest of RUN with these `finetune` options."""
        spec = RunSpec(
            run_id=RUN,
            name="hub",
            catalogs=(),
            options=options.resolve({"finetune": {"enabled": True, **finetune}}),
            teacher="teacher",
            started_at=stamp(NOW),
            created_at=stamp(NOW),
            app_version="0",
        )
        await self.store.write(names.RUNS, f"{RUN}/spec.json", spec.to_json())
        await self.store.write(names.RUNS, f"{RUN}/catalog.json", to_json(CATALOG))
        files = []
        sides = {"sft/train.jsonl": train, "sft/validation.jsonl": validation, "sft/test.jsonl": test}
        for path, rows in sides.items():
            data = b"".join(chat_row(task=f"show me order {path} {number}") for number in range(rows))
            await self.store.write(names.DATASETS, f"{RUN}/{path}", data)
            digest = hashlib.sha256(data).hexdigest()
            files.append({"path": path, "rows": rows, "bytes": len(data), "sha256": digest})
        manifest = orjson.dumps({"files": files})
        await self.store.write(names.DATASETS, f"{RUN}/manifest.json", manifest)

    async def start(self, **overrides: Any) -> None:
        """Deliver the `fine-tune` message."""
        message = FineTune(RUN, overrides)
        await start_finetune(message, self.deps())

    def deps(self, crash: CrashPlan | None = None, **ports: Any) -> Deps:
        """What a new process works with; `ports` replace those in memory."""
        wrap: Callable[[Any], Any] = (lambda port: Crashing(crash, port)) if crash else (lambda port: port)
        made: dict[str, Any] = {
            "store": wrap(self.store),
            "log": wrap(self.log),
            "queue": wrap(self.queue),
            "service": wrap(self.service),
            "deployments": wrap(self.deployments) if self.deployments else None,
            "clock": self.clock,
            "teacher": PlanningTeacher(),
            "settings": StepSettings(finetune=self.settings),
        }
        return deps_over(**{**made, **ports})

    async def tick(self, crash: CrashPlan | None = None, *, seconds: float = 0.0) -> None:
        """Let the timer fire, `seconds` later."""
        await self.clock.sleep(seconds)
        await advance_finetunes(self.deps(crash))

    async def run_out(self, *, ticks: int = 60, seconds: float = 600.0) -> Job:
        """Let the timer fire until nothing is open."""
        for _ in range(ticks):
            await self.tick(seconds=seconds)
            if not await self.is_open():
                break
        return await self.job()

    async def is_open(self) -> bool:
        """Whether the job's mark is there."""
        return await self.store.read(names.RUNS, paths.finetune_mark(RUN)) is not None

    async def job(self) -> Job:
        """The job as stored, which always keeps its contract."""
        blob = await self.store.read(names.RUNS, paths.job(RUN))
        assert blob is not None, "there is no job"
        jsonschema_rs.validate(schema("finetune-job"), orjson.loads(blob.data))
        return Job.from_json(blob.data)

    async def text(self, container: str, path: str) -> str:
        """A blob of RUN as text."""
        blob = await self.store.read(container, f"{RUN}/{path}")
        assert blob is not None, f"there is no {container}/{RUN}/{path}"
        return blob.data.decode()

    def events(self) -> list[str]:
        """Types of the CloudEvents sent, in order."""
        return [body["type"] for queue, body, _ in self.queue.sent if queue == names.RUN_EVENTS]


class FailingFineTune(MemoryFineTune):
    """Raises `errors[method]` instead of calling, once an entry; the last entry for ever if `forever`."""

    def __init__(
        self, errors: dict[str, list[PlansmithError]], *, forever: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.errors, self.forever = errors, forever

    def _fail(self, method: str) -> None:
        waiting = self.errors.get(method)
        if waiting:
            raise waiting[0] if self.forever and len(waiting) == 1 else waiting.pop(0)

    async def upload_file(self, *args: Any, **kwargs: Any) -> Any:
        self._fail("upload_file")
        return await super().upload_file(*args, **kwargs)

    async def create_job(self, *args: Any, **kwargs: Any) -> Any:
        self._fail("create_job")
        return await super().create_job(*args, **kwargs)

    async def get_job(self, *args: Any, **kwargs: Any) -> Any:
        self._fail("get_job")
        return await super().get_job(*args, **kwargs)

    async def read_file(self, *args: Any, **kwargs: Any) -> Any:
        self._fail("read_file")
        return await super().read_file(*args, **kwargs)

    async def delete_file(self, *args: Any, **kwargs: Any) -> Any:
        self._fail("delete_file")
        return await super().delete_file(*args, **kwargs)


async def started(stack: FineTuneStack | None = None, **finetune: Any) -> FineTuneStack:
    stack = stack or FineTuneStack()
    await stack.publish(**finetune)
    await stack.start()
    return stack


def a_stack_with_everything() -> FineTuneStack:
    return FineTuneStack(deployments=MemoryDeployments())
