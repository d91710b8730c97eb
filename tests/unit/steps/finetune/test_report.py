"""The report appears beside the dataset when a training ends, and again when everything has."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryFineTune
from shared.contracts.messages import Message
from shared.errors import TransientError
from shared.finetune.measure.report import task_line
from shared.finetune.service import JobEvent, ServiceJob
from shared.finetune.transitions import State
from shared.http.status import StatusReader
from shared.runs import paths
from shared.runs.store import Runs
from shared.steps.finetune import report as finetune_report
from tests.builders.arms import right, task, wrong
from tests.builders.finetune import RUN, FineTuneStack
from tests.builders.report import MANIFEST, Page, measured, metrics, trained


async def started(service: MemoryFineTune | None = None, **finetune: Any) -> FineTuneStack:
    stack = FineTuneStack(service=service or MemoryFineTune())
    await stack.publish(**finetune)
    blob = await stack.store.read(names.DATASETS, f"{RUN}/manifest.json")
    assert blob is not None
    counts = {**MANIFEST["counts"], "planned": 50, "accepted": 50, "rejected": 0}
    whole = {**MANIFEST, **orjson.loads(blob.data), "counts": counts}
    await stack.store.write(names.DATASETS, f"{RUN}/manifest.json", orjson.dumps(whole))
    await stack.start()
    return stack


async def shown(stack: FineTuneStack) -> str:
    return Page((await stack.text(names.DATASETS, "report.html")).encode()).text


async def status(stack: FineTuneStack) -> dict[str, Any]:
    view = await StatusReader(stack.store, Runs(stack.store, stack.clock), stack.log).status(RUN)
    assert view is not None
    return view


async def test_a_finished_job_has_its_report_beside_the_dataset() -> None:
    stack = await started()
    await stack.run_out()
    text = await shown(stack)
    assert "1,234" in text
    assert "Job is succeeded." in text


@pytest.mark.parametrize("last", ["failed", "cancelled"])
async def test_a_job_without_a_model_has_one_too(last: str) -> None:
    stack = await started(MemoryFineTune(job_statuses=("pending", "running", last)))
    job = await stack.run_out()
    assert job.state == last
    assert job.error is not None and job.error.message in await shown(stack)


async def test_the_report_is_there_before_others_are_told() -> None:
    stack = await started()
    seen: list[bool] = []
    send = stack.queue.send

    async def noting(message: Message, *, delay_s: float = 0) -> None:
        seen.append(await stack.store.read(names.DATASETS, f"{RUN}/report.html") is not None)
        await send(message, delay_s=delay_s)

    stack.queue.send = noting  # type: ignore[method-assign]
    await stack.run_out()
    assert seen == [True]


@pytest.mark.parametrize(
    ("statuses", "end"), [(("succeeded",), "complete"), (("running", "failed"), "failed")]
)
async def test_a_run_has_not_ended_before_its_last_file_is_there(statuses: tuple[str, ...], end: str) -> None:
    """Whoever sees the end downloads at once, and must find the report."""
    stack = await started(MemoryFineTune(("processed",), statuses))
    while await stack.is_open():
        await stack.tick(seconds=600)
    await stack.store.write(
        names.RUNS, paths.finetune_mark(RUN), b"{}"
    )  # as after a crash before the mark was taken away
    assert (await status(stack))["status"] == "fine_tuning"
    await stack.tick(seconds=600)
    view = await status(stack)
    assert view["status"] == end
    assert "report.html" in {file["path"] for file in view["files"]}


async def test_an_evaluated_job_shows_answers_side_by_side() -> None:
    stack = await started()
    lines = [
        task_line(task(0, task="buy <b>tea</b>"), {"student": right(0), "base": wrong(0)}),
        task_line(task(1, task="sell tea"), {"student": right(1), "base": right(1)}),
    ]
    data = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    await stack.store.write(names.RUNS, paths.answers(RUN), data)
    await stack.store.write(names.RUNS, paths.evaluation(RUN), orjson.dumps(measured()))
    for _ in range(2):
        await finetune_report.write(trained(), stack.deps())
        text = await shown(stack)
        assert "buy <b>tea</b>" in text
        assert "only the student is right, not the base model" in text
        assert "Student minus teacher with catalog" in text


async def test_a_coverage_too_large_to_read_is_left_out() -> None:
    stack = await started()
    await stack.store.write(names.DATASETS, f"{RUN}/coverage.json", b" " * (17 << 20))
    await finetune_report.write(trained(), stack.deps())
    assert "operations taught" not in await shown(stack)


async def test_a_report_that_cannot_be_made_is_a_warning_and_holds_nothing_up() -> None:
    """For example when another version of the app has published the dataset."""
    stack = await started()
    await stack.store.write(names.RUNS, paths.evaluation(RUN), b'{"arms": []}')
    job = await stack.run_out()
    assert {warning.code for warning in job.warnings} == {"no_report"}
    assert (job.state, stack.events()) == (State.COMPLETE, ["plansmith.finetune.succeeded"])


class Telling(MemoryFineTune):
    """A service whose running job tells its steps and keeps a result file."""

    def __init__(self, *, results: bytes | None) -> None:
        super().__init__(("processed",), ("pending", "running", "running", "running", "succeeded"))
        self.results = results
        self.step = 0

    async def get_job(self, job_id: str) -> ServiceJob | None:
        job = await super().get_job(job_id)
        if job is None or job.status != "running":
            return job
        self.step += 10
        data = {"step": self.step, "train_loss": 1 / self.step, "valid_loss": -1}
        message = f"Step {self.step}: training loss={1 / self.step}"
        self._events[job_id].append(
            JobEvent(f"ftevent-step-{self.step}", 1, "info", message, "metrics", data)
        )
        if self.results is not None:
            self.contents["file-running"] = self.results
        return ServiceJob(
            job.id,
            "running",
            hyperparameters={"n_epochs": 2, "batch_size": 2},
            result_files=("file-running",),
        )


async def running(service: Telling) -> FineTuneStack:
    stack = await started(service)
    for _ in range(20):
        await stack.tick(seconds=600)
        if (await stack.job()).step == 20:
            break
    return stack


async def test_a_running_job_shows_how_far_and_how_well_it_goes() -> None:
    stack = await running(Telling(results=metrics(15)))
    found = (await status(stack))["finetune"]
    assert (found["state"], found["step"], found["total_steps"], found["train_loss"]) == (
        "running",
        20,
        40,
        0.05,
    )
    assert found["valid_loss"] == pytest.approx(0.75)
    assert found["train_token_accuracy"] == pytest.approx(0.85)


async def test_a_result_file_that_cannot_be_had_yet_disturbs_nothing() -> None:
    class Down(Telling):
        async def read_file(self, file_id: str, *, max_bytes: int) -> bytes:
            if file_id == "file-running":
                raise TransientError("down")
            return await super().read_file(file_id, max_bytes=max_bytes)

    stack = await running(Down(results=None))
    job = await stack.job()
    assert (job.step, job.valid_loss, job.failing_since) == (20, None, "")
    assert (await stack.run_out()).state == State.COMPLETE


async def test_the_last_figures_are_those_of_the_whole_result_file() -> None:
    stack = await started()
    job = await stack.run_out()
    assert (job.step, job.train_loss, job.valid_loss, job.train_token_accuracy) == (2, 1.25, 1.5, 0.75)
