"""Routes about runs: start, list, look, cancel, resume, delete."""

from __future__ import annotations

from collections.abc import Mapping

from shared import names
from shared.errors import BadRequestError, PermanentError
from shared.http.answers import Answer, json_answer, no_run, problem, tagged
from shared.http.problems_of import with_problems
from shared.http.queries import limit_of
from shared.http.routes import Routes
from shared.http.run_list import Wanted
from shared.http.uploads import Sent, run_request
from shared.steps.deletion import delete_run, what_goes
from shared.steps.finetune.stored_job import read_job
from shared.steps.finetune.wishes import ask, cancel_finetune
from shared.steps.resuming import cancel_paused, resume_run
from shared.steps.start_run import NotRunningError, StartFailedError, start_run

_MOST = 9_999


class RunRoutes(Routes):
    """`/api/runs` and `/api/runs/{run}`."""

    @with_problems
    async def start(self, sent: Sent) -> Answer:
        """Start a run of blobs, documents inside the request, or files; the same request is the same run."""
        try:
            run = await start_run(await run_request(sent, self.deps.store), self.deps)
        except StartFailedError as error:
            known = error.is_known or isinstance(error, NotRunningError)
            return problem(409 if known else 422, error, run_id=error.run_id)
        except PermanentError as error:
            return problem(400, error)
        place = f"/api/runs/{run}"
        return json_answer(202, {"run_id": run, "status": "starting", "location": place}, Location=place)

    @with_problems
    async def list_runs(self, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """Runs with their status, newest first, and messages that belong to no run; `next` begins the next page."""
        wanted = Wanted(limit_of(asked, _MOST), *(asked.get(name) for name in ("cursor", "status", "q")))
        runs, following = await self.listed.page(wanted)
        poison = [] if wanted.cursor else await self.listed.refused()
        return tagged(json_answer(200, {"runs": runs, "poison": poison, "next": following}), if_none_match)

    @with_problems
    async def run(self, run: str, if_none_match: str | None = None) -> Answer:
        """The run's status, or 404."""
        view = await self.listed.one(run) if names.is_run_id(run) else None
        if view is None:
            raise no_run(run)
        return tagged(json_answer(200, view), if_none_match)

    @with_problems
    async def cancel(self, run: str) -> Answer:
        """Make no more calls for a run and publish what is accepted; or end its fine-tune job."""
        view = await self.view_of(run)
        if view["status"] == "paused":
            await cancel_paused(run, self.deps)
        elif view["status"] in ("starting", "generating"):
            await self.deps.runs.standing(run).stop("cancelled", "cancelled by request")
        elif view["status"] != "fine_tuning" or not await cancel_finetune(run, self.deps):
            job = view["finetune"]
            message = f"the run is {view['status']}; only a run that generates or trains can be cancelled"
            if view["status"] == "fine_tuning":
                message = (
                    f"the fine-tune is {job['state']}, past its training"
                    if job
                    else "the fine-tune has not begun yet; try again in a moment"
                )
            raise BadRequestError(message, code="too_late")
        return json_answer(202, {"run_id": run, "status": "cancelled"})

    @with_problems
    async def resume(self, run: str) -> Answer:
        """Let a paused run go on where it stopped, or follow a training on that was given up while it went on."""
        view, job = await self.view_of(run), await read_job(run, self.deps.store)
        if job is not None and job.is_given_up:
            await ask(run, "resume", self.deps)
            return json_answer(202, {"run_id": run, "status": "fine_tuning"})
        if view["status"] != "paused":
            message = f"the run is {view['status']}; only a paused run can be resumed"
            raise BadRequestError(message, code="not_paused")
        await resume_run(run, self.deps)
        return json_answer(202, {"run_id": run, "status": "generating"})

    @with_problems
    async def delete(self, run: str, confirm: str | None = None) -> Answer:
        """Delete all that is stored of a run that has ended; without `confirm=<run id>` only say what goes."""
        if not names.is_run_id(run):
            raise no_run(run)
        view = await self.reader.status(run)
        inventory = await what_goes(run, self.deps.store)
        if view is None and not inventory.blobs:
            raise no_run(run)
        inventory.check(view["status"] if view else "failed")
        if confirm != run:
            message = f"deletes {inventory.text()} for good; repeat the request with confirm={run}"
            return problem(
                409, BadRequestError(message, code="not_confirmed"), run_id=run, **inventory.plain()
            )
        await delete_run(inventory, self.deps)
        return json_answer(200, {"run_id": run, "status": "deleted", **inventory.plain()})
