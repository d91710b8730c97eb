"""The HTTP API's pages for people, and what explains the API; what these routes answer is `shared.http.api`."""

import azure.functions as func

from functions import answered
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.route("dashboard", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_dashboard(req: func.HttpRequest) -> func.HttpResponse:
    """The console, where it was before."""
    return answered(await app().api.console_moved())


@blueprint.route("console", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def get_console(req: func.HttpRequest) -> func.HttpResponse:
    """The page of the runs."""
    return answered(await app().api.runs_page())


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
