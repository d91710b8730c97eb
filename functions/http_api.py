"""The HTTP API: routes only; what they answer is `shared.http.api`."""

from typing import TYPE_CHECKING

import azure.functions as func

from functions import answered
from shared.bootstrap import app

if TYPE_CHECKING:
    from shared.bootstrap import Sent

blueprint = func.Blueprint()


@blueprint.route("health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_health(req: func.HttpRequest) -> func.HttpResponse:
    """Whether the app can work."""
    return answered(await app().api.health())


@blueprint.route("runs", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_runs(req: func.HttpRequest) -> func.HttpResponse:
    """Start a run from documents, files or blobs."""
    return answered(await app().api.start(_sent(req)))


@blueprint.route("runs", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_runs(req: func.HttpRequest) -> func.HttpResponse:
    """Runs, newest first, and messages that belong to none."""
    asked, tag = req.params, req.headers.get("if-none-match")
    listed = app().api.list_runs(
        asked.get("limit"),
        cursor=asked.get("cursor"),
        status=asked.get("status"),
        text=asked.get("q"),
        if_none_match=tag,
    )
    return answered(await listed)


@blueprint.route("runs/{run}", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_run(req: func.HttpRequest) -> func.HttpResponse:
    """One run."""
    return answered(await app().api.run(req.route_params["run"], req.headers.get("if-none-match")))


@blueprint.route("runs/{run}", methods=["DELETE"], auth_level=func.AuthLevel.FUNCTION)
async def delete_run(req: func.HttpRequest) -> func.HttpResponse:
    """Delete a run that has ended."""
    return answered(await app().api.delete(req.route_params["run"], req.params.get("confirm")))


@blueprint.route("catalogs/inspect", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_inspect(req: func.HttpRequest) -> func.HttpResponse:
    """What a catalog is read as, and what a run of it would take."""
    return answered(await app().api.inspect(_sent(req)))


@blueprint.route("runs/{run}/cancel", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_cancel(req: func.HttpRequest) -> func.HttpResponse:
    """Stop asking the teacher for a run."""
    return answered(await app().api.cancel(req.route_params["run"]))


@blueprint.route("runs/{run}/resume", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_resume(req: func.HttpRequest) -> func.HttpResponse:
    """Let a paused run go on."""
    return answered(await app().api.resume(req.route_params["run"]))


@blueprint.route("runs/{run}/finetune", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_finetune(req: func.HttpRequest) -> func.HttpResponse:
    """Fine-tune on a published run."""
    return answered(await app().api.finetune(req.route_params["run"], req.get_body()))


@blueprint.route("runs/{run}/finetune/estimate", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_finetune_estimate(req: func.HttpRequest) -> func.HttpResponse:
    """What a fine-tune would cost."""
    return answered(await app().api.finetune_estimate(req.route_params["run"], req.get_body()))


@blueprint.route("runs/{run}/try", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_try(req: func.HttpRequest) -> func.HttpResponse:
    """Let an arm plan a task."""
    return answered(await app().api.try_plan(req.route_params["run"], req.get_body()))


@blueprint.route("runs/{run}/deploy", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_deploy(req: func.HttpRequest) -> func.HttpResponse:
    """Deploy the trained model again."""
    return answered(await app().api.wish(req.route_params["run"], "deploy"))


@blueprint.route("runs/{run}/undeploy", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_undeploy(req: func.HttpRequest) -> func.HttpResponse:
    """Remove the deployment of the trained model."""
    return answered(await app().api.wish(req.route_params["run"], "undeploy"))


@blueprint.route("runs/{run}/finetune/pause", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_finetune_pause(req: func.HttpRequest) -> func.HttpResponse:
    """Pause the fine-tune job."""
    return answered(await app().api.wish(req.route_params["run"], "pause"))


@blueprint.route("runs/{run}/finetune/resume", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_finetune_resume(req: func.HttpRequest) -> func.HttpResponse:
    """Go on with a paused fine-tune job."""
    return answered(await app().api.wish(req.route_params["run"], "resume"))


@blueprint.route("webhooks/fine-tuning", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def post_webhook(req: func.HttpRequest) -> func.HttpResponse:
    """A fine-tune job has ended, says the service; its signature stands for a key."""
    return answered(await app().api.webhook(dict(req.headers), req.get_body()))


@blueprint.route("runs/{run}/files/{*path}", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_file(req: func.HttpRequest) -> func.HttpResponse:
    """A published file, whole or a range of it."""
    route = req.route_params
    wanted, revision = req.headers.get("range"), req.params.get("revision")
    return answered(await app().api.file(route["run"], route["path"], wanted, revision))


@blueprint.route("runs/{run}/archive", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_archive(req: func.HttpRequest) -> func.HttpResponse:
    """All published files as one zip, whole or a range of it."""
    wanted, revision = req.headers.get("range"), req.params.get("revision")
    return answered(await app().api.archive(req.route_params["run"], wanted, revision))


@blueprint.route("runs/{run}/rows", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_rows(req: func.HttpRequest) -> func.HttpResponse:
    """Rows of a run, also while it goes on."""
    return answered(
        await app().api.rows(req.route_params["run"], dict(req.params), req.headers.get("if-none-match"))
    )


@blueprint.route("runs/{run}/rows/{index}", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_row(req: func.HttpRequest) -> func.HttpResponse:
    """One row of a run with its attempts."""
    route = req.route_params
    return answered(await app().api.row(route["run"], route["index"], req.headers.get("if-none-match")))


@blueprint.route("dashboard", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_dashboard(req: func.HttpRequest) -> func.HttpResponse:
    """The console, where it was before."""
    return answered(await app().api.console_moved())


@blueprint.route("console", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console(req: func.HttpRequest) -> func.HttpResponse:
    """The page of the runs."""
    return answered(await app().api.runs_page())


@blueprint.route("compare", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_compare(req: func.HttpRequest) -> func.HttpResponse:
    """What one student has fixed and broken against another."""
    return answered(await app().api.compare(dict(req.params), req.headers.get("if-none-match")))


@blueprint.route("console/compare", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_compare(req: func.HttpRequest) -> func.HttpResponse:
    """The page that compares two students."""
    return answered(await app().api.compare_page())


@blueprint.route("console/parts/compare", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_console_compare_part(req: func.HttpRequest) -> func.HttpResponse:
    """The comparison as that page shows it."""
    return answered(await app().api.compare_part(dict(req.params), req.headers.get("if-none-match")))


@blueprint.route("console/start", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_start(req: func.HttpRequest) -> func.HttpResponse:
    """The page that starts a run."""
    return answered(await app().api.start_page())


@blueprint.route("console/runs/{run}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_run(req: func.HttpRequest) -> func.HttpResponse:
    """The page of one run."""
    return answered(await app().api.run_page(req.route_params["run"]))


@blueprint.route("console/runs/{run}/rows", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_rows(req: func.HttpRequest) -> func.HttpResponse:
    """The page of a run's rows."""
    return answered(await app().api.rows_page(req.route_params["run"]))


@blueprint.route("console/runs/{run}/rows/{index}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_row(req: func.HttpRequest) -> func.HttpResponse:
    """The page of one row."""
    return answered(await app().api.row_page(req.route_params["run"], req.route_params["index"]))


@blueprint.route("console/parts/runs/{run}/rows/{index}", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_console_row_part(req: func.HttpRequest) -> func.HttpResponse:
    """One row as its page shows it."""
    route = req.route_params
    return answered(await app().api.row_part(route["run"], route["index"], req.headers.get("if-none-match")))


@blueprint.route("console/runs/{run}/review", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console_review(req: func.HttpRequest) -> func.HttpResponse:
    """The page of decisions, own examples and revisions."""
    return answered(await app().api.review_page(req.route_params["run"]))


@blueprint.route("console/parts/runs/{run}/student", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_console_student_part(req: func.HttpRequest) -> func.HttpResponse:
    """The student's part of the run's page."""
    return answered(await app().api.student_part(req.route_params["run"], req.headers.get("if-none-match")))


@blueprint.route("openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_openapi(req: func.HttpRequest) -> func.HttpResponse:
    """The OpenAPI document."""
    return answered(await app().api.openapi(req.headers.get("if-none-match")))


@blueprint.route("docs", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_docs(req: func.HttpRequest) -> func.HttpResponse:
    """The OpenAPI document as a page."""
    return answered(await app().api.docs())


@blueprint.route("problems", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_problems(req: func.HttpRequest) -> func.HttpResponse:
    """Every problem that an answer can name."""
    return answered(await app().api.problems())


@blueprint.route("problems/{code}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_problem(req: func.HttpRequest) -> func.HttpResponse:
    """What a problem means and what to do."""
    return answered(await app().api.problem_page(req.route_params["code"]))


@blueprint.route("console/assets/{name}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_asset(req: func.HttpRequest) -> func.HttpResponse:
    """A style sheet or script of the pages."""
    return answered(await app().api.asset(req.route_params["name"], req.headers.get("if-none-match")))


def _sent(req: func.HttpRequest) -> "Sent":
    return app().api.sent(
        body=req.get_body(),
        content_type=req.headers.get("content-type", ""),
        options_text=req.form.get("options") or req.params.get("options"),
        files=[(str(part.filename), part.stream.read()) for part in req.files.getlist("catalog")],
        name=req.params.get("name"),
        key=req.headers.get("idempotency-key"),
    )
