"""The HTTP API: routes only; what they answer is `shared.http.api`."""

from typing import TYPE_CHECKING

import azure.functions as func

from functions import answered
from shared.bootstrap import app

if TYPE_CHECKING:
    from shared.bootstrap import Part, Sent

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
    return answered(await app().api.list_runs(dict(req.params), req.headers.get("if-none-match")))


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
    return answered(await app().api.file(route["run"], route["path"], _part(req), req.params.get("revision")))


@blueprint.route("runs/{run}/archive", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_archive(req: func.HttpRequest) -> func.HttpResponse:
    """All published files as one zip, whole or a range of it."""
    route = req.route_params
    return answered(await app().api.archive(route["run"], _part(req), req.params.get("revision")))


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


@blueprint.route("compare", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_compare(req: func.HttpRequest) -> func.HttpResponse:
    """What one student has fixed and broken against another."""
    return answered(await app().api.compare(dict(req.params), req.headers.get("if-none-match")))


def _sent(req: func.HttpRequest) -> "Sent":
    return app().api.sent(
        body=req.get_body(),
        content_type=req.headers.get("content-type", ""),
        options_text=req.form.get("options") or req.params.get("options"),
        files=[(str(part.filename), part.stream.read()) for part in req.files.getlist("catalog")],
        name=req.params.get("name"),
        key=req.headers.get("idempotency-key"),
    )


def _part(req: func.HttpRequest) -> "Part":
    headers = req.headers
    return app().api.part(headers.get("range"), headers.get("if-range"), headers.get("if-none-match"))
