"""The fine-tune job as stored in `runs/{run}/finetune/job.json`."""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct, field

from shared import stored
from shared.contracts import options
from shared.finetune.job_parts import REQUESTED as REQUESTED
from shared.finetune.job_parts import Claim as Claim
from shared.finetune.job_parts import JobDeployment as JobDeployment
from shared.finetune.job_parts import Problem as Problem
from shared.finetune.job_parts import Progress as Progress
from shared.finetune.job_parts import TrainingFile as TrainingFile
from shared.finetune.service import ENDED, Hyperparameter
from shared.finetune.transitions import FINAL, TRAINED, State, allowed
from shared.times import moment, stamp


class Job(Struct, frozen=True):
    """A run's fine-tune job. Times are ISO 8601 UTC, "" where unknown.

    Attributes:
        run_id: the run.
        state: see `transitions`.
        options: the `finetune` options of the run, complete (see the options contract).
        model: base model.
        training_type: where the service trains.
        suffix: part of the fine-tuned model's name.
        seed: of the training.
        hyperparameters: as asked until the service tells what it uses; `auto` is the service's choice.
        files: `train` and, if the dataset has one, `validation`.
        revision: of the dataset, 0 for the first publication.
        created_at, updated_at, finished_at: of this job; finished means trained, failed or cancelled.
        state_since: when the state was entered.
        next_check_at: nothing is done before.
        job_id: the service's id.
        status: the service's status, as last seen.
        fine_tuned_model: its name, once it exists.
        checkpoint: the state of the model that is deployed and measured, "" for the last.
        estimate: what training, hosting and evaluation were reckoned to cost before anything was paid.
        trained_tokens: billed by the service.
        estimated_finish: as the service estimates it.
        result_files: ids of the service's result files.
        step, total_steps: how far the training is; None until the service tells, the total reckoned if it does not.
        train_loss, valid_loss, train_token_accuracy: newest values, None until the service tells.
        last_event: id of the newest event kept.
        heard_at: when the service last told something new of the job.
        error: why it failed, was cancelled, or could not be deployed.
        last_error: newest failed call, kept until a call succeeds.
        failing_since: since when every call fails.
        warnings: what could not be had without harm to the job.
        claim: who may upload or create just now.
        wanted: what somebody asked for that is still to be done: `deploy`, `undeploy`, `pause`, `resume`, or "".
        cancel_requested, cancel_sent: a cancellation was asked for; the service was told.
        done: chores after the end that are behind us.
        deployment, evaluation: what follows the training.
        past_hosting_usd: what its deployments before that one have cost.
        history: `{"at", "state"}` of every state entered.
    """

    run_id: str
    state: State
    options: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""
    training_type: str = ""
    suffix: str = ""
    seed: int = 0
    created_at: str = ""
    updated_at: str = ""
    state_since: str = ""
    hyperparameters: Mapping[str, Hyperparameter] = field(default_factory=dict)
    files: Mapping[str, TrainingFile] = field(default_factory=dict)
    revision: int = 0
    finished_at: str = ""
    next_check_at: str = ""
    job_id: str = ""
    status: str = ""
    fine_tuned_model: str = ""
    checkpoint: str = ""
    estimate: Mapping[str, Any] | None = None
    trained_tokens: int | None = None
    estimated_finish: str = ""
    result_files: tuple[str, ...] = ()
    last_event: str = ""
    heard_at: str = ""
    step: int | None = None
    total_steps: int | None = None
    train_loss: float | None = None
    valid_loss: float | None = None
    train_token_accuracy: float | None = None
    error: Problem | None = None
    last_error: Problem | None = None
    failing_since: str = ""
    warnings: tuple[Problem, ...] = ()
    claim: Claim | None = None
    wanted: str = ""
    cancel_requested: bool = False
    cancel_sent: bool = False
    done: tuple[str, ...] = ()
    deployment: JobDeployment | None = None
    evaluation: Progress | None = None
    past_hosting_usd: float = 0.0
    history: tuple[Mapping[str, Any], ...] = ()

    def moved(self, state: State, now: datetime, **changes: Any) -> Job:
        """The job in `state`, free of claim, pause and failures, with `changes`. ValueError for a forbidden way."""
        if not allowed(self.state, state):
            raise ValueError(f"a fine-tune job cannot go from {self.state} to {state}")
        at = stamp(now)
        entered = self.state != state
        fresh: dict[str, Any] = {
            "state": state,
            "updated_at": at,
            "state_since": at if entered else self.state_since,
            "history": (*self.history, {"at": at, "state": str(state)}) if entered else self.history,
            "next_check_at": "",
            "claim": None,
            "failing_since": "",
            "last_error": None,
        }
        return replace(self, **(fresh | changes))

    def kept(self, now: datetime, **changes: Any) -> Job:
        """The job in the same state after a call that succeeded, with `changes`."""
        return self.moved(self.state, now, **changes)

    @property
    def cancellable(self) -> bool:
        """Whether the training has not ended yet."""
        return self.state not in TRAINED and self.state not in FINAL and self.state != State.COLLECTING

    @property
    def is_given_up(self) -> bool:
        """Whether the training was given up while it went on at the service, as far as is known."""
        return self.state == State.FAILED and bool(self.job_id) and self.status not in ENDED

    @property
    def chosen_model(self) -> str:
        """The model or checkpoint that is deployed and measured."""
        return self.checkpoint or self.fine_tuned_model

    @property
    def is_deployed(self) -> bool:
        """Whether there is a deployment that serves, as far as is known."""
        made = self.deployment
        return made is not None and bool(made.ready_at) and not made.is_over

    @property
    def is_unready(self) -> bool:
        """Whether a deployment was asked for that never served, and may yet become ready and cost."""
        made = self.deployment
        return made is not None and not made.ready_at and not made.is_over

    @property
    def may_cost(self) -> bool:
        """Whether there is a deployment that costs by the hour or may come to, as far as is known."""
        return self.is_deployed or self.is_unready

    @property
    def is_measured(self) -> bool:
        """Whether an evaluation has ended that had an answer."""
        return self.evaluation is not None and self.evaluation.complete and not self.evaluation.is_void

    @property
    def is_to_be_measured(self) -> bool:
        """Whether an evaluation is asked for and none has ended that had an answer."""
        return bool(self.options["evaluate"]["enabled"]) and not self.is_measured

    def is_evaluating(self, begun_at: str) -> bool:
        """Whether the evaluation that began then is under way; "" is any, as older messages tell no time."""
        return self.state == State.EVALUATING and begun_at in ("", self.state_since)

    def asks_for(self, arm: str) -> bool:
        """Whether the evaluation is to have that arm."""
        return arm in self.options["evaluate"]["arms"]

    @property
    def training_usd(self) -> float:
        """What the training costs by the list, as it was reckoned; 0 if that is not known."""
        return float((self.estimate or {}).get("training_usd") or 0.0)

    def hosting_usd(self, now: datetime) -> float:
        """What the job's deployments have cost until `now`; 0 without one or without a price."""
        return round(self.past_hosting_usd + (self.deployment.usd(now) if self.deployment else 0.0), 4)

    def age_s(self, now: datetime) -> float:
        """Seconds since the state was entered."""
        return (now - moment(self.state_since)).total_seconds()

    def to_json(self) -> bytes:
        """The job as stored."""
        return orjson.dumps(stored.plain(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_json(cls, data: bytes) -> Job:
        """The job that `to_json` wrote, in this version or another. PermanentError `unreadable` for anything else."""
        job = stored.read(cls, data, "a fine-tune's job.json")
        known = options.completed({"finetune": job.options})["finetune"]
        return replace(job, options=known)
