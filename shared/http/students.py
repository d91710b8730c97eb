"""Routes about a run's student: fine-tune, deploy, pause, try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import names, stored
from shared.contracts import bodies, messages
from shared.errors import BadRequestError, ConflictError, PlansmithError, TransientError
from shared.finetune.estimate import Estimate
from shared.finetune.transitions import FINAL
from shared.finetune.webhook import MAX_BYTES, read_webhook
from shared.http.answers import Answer, json_answer, no_run, problem
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.runs.revisions import is_published
from shared.steps.finetune.archive import next_number
from shared.steps.finetune.hearing import hear
from shared.steps.finetune.start_finetune import preview, what_would_be_lost
from shared.steps.finetune.trying import try_plan
from shared.steps.finetune.wishes import ask


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A fine-tune that somebody asks for: on which revision, with which options, and whether another one is there."""

    options: dict[str, Any]
    again: bool
    revision: int

    @classmethod
    def of(cls, body: bytes) -> _Wanted:
        """What a body asks for, all by default. BadRequestError with what is accepted."""
        from shared.contracts.options import resolve

        options = bodies.decode(body) if body.strip() else {}
        again, revision = options.pop("again", False), options.pop("revision", 0)
        if not isinstance(again, bool):
            raise BadRequestError("'again' must be true or false", code="bad_option")
        if not isinstance(revision, int) or isinstance(revision, bool) or not 0 <= revision <= 999_999:
            raise BadRequestError("'revision' must be a number from 0", code="bad_option")
        resolve({"finetune": dict(options)})
        return cls(options, again, revision)


class StudentRoutes(Routes):
    """`/api/runs/{run}/finetune` and what follows it."""

    @with_problems
    async def finetune(self, run: str, body: bytes) -> Answer:
        """Fine-tune on a published run; the body may replace `finetune` options and name a `revision`."""
        view = await self.view_of(run)
        wanted, job = await self._wanted(view, body), view["finetune"]
        if job is not None and (job["state"] not in FINAL or not wanted.again):
            ended = job["state"] in FINAL
            do = 'send "again": true to start another one' if ended else "cancel it first"
            why = f"the run has a fine-tune job that is {job['state']}; {do}"
            raise BadRequestError(why, code="job_ended" if ended else "job_running")
        number = await next_number(run, self.deps.store) if job is not None else 0
        message = messages.FineTune(run, wanted.options, again=number, revision=wanted.revision)
        if number and (lost := await what_would_be_lost(message, self.deps)):
            raise lost
        await self.deps.queue.send(message)
        return json_answer(202, {"run_id": run, "status": "fine_tuning"})

    @with_problems
    async def finetune_estimate(self, run: str, body: bytes) -> Answer:
        """What a fine-tune would cost and what speaks against it; nothing is stored or paid."""
        wanted = await self._wanted(await self.view_of(run), body)
        job = await preview(messages.FineTune(run, wanted.options, revision=wanted.revision), self.deps)
        told = {
            "model": job.model,
            "training_type": job.training_type,
            "estimate": job.estimate,
            "text": Estimate.from_json(job.estimate).text() if job.estimate else "",
            "problem": stored.plain(job.error) if job.error else None,
            "warnings": [stored.plain(warning) for warning in job.warnings],
        }
        return json_answer(200, told)

    async def _wanted(self, view: Mapping[str, Any], body: bytes) -> _Wanted:
        """The fine-tune that a body asks for. BadRequestError with why the run cannot have it."""
        if not view["files"]:
            raise BadRequestError("the run is not published", code="not_published")
        wanted = _Wanted.of(body)
        if wanted.revision and not await is_published(view["run_id"], wanted.revision, self.deps.store):
            why = f"the run has no revision {wanted.revision}"
            raise BadRequestError(why, code="unknown_revision")
        return wanted

    @with_problems
    async def try_plan(self, run: str, body: bytes) -> Answer:
        """Let an arm plan a task in words: plan, findings, dry run, tokens and price."""
        await self.view_of(run)
        asked = bodies.decode(body)
        arm = asked.get("arm", "student")
        if not isinstance(asked.get("task"), str) or not isinstance(arm, str):
            raise BadRequestError("a JSON object with 'task' (a text) is expected", code="bad_task")
        try:
            return json_answer(200, await try_plan(run, asked["task"], arm, self.deps))
        except (BadRequestError, ConflictError, TransientError):
            raise
        except PlansmithError as error:
            return problem(502, error)

    @with_problems
    async def webhook(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Hear the service say that a job has ended; names of `headers` in any case."""
        secret = self.deps.settings.finetune.webhook_secret
        if not secret:
            raise BadRequestError("OPENAI_WEBHOOK_SECRET is not set", code="no_webhooks")
        if len(body) > MAX_BYTES:
            return problem(413, BadRequestError(f"over {MAX_BYTES} bytes", code="too_large"))
        known = {name.lower(): value for name, value in headers.items()}
        event = read_webhook(known, body, secret=secret, now=self.deps.clock.now())
        return json_answer(200, {"status": await hear(event, self.deps)})

    @with_problems
    async def wish(self, run: str, wish: str) -> Answer:
        """Ask the run's fine-tune job to `deploy` its model again, `undeploy` it, `pause` or `resume`."""
        if not names.is_run_id(run):
            raise no_run(run)
        job = await ask(run, wish, self.deps)
        return json_answer(202, {"run_id": run, "wanted": job.wanted, "state": str(job.state)})
