"""The states of a fine-tune job and every way between them, as one table."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a fine-tune job stands."""

    REQUESTED = "requested"
    UPLOADING = "uploading"
    PROCESSING = "processing"
    CREATING = "creating"
    RUNNING = "running"
    COLLECTING = "collecting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEPLOYING = "deploying"
    DEPLOYED = "deployed"
    EVALUATING = "evaluating"
    COMPLETE = "complete"


_GIVING_UP = (State.FAILED, State.CANCELLED)

TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.REQUESTED: (State.UPLOADING, *_GIVING_UP),
    State.UPLOADING: (State.PROCESSING, *_GIVING_UP),
    State.PROCESSING: (State.CREATING, *_GIVING_UP),
    State.CREATING: (State.RUNNING, *_GIVING_UP),
    State.RUNNING: (State.COLLECTING, *_GIVING_UP),
    State.COLLECTING: (State.SUCCEEDED, *_GIVING_UP),
    State.SUCCEEDED: (State.DEPLOYING, State.EVALUATING, State.COMPLETE),
    State.DEPLOYING: (State.DEPLOYED, State.COMPLETE),
    State.DEPLOYED: (State.EVALUATING, State.COMPLETE),
    State.EVALUATING: (State.COMPLETE,),
    State.COMPLETE: (State.DEPLOYING,),
    State.FAILED: (State.RUNNING,),
    State.CANCELLED: (),
}

FINAL = frozenset({State.COMPLETE, State.FAILED, State.CANCELLED})
"""States that a job leaves only when somebody asks for its deployment, or for what was given up while it trained."""

TRAINED = frozenset({State.SUCCEEDED, State.DEPLOYING, State.DEPLOYED, State.EVALUATING, State.COMPLETE})
"""States in which a fine-tuned model exists."""


def allowed(origin: State, target: State) -> bool:
    """Whether a job may go from `origin` to `target`; staying is always allowed."""
    return origin == target or target in TRANSITIONS[origin]
