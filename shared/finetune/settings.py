"""How patient and how eager the following of fine-tune jobs is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FineTuneSettings:
    """What an installation decides about fine-tuning; times in seconds.

    Attributes:
        student_model: base model when a run names none.
        poll_s: shortest pause between two looks at the same job.
        poll_max_s: longest; the pause grows to a fiftieth of the state's age in between.
        processing_limit_s: how long the service may take to process an uploaded file.
        quiet_s: how long a job may tell nothing new before that is told.
        failure_budget_s: how long the service may fail without a break before the job counts as failed.
        permission_grace_s: the same for refused credentials before a job exists (new roles take minutes).
        upload_s: longest upload of a file.
        claim_margin_s: how much longer than its call a claim is held; another instance may take over afterwards.
        create_claim_s: longest creation; longer than any adapter's time-out for it.
        max_events: most new events read at one look.
        model_is_deployment: the service serves a fine-tuned model by its name, without a deployment.
        deployment_limit_s: how long a deployment may take.
        deployment_settle_s: how long a finished deployment may still be unknown to the inference endpoint.
        max_evaluation_rows: validation rows measured, evenly spread over the file.
        evaluation_stall_s: pause without a new outcome after which lost messages are sent again.
        evaluation_limit_s: how long an evaluation may take; after that the next pause ends it with what is there.
        webhook_secret: what the service signs its calls with; "" where it makes none.
    """

    student_model: str = "gpt-4.1-nano-2025-04-14"
    poll_s: float = 15.0
    poll_max_s: float = 120.0
    processing_limit_s: float = 3600.0
    quiet_s: float = 24 * 3600.0
    failure_budget_s: float = 24 * 3600.0
    permission_grace_s: float = 900.0
    upload_s: float = 1500.0
    claim_margin_s: float = 120.0
    create_claim_s: float = 180.0
    max_events: int = 10_000
    model_is_deployment: bool = False
    deployment_limit_s: float = 2 * 3600.0
    deployment_settle_s: float = 900.0
    max_evaluation_rows: int = 256
    evaluation_stall_s: float = 900.0
    evaluation_limit_s: float = 24 * 3600.0
    webhook_secret: str = field(default="", repr=False)
