"""The deployment that a trained job asks for."""

from __future__ import annotations

from dataclasses import dataclass

from shared.finetune import models
from shared.finetune.job import Job


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    """A deployment as wanted.

    Attributes:
        name: of the deployment, `[A-Za-z0-9_.-]`, at most 64 characters.
        model: fine-tuned model or checkpoint.
        model_format: publisher of the model as the control plane spells it.
        sku: `Standard`, `DataZoneStandard`, `GlobalStandard` or `DeveloperTier`.
        capacity: thousands of tokens a minute.
    """

    name: str
    model: str
    model_format: str
    sku: str
    capacity: int


def deployment_request(job: Job) -> DeploymentRequest:
    """The deployment of a trained job, named after its run."""
    wanted = job.options["deploy"]
    return DeploymentRequest(
        name=deployment_name(job.run_id),
        model=job.chosen_model,
        model_format=model_format(job.model),
        sku=wanted["sku"],
        capacity=wanted["capacity"],
    )


def deployment_name(run_id: str) -> str:
    """`plansmith-<10 hex of the run>`: what the run's deployment is recognised by."""
    return f"plansmith-{run_id[-10:]}"


def model_format(model: str) -> str:
    """Publisher of a base model as the control plane spells it; `OpenAI` for one that is not known."""
    student = models.find(model)
    return (student.format if student else None) or "OpenAI"
