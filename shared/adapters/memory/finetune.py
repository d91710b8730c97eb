"""The fine-tuning ports in memory, for tests and for trying steps out; proved by the contract tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from shared.errors import PermanentError, TransientError
from shared.finetune.deployment import DeploymentRequest
from shared.finetune.models import Listed
from shared.finetune.service import (
    ENDED,
    USABLE_FILE,
    Checkpoint,
    JobEvent,
    JobRequest,
    ServiceFile,
    ServiceJob,
)
from shared.ports.finetune import DeploymentStatus

_RESULTS = (
    "step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy\n"
    "1,2.5,0.5,-1,-1\n"
    "2,1.25,0.75,1.5,0.625\n"
)


@dataclass
class MemoryFineTune:
    """FineTuneService that moves one step further at every look.

    Attributes:
        file_statuses: what looking at a file answers, one after the other, the last for ever.
        job_statuses: the same of a job; `succeeded` names a model, `failed` an error.
        listed: what its list of models says, by model.
        created: every request for a job, in order.
    """

    file_statuses: tuple[str, ...] = ("pending", "processed")
    job_statuses: tuple[str, ...] = ("pending", "running", "succeeded")
    listed: dict[str, Listed] = field(default_factory=dict)
    created: list[JobRequest] = field(default_factory=list)
    files: dict[str, ServiceFile] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, ServiceJob] = field(default_factory=dict)
    uploads: int = 0
    _looks: dict[str, int] = field(default_factory=dict)
    _events: dict[str, list[JobEvent]] = field(default_factory=dict)

    async def find_file(self, name: str) -> ServiceFile | None:
        found = (file for file in self.files.values() if file.name == name and file.status in USABLE_FILE)
        return next(found, None)

    async def upload_file(self, name: str, chunks: AsyncIterator[bytes], *, timeout_s: float) -> ServiceFile:
        try:
            async with asyncio.timeout(timeout_s):
                data = b"".join([chunk async for chunk in chunks])
        except TimeoutError as exc:
            raise TransientError(f"the upload of {name} took too long", code="timeout") from exc
        self.uploads += 1
        file = ServiceFile(f"file-{self.uploads:04d}", name, self.file_statuses[0])
        self.files[file.id] = file
        self.contents[file.id] = data
        return file

    async def get_file(self, file_id: str) -> ServiceFile | None:
        file = self.files.get(file_id)
        if file is None:
            return None
        status = self._next(file_id, self.file_statuses)
        details = "line 1 is no JSON" if status == "error" else ""
        self.files[file_id] = replace(file, status=status, status_details=details)
        return self.files[file_id]

    async def read_file(self, file_id: str, *, max_bytes: int) -> bytes:
        if file_id not in self.contents:
            raise PermanentError(f"there is no file {file_id}", code="not_found")
        if len(self.contents[file_id]) > max_bytes:
            raise PermanentError(f"file {file_id} is larger than {max_bytes} bytes", code="too_large")
        return self.contents[file_id]

    async def delete_file(self, file_id: str) -> None:
        self.files.pop(file_id, None)
        self.contents.pop(file_id, None)

    async def listed_model(self, model: str) -> Listed | None:
        return self.listed.get(model)

    async def find_job(self, training_file: str, suffix: str) -> ServiceJob | None:
        found = (
            job
            for job in self.jobs.values()
            if job.training_file == training_file and job.suffix in ("", suffix)
        )
        return next(found, None)

    async def create_job(self, request: JobRequest) -> ServiceJob:
        for file_id in (request.training_file, request.validation_file):
            if file_id and (file_id not in self.files or self.files[file_id].status != "processed"):
                raise PermanentError(f"file {file_id} is not processed", code="bad_request")
        self.created.append(request)
        job = ServiceJob(
            id=f"ftjob-{len(self.created):04d}",
            status=self.job_statuses[0],
            model=request.model,
            training_file=request.training_file,
            suffix=request.suffix,
            created_at=1_800_000_000 + len(self.created),
            hyperparameters={"n_epochs": "auto"} | dict(request.hyperparameters),
        )
        self.jobs[job.id] = self._with_status(job, job.status)
        self._events[job.id] = []
        self._tell(job.id, "Job enqueued. Waiting for jobs ahead to complete.")
        return job

    async def get_job(self, job_id: str) -> ServiceJob | None:
        job = self.jobs.get(job_id)
        if job is None or job.status in ENDED:
            return job
        if job.status == "paused":
            return job
        status = self._next(job_id, self.job_statuses)
        if status != job.status:
            self._tell(job_id, f"Job is {status}.")
        self.jobs[job_id] = self._with_status(job, status)
        return self.jobs[job_id]

    def _with_status(self, job: ServiceJob, status: str) -> ServiceJob:
        job = replace(job, status=status)
        if status == "succeeded":
            results = f"file-results-{job.id}"
            self.contents[results] = _RESULTS.encode()
            name = f"{job.model}.ft-{job.id.removeprefix('ftjob-')}-{job.suffix}"
            return replace(job, fine_tuned_model=name, trained_tokens=1234, result_files=(results,))
        if status == "failed":
            return replace(
                job, error_code="rai", error_message="The provided training data failed RAI checks."
            )
        return job

    async def cancel_job(self, job_id: str) -> None:
        job = self.jobs.get(job_id)
        if job is not None and job.status not in ENDED:
            self.jobs[job_id] = replace(job, status="cancelled")
            self._tell(job_id, "Job cancelled.")

    async def pause_job(self, job_id: str) -> None:
        self._switch(job_id, "running", "paused")

    async def resume_job(self, job_id: str) -> None:
        self._switch(job_id, "paused", "running")

    async def delete_job(self, job_id: str) -> None:
        job = self.jobs.get(job_id)
        if job is not None and job.status not in ENDED:
            raise PermanentError("only a job that has ended can be deleted", code="bad_request")
        self.jobs.pop(job_id, None)

    def _switch(self, job_id: str, origin: str, target: str) -> None:
        job = self.jobs.get(job_id)
        if job is None or job.status != origin:
            raise PermanentError(f"only a {origin} job can be {target}", code="bad_request")
        self.jobs[job_id] = replace(job, status=target)
        self._tell(job_id, f"Job is {target}.")

    async def list_events(self, job_id: str, *, until: str, limit: int) -> list[JobEvent]:
        found: list[JobEvent] = []
        for event in reversed(self._events.get(job_id, [])):
            if event.id == until or len(found) == limit:
                break
            found.append(event)
        return found

    async def list_checkpoints(self, job_id: str) -> list[Checkpoint]:
        job = self.jobs[job_id]
        if job.status != "succeeded":
            return []
        model = f"{job.fine_tuned_model}:ckpt-step-2"
        return [Checkpoint("ftchkpt-1", model, 2, job.created_at, {"train_loss": 1.25, "valid_loss": 1.5})]

    def _next(self, key: str, statuses: tuple[str, ...]) -> str:
        self._looks[key] = self._looks.get(key, 0) + 1
        return statuses[min(self._looks[key], len(statuses) - 1)]

    def _tell(self, job_id: str, message: str) -> None:
        events = self._events[job_id]
        number = len(events) + 1
        events.append(JobEvent(f"ftevent-{job_id}-{number:04d}", 1_800_000_000 + number, "info", message))


@dataclass
class MemoryDeployments:
    """Deployments that move one step further at every look."""

    states: tuple[str, ...] = ("Accepted", "Creating", "Succeeded")
    requests: list[DeploymentRequest] = field(default_factory=list)
    _looks: dict[str, int] = field(default_factory=dict)

    async def put_deployment(self, request: DeploymentRequest) -> DeploymentStatus:
        self.requests.append(request)
        self._looks.setdefault(request.name, 0)
        return DeploymentStatus(request.name, self.states[0])

    async def get_deployment(self, name: str) -> DeploymentStatus | None:
        if name not in self._looks:
            return None
        self._looks[name] += 1
        state = self.states[min(self._looks[name], len(self.states) - 1)]
        return DeploymentStatus(name, state, "no capacity" if state == "Failed" else "")

    async def delete_deployment(self, name: str) -> None:
        self._looks.pop(name, None)
