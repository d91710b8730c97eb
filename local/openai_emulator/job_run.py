"""Takes one job through its states: queued, preprocessed, trained in a process of its own, finished."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from local.checkout import ROOT
from local.openai_emulator.errors import ApiError, bad_request
from local.openai_emulator.files import Files
from local.openai_emulator.job import Job
from local.openai_emulator.preprocessing import choose_numbers, preprocess
from local.openai_emulator.switches import Switches
from local.openai_emulator.training_rows import FileFacts

_TELL_EVERY = 10
_SAVE_RESULTS_EVERY = 50


class JobRun:
    """A job under way.

    Args:
        start: weights to go on from, None for a new student.
        may_start: whether there is room for one more job that trains.
    """

    def __init__(
        self, job: Job, files: Files, switches: Switches, *, start: Path | None, may_start: Callable[[], bool]
    ) -> None:
        self._job = job
        self._files = files
        self._switches = switches
        self._start = start
        self._may_start = may_start
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._results: str = ""
        self._tokens = 0

    def start(self) -> None:
        """Begin; call it inside the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def cancel(self) -> None:
        """End the job as cancelled."""
        self._end_process()
        if self._task:
            self._task.cancel()
        self._job.tell("Job cancelled.")
        self._keep_results()
        self._job.set_status("cancelled")

    def pause(self) -> None:
        """Hold the training. ApiError 400 unless it runs and has made a step."""
        if self._job.status != "running" or not self._job.rows:
            raise bad_request(
                "Only a running job that has trained a step can be paused.", code="unexpectedEntityState"
            )
        self._send("pause")
        self._job.tell("Job pausing.")
        self._job.set_status("pausing")
        asyncio.get_running_loop().call_later(0.1, self._settle, "pausing", "paused", "Job paused.")

    def resume(self) -> None:
        """Go on with the training. ApiError 400 unless it is paused."""
        if self._job.status not in ("paused", "pausing"):
            raise bad_request("Only a paused job can be resumed.", code="unexpectedEntityState")
        self._send("resume")
        self._job.set_status("resuming")
        asyncio.get_running_loop().call_later(0.1, self._settle, "resuming", "running", "Job resumed.")

    def _settle(self, before: str, after: str, message: str) -> None:
        if self._job.status == before:
            self._job.tell(message)
            self._job.set_status(after)

    def _send(self, command: str) -> None:
        if self._process and self._process.stdin:
            self._process.stdin.write(f"{command}\n".encode())

    async def stop(self) -> None:
        """Stop without touching the job's state: the emulator goes down."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._end_process()
        if self._process:
            await self._process.wait()

    def _end_process(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _run(self) -> None:
        job = self._job
        job.tell("Job enqueued. Waiting for jobs ahead to complete.")
        await asyncio.sleep(self._switches.job_queue_s)
        facts = await preprocess(job, self._files)
        if facts is None:
            return
        while not self._may_start():  # noqa: ASYNC110 -- room comes from other jobs' states, which tell nobody
            await asyncio.sleep(0.1)
        job.tell("Job started.")
        job.set_status("running")
        for message in ("Data Import started.", "Finetuning started.", "Job queued, waiting for GPUs."):
            job.tell(message)
        if await self._train(facts):
            self._succeed()

    async def _train(self, facts: FileFacts) -> bool:
        """Run the training process to its end; whether it ended well."""
        job = self._job
        validation = job.document["validation_file"]
        plan = {
            **choose_numbers(job, facts),
            "train": str(self._files.path(job.document["training_file"])),
            "validation": str(self._files.path(validation)) if validation else None,
            "out": str(job.folder),
            "seed": job.document["seed"],
            "start": str(self._start) if self._start else None,
            "step_s": self._switches.job_step_s,
        }
        config = job.folder / "plan.config"
        config.write_bytes(orjson.dumps(plan))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "local.openai_emulator.student.training", str(config),
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, limit=1 << 20,
        )  # fmt: skip
        process = self._process
        assert process.stdout is not None and process.stderr is not None
        errors = asyncio.create_task(process.stderr.read())
        try:
            finished = False
            async for line in process.stdout:
                finished = self._take(orjson.loads(line)) or finished
            status = await process.wait()
        except asyncio.CancelledError:
            self._end_process()
            errors.cancel()
            raise
        self._keep_results()
        if status or not finished:
            text = (await errors).decode(errors="replace").strip().splitlines()
            job.fail("internalFailure", f"The training process ended early: {text[-1] if text else status}")
            return False
        return True

    def _take(self, event: dict[str, Any]) -> bool:
        """Note what the training process tells; whether it is done."""
        job, kind = self._job, event.pop("kind")
        if kind == "started":
            job.tell("Training started.")
            self._results = self._files.add("results.csv", "fine-tune-results", job.results_csv())["id"]
            job.document["result_files"] = [self._results]
            job.tell(f"Created results file: {self._results}")
            job.save()
        elif kind == "step":
            job.rows.append(event)
            if event["step"] % _TELL_EVERY == 0:
                job.tell(f"Step {event['step']}: training loss={event['train_loss']:.4f}", data=event)
            if event["step"] % _SAVE_RESULTS_EVERY == 0:
                self._keep_results()
        elif kind == "checkpoint":
            job.add_checkpoint(event)
            margin = event.get("preference_margin")
            if margin is not None:
                job.tell(f"Epoch {event['epoch']}: preference margin={margin:.4f}", data={"margin": margin})
        elif kind == "done":
            self._tokens = event["tokens"]
            return True
        return False

    def _keep_results(self) -> None:
        if self._results:
            # Without the file there is nothing to keep up to date: somebody deleted it.
            with contextlib.suppress(ApiError):
                self._files.replace(self._results, self._job.results_csv())

    def _succeed(self) -> None:
        job = self._job
        job.document["trained_tokens"] = self._tokens
        job.document["fine_tuned_model"] = job.model_name()
        job.tell("Job succeeded.")
        job.tell("Model Evaluation Passed.")
        job.tell(f"Completed results file: {self._results}")
        job.tell(f"Training tokens billed: {self._tokens}")
        job.tell(
            "This job was trained by the emulator: a small statistical student, not the model it is named after."
        )
        job.set_status("succeeded")
