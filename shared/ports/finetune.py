"""What fine-tuning needs from the outside, as small protocols; `adapters/` implements them.

Every adapter translates its SDK's errors into `shared.errors` once, as `shared.ports` says.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from shared.finetune.deployment import DeploymentRequest
from shared.finetune.models import Listed
from shared.finetune.service import Checkpoint, JobEvent, JobRequest, ServiceFile, ServiceJob


class FineTuneFiles(Protocol):
    """Files of a fine-tuning service."""

    async def find_file(self, name: str) -> ServiceFile | None:
        """A usable file of that name (see `USABLE_FILE`), or None."""

    async def upload_file(self, name: str, chunks: AsyncIterator[bytes], *, timeout_s: float) -> ServiceFile:
        """Upload once, in bounded memory, without retrying; TransientError `timeout` after `timeout_s` seconds."""

    async def get_file(self, file_id: str) -> ServiceFile | None:
        """The file, or None if it is missing."""

    async def read_file(self, file_id: str, *, max_bytes: int) -> bytes:
        """The file's content. PermanentError `not_found`, or `too_large` if it is over `max_bytes`."""

    async def delete_file(self, file_id: str) -> None:
        """Delete the file; does nothing if it is missing."""


class FineTuneJobs(Protocol):
    """Jobs of a fine-tuning service."""

    async def listed_model(self, model: str) -> Listed | None:
        """What the service's own list says of a base model, None if it does not have it."""

    async def find_job(self, training_file: str, suffix: str) -> ServiceJob | None:
        """The oldest job on that training file (and with that suffix, where the service tells it), or None."""

    async def create_job(self, request: JobRequest) -> ServiceJob:
        """Create once, without retrying, within 60 seconds."""

    async def get_job(self, job_id: str) -> ServiceJob | None:
        """The job, or None if the service does not know it."""

    async def cancel_job(self, job_id: str) -> None:
        """Ask the service to cancel; nothing happens if the job has ended."""

    async def pause_job(self, job_id: str) -> None:
        """Ask the service to pause a running job. PermanentError if it cannot be paused."""

    async def resume_job(self, job_id: str) -> None:
        """Ask the service to go on with a paused job. PermanentError if it is not paused."""

    async def delete_job(self, job_id: str) -> None:
        """Delete a job that has ended; does nothing if it is missing. PermanentError where a service keeps its jobs."""

    async def list_events(self, job_id: str, *, until: str, limit: int) -> list[JobEvent]:
        """Events newest first, at most `limit`, only those newer than the event called `until` ("" for all)."""

    async def list_checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Checkpoints of an ended job, at most 100."""


class FineTuneService(FineTuneFiles, FineTuneJobs, Protocol):
    """A fine-tuning service."""


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    """A deployment as it is: `state` is the control plane's provisioning state (`Accepted`, `Creating`,
    `Succeeded`, `Failed`, …), `message` says why it failed.
    """

    name: str
    state: str
    message: str = ""


class Deployments(Protocol):
    """Deployments of a model account; the control plane, not the inference endpoint."""

    async def put_deployment(self, request: DeploymentRequest) -> DeploymentStatus:
        """Create or replace the deployment and return without waiting for its end."""

    async def get_deployment(self, name: str) -> DeploymentStatus | None:
        """The deployment, or None if it is missing."""

    async def delete_deployment(self, name: str) -> None:
        """Delete the deployment; does nothing if it is missing."""
