"""What is done next with a fine-tune job, as a table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts import options
from shared.finetune.decisions import CHORES, Action, next_action
from shared.finetune.job import Claim, JobDeployment, Progress
from shared.finetune.transitions import State
from shared.times import later
from tests.builders.finetune import NOW, job

MINE = Claim("me", later(NOW, 60))
THEIRS = Claim("other", later(NOW, 60))
EXPIRED = Claim("me", later(NOW, -1))
OVER = Progress(("student",), ("student",), (1,), complete=True)


def asking(**finetune: Any) -> dict[str, Any]:
    return options.resolve({"finetune": finetune})["finetune"]


DEPLOY = asking(deploy={"enabled": True})
EVALUATE = asking(evaluate={"enabled": True})
FAILED_AT_SERVICE: dict[str, Any] = {
    "done": tuple(map(str, CHORES[State.FAILED][:-1])),
    "options": asking(clean_up="all"),
    "job_id": "ftjob-1",
    "status": "failed",
}
DONE = {state: tuple(map(str, chores)) for state, chores in CHORES.items()}


@pytest.mark.parametrize(
    ("state", "changes", "expected"),
    [
        (State.REQUESTED, {}, Action.CLAIM),
        (State.UPLOADING, {}, Action.CLAIM),
        (State.UPLOADING, {"claim": MINE}, Action.UPLOAD_FILE),
        (State.UPLOADING, {"claim": THEIRS}, Action.LOOK_FOR_FILE),
        (State.UPLOADING, {"claim": EXPIRED}, Action.CLAIM),
        (State.PROCESSING, {}, Action.CHECK_FILES),
        (State.CREATING, {}, Action.CLAIM),
        (State.CREATING, {"claim": MINE}, Action.CREATE_JOB),
        (State.CREATING, {"claim": THEIRS}, Action.LOOK_FOR_JOB),
        (State.CREATING, {"claim": EXPIRED}, Action.CLAIM),
        (State.RUNNING, {}, Action.FOLLOW_JOB),
        (State.RUNNING, {"cancel_requested": True}, Action.CANCEL_JOB),
        (State.RUNNING, {"cancel_requested": True, "cancel_sent": True}, Action.FOLLOW_JOB),
        (State.REQUESTED, {"cancel_requested": True}, Action.ABANDON),
        (State.PROCESSING, {"cancel_requested": True}, Action.ABANDON),
        (State.CREATING, {"cancel_requested": True}, Action.CLAIM),
        (State.COLLECTING, {}, Action.COLLECT),
        (State.SUCCEEDED, {}, Action.DELETE_FILES),
        (State.SUCCEEDED, {"done": ("delete_files",)}, Action.COPY_RESULTS),
        (State.SUCCEEDED, {"done": ("delete_files", "copy_results")}, Action.WRITE_REPORT),
        (State.SUCCEEDED, {"done": DONE[State.SUCCEEDED][:3]}, Action.ANNOUNCE),
        (State.SUCCEEDED, {"done": DONE[State.SUCCEEDED]}, Action.COMPLETE),
        (State.SUCCEEDED, {"done": DONE[State.SUCCEEDED], "options": DEPLOY}, Action.DEPLOY),
        (State.SUCCEEDED, {"done": DONE[State.SUCCEEDED], "options": EVALUATE}, Action.START_EVALUATION),
        (State.FAILED, {}, Action.DELETE_FILES),
        (State.FAILED, {"done": DONE[State.FAILED], "options": DEPLOY}, Action.CLOSE),
        (State.SUCCEEDED, {"options": asking(clean_up="nothing")}, Action.COPY_RESULTS),
        (State.FAILED, FAILED_AT_SERVICE, Action.DELETE_JOB),
        (State.FAILED, {**FAILED_AT_SERVICE, "options": asking()}, Action.CLOSE),
        (State.FAILED, {**FAILED_AT_SERVICE, "fine_tuned_model": "m.ft-1"}, Action.CLOSE),
        (State.FAILED, {**FAILED_AT_SERVICE, "job_id": ""}, Action.CLOSE),
        (State.FAILED, {**FAILED_AT_SERVICE, "status": "running"}, Action.CLOSE),
        (State.CANCELLED, {"done": DONE[State.CANCELLED]}, Action.CLOSE),
        (State.DEPLOYING, {}, Action.PUT_DEPLOYMENT),
        (State.DEPLOYING, {"deployment": JobDeployment(requested_at=later(NOW, 0))}, Action.CHECK_DEPLOYMENT),
        (State.DEPLOYED, {}, Action.COMPLETE),
        (State.DEPLOYED, {"options": EVALUATE}, Action.START_EVALUATION),
        (State.EVALUATING, {}, Action.CHECK_EVALUATION),
        (State.COMPLETE, {}, Action.COPY_ALL),
        (State.COMPLETE, {"done": ("copy_all",)}, Action.WRITE_WHOLE_REPORT),
        (State.COMPLETE, {"done": DONE[State.COMPLETE][:3]}, Action.CLOSE),
        (State.COMPLETE, {"done": DONE[State.COMPLETE][:3], "evaluation": OVER}, Action.ANNOUNCE_EVALUATION),
        (State.COMPLETE, {"done": DONE[State.COMPLETE]}, Action.CLOSE),
        (State.RUNNING, {"next_check_at": later(NOW, 1)}, None),
        (State.RUNNING, {"next_check_at": later(NOW, 0)}, Action.FOLLOW_JOB),
    ],
)
def test_the_state_decides_what_is_next(
    state: State, changes: dict[str, Any], expected: Action | None
) -> None:
    assert next_action(job(state, **changes), NOW, me="me") == expected


@pytest.mark.parametrize("state", State)
def test_every_state_has_something_to_do(state: State) -> None:
    assert next_action(job(state), NOW + timedelta(days=1), me="me") is not None
