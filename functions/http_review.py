"""The HTTP API about what people decide; what its routes answer is `shared.http.api`."""

from typing import TYPE_CHECKING

import azure.functions as func

from functions import answered
from shared.bootstrap import app

if TYPE_CHECKING:
    from shared.bootstrap import Asked

blueprint = func.Blueprint()


@blueprint.route("runs/{run}/decisions", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_decisions(req: func.HttpRequest) -> func.HttpResponse:
    """What was decided about a run's rows."""
    tag = req.headers.get("if-none-match")
    return answered(await app().api.decisions(req.route_params["run"], dict(req.params), tag))


@blueprint.route("runs/{run}/decisions", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_decisions(req: func.HttpRequest) -> func.HttpResponse:
    """Approve, reject, edit or revert rows."""
    return answered(await app().api.decide(req.route_params["run"], _asked(req)))


@blueprint.route("runs/{run}/decisions/{id}/undo", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_undo(req: func.HttpRequest) -> func.HttpResponse:
    """Take a decision back."""
    route = req.route_params
    return answered(await app().api.undo(route["run"], route["id"], _asked(req)))


@blueprint.route("runs/{run}/bulk", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_bulk(req: func.HttpRequest) -> func.HttpResponse:
    """One decision or fix about all rows that a filter shows."""
    return answered(await app().api.bulk(req.route_params["run"], _asked(req)))


@blueprint.route("runs/{run}/rows/{index}/check", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_check(req: func.HttpRequest) -> func.HttpResponse:
    """What would become of a row."""
    route = req.route_params
    return answered(await app().api.check_row(route["run"], route["index"], _asked(req)))


@blueprint.route("runs/{run}/examples", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_examples(req: func.HttpRequest) -> func.HttpResponse:
    """Add own examples."""
    return answered(await app().api.add_examples(req.route_params["run"], _asked(req)))


@blueprint.route("runs/{run}/examples/check", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_check_example(req: func.HttpRequest) -> func.HttpResponse:
    """What an own example would be."""
    return answered(await app().api.check_example(req.route_params["run"], _asked(req)))


@blueprint.route("runs/{run}/revisions", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_revisions(req: func.HttpRequest) -> func.HttpResponse:
    """The revisions of a run's dataset."""
    return answered(await app().api.revisions(req.route_params["run"], req.headers.get("if-none-match")))


@blueprint.route("runs/{run}/revisions", methods=["POST"], auth_level=func.AuthLevel.FUNCTION)
async def post_revisions(req: func.HttpRequest) -> func.HttpResponse:
    """Publish a revision."""
    return answered(await app().api.publish_revision(req.route_params["run"], _asked(req)))


@blueprint.route("runs/{run}/revisions/{number}", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_revision(req: func.HttpRequest) -> func.HttpResponse:
    """One revision with its files and decisions."""
    route, tag = req.route_params, req.headers.get("if-none-match")
    return answered(await app().api.revision(route["run"], route["number"], tag))


@blueprint.route("runs/{run}/export", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def get_export(req: func.HttpRequest) -> func.HttpResponse:
    """Rows as JSON Lines, at any time."""
    return answered(await app().api.export(req.route_params["run"], dict(req.params)))


def _asked(req: func.HttpRequest) -> "Asked":
    headers = req.headers
    return app().api.asked(
        body=req.get_body(),
        signed_in=headers.get("x-ms-client-principal-name"),
        key=headers.get("idempotency-key"),
        content_type=headers.get("content-type", ""),
    )
