"""Fine-tuning jobs: creating, listing, following, stopping; each trains in a process of its own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from local.openai_emulator.errors import ApiError, bad_request, not_found
from local.openai_emulator.files import Files, page
from local.openai_emulator.job import Job, new_document
from local.openai_emulator.job_request import read_job_request
from local.openai_emulator.job_run import JobRun
from local.openai_emulator.models import parse_fine_tuned
from local.openai_emulator.storage import Disk
from local.openai_emulator.switches import Switches
from local.openai_emulator.webhooks import Webhooks

MAX_JOBS = 100
MAX_WAITING = 20
"""The service's quotas: jobs of a resource, jobs waiting at once."""


class Jobs:
    """All fine-tuning jobs of the resource, kept on disk."""

    def __init__(self, disk: Disk, switches: Switches, files: Files, webhooks: Webhooks) -> None:
        self._disk = disk
        self._switches = switches
        self._files = files
        self._webhooks = webhooks
        self._jobs: dict[str, Job] = {}
        self._runs: dict[str, JobRun] = {}
        for folder in sorted(disk.folder("jobs").iterdir()):
            try:
                job = Job.load(disk, folder)
            except (OSError, orjson.JSONDecodeError):
                continue
            self._jobs[job.id] = job

    def resume_all(self) -> None:
        """Start again what was under way when the emulator stopped; training begins anew."""
        for job in self._jobs.values():
            if not job.is_over:
                job.tell("The emulator was restarted; the job starts over.", level="warn")
                job.checkpoints.clear()
                job.set_status("pending")
                self._run(job)

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a job and start it. ApiError 400 as the service's."""
        model = str(body.get("model") or "")
        request = read_job_request(body, self._files, is_trained=self.weights_of(model) is not None)
        waiting = sum(job.status == "pending" for job in self._jobs.values())
        if len(self._jobs) >= MAX_JOBS or waiting >= MAX_WAITING:
            raise ApiError(
                400, "The quota of fine-tuning jobs is used up. Delete old jobs first.", code="quotaExceeded"
            )
        job = Job(self._disk, new_document(request))
        self._jobs[job.id] = job
        job.save()
        shown = dict(job.document)
        self._run(job)
        return shown

    def _run(self, job: Job) -> None:
        start = self.weights_of(job.document["model"])
        job.when_over = self._webhooks.job_ended
        run = JobRun(job, self._files, self._switches, start=start, may_start=self._may_start)
        self._runs[job.id] = run
        run.start()

    def _may_start(self) -> bool:
        training = sum(job.status in ("running", "pausing", "resuming") for job in self._jobs.values())
        return training < max(1, self._switches.running_jobs)

    def get(self, job_id: str) -> dict[str, Any]:
        """The job's document. ApiError 404 if it is missing."""
        return self._job(job_id).document

    def _job(self, job_id: str) -> Job:
        job = self._jobs.get(job_id)
        if job is None:
            raise not_found(f"The specified fine-tuning job '{job_id}' does not exist.")
        return job

    def listing(self, *, after: str = "", limit: int = 20) -> dict[str, Any]:
        """A page of jobs, newest first."""
        newest_first = sorted(
            (job.document for job in reversed(self._jobs.values())), key=lambda job: -int(job["created_at"])
        )
        return page(newest_first, after, limit)

    def events(self, job_id: str, *, after: str, limit: int) -> dict[str, Any]:
        """A page of events, newest first."""
        return self._job(job_id).events_page(after, limit)

    def checkpoints(self, job_id: str, *, after: str, limit: int) -> dict[str, Any]:
        """A page of checkpoints. ApiError 400 before the job is over."""
        job = self._job(job_id)
        if not job.is_over and job.status != "paused":
            raise bad_request(
                "Checkpoints can be listed once the job is in a terminal state.", code="unexpectedEntityState"
            )
        return job.checkpoints_page(after, limit)

    def act(self, job_id: str, action: str) -> dict[str, Any]:
        """`cancel`, `pause` or `resume` the job: its document afterwards."""
        job = self._job(job_id)
        if job.is_over:
            raise bad_request(
                f"The job is {job.status}; it cannot be changed any more.", code="unexpectedEntityState"
            )
        run = self._runs[job_id]
        if action == "cancel":
            run.cancel()
        elif action == "pause":
            run.pause()
        else:
            run.resume()
        return dict(job.document)

    def delete(self, job_id: str) -> None:
        """Remove a job that is over."""
        job = self._job(job_id)
        if not job.is_over:
            raise bad_request("Only a job in a terminal state can be deleted.", code="unexpectedEntityState")
        del self._jobs[job_id]
        shutil.rmtree(job.folder, ignore_errors=True)

    def weights_of(self, model: str) -> Path | None:
        """Folder of the weights of a fine-tuned model or a checkpoint (by name or id), or None."""
        if model.startswith("ftchkpt-"):
            for job in self._jobs.values():
                for checkpoint in job.checkpoints:
                    if checkpoint["id"] == model:
                        return self._folder(job, checkpoint["step_number"])
            return None
        name = parse_fine_tuned(model)
        found = self._jobs.get(name.job) if name else None
        if name is None or found is None or not found.checkpoints:
            return None
        if not name.step:
            is_done = found.document["fine_tuned_model"] == model
            return self._folder(found, found.checkpoints[-1]["step_number"]) if is_done else None
        for checkpoint in found.checkpoints:
            if checkpoint["fine_tuned_model_checkpoint"] == model:
                return self._folder(found, checkpoint["step_number"])
        return None

    def _folder(self, job: Job, step: int) -> Path | None:
        folder = job.folder / f"ckpt-step-{step}"
        return folder if folder.is_dir() else None

    def fine_tuned_models(self) -> list[str]:
        """Names of the models that succeeded jobs have made."""
        return [
            job.document["fine_tuned_model"]
            for job in self._jobs.values()
            if job.document["fine_tuned_model"]
        ]

    async def close(self) -> None:
        """Stop the processes; unfinished jobs start over at the next start."""
        await asyncio.gather(*(run.stop() for run in self._runs.values()), return_exceptions=True)
