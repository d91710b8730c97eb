"""The OpenAPI 3.1 document, made from the contracts and types that the code itself goes by."""

from __future__ import annotations

from shared.http import openapi_review
from shared.http.openapi_parts import (
    IF_NONE_MATCH,
    RUN,
    TEXT,
    UNCHANGED,
    Json,
    answer,
    in_path,
    object_of,
    query,
    ref,
    route,
)
from shared.http.openapi_runs import BESIDE, CATALOG_BODY, run_paths, student_paths
from shared.http.openapi_schemas import schemas
from shared.http.problem_types import PROBLEMS
from shared.version import VERSION


def document() -> Json:
    """The document: every route with what it takes and answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plansmith", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/api"}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-functions-key"}},
        },
        "security": [{"key": []}, {}],
    }


_ABOUT = "Turns an API catalog into a dataset of tasks with validated plans, and into a small model that plans them."
_PAGE = {200: answer("A page", TEXT, "text/html")}


def _paths() -> Json:
    """Path → method → operation."""
    return {
        "/health": {
            "get": route(
                "Whether the app can work",
                {200: answer("It can", object_of("status version", status=TEXT, version=TEXT))},
                problems="503",
                is_open=True,
            )
        },
        "/catalogs/inspect": {
            "post": route(
                "What a catalog is read as, and what a run of it would take; stores nothing",
                {200: answer("What was found", ref("inspection"))},
                problems="400 422 503",
                parameters=BESIDE,
                body=CATALOG_BODY,
            )
        },
        "/compare": {
            "get": route(
                "What one student has fixed and broken against another",
                {200: answer("The comparison", ref("comparison")), **UNCHANGED},
                problems="400 413 503",
                parameters=[*query("a", "b", "arm"), IF_NONE_MATCH],
            )
        },
        **run_paths(),
        **openapi_review.paths(),
        **student_paths(),
        **_page_paths(),
    }


def _page_paths() -> Json:
    name, index = in_path("name"), in_path("index")
    code = in_path("code", {"enum": sorted(PROBLEMS)})
    asset = {200: {"description": "The file", "content": {"*/*": {"schema": {}}}}, **UNCHANGED}
    moved = {302: answer("It is the console now")}

    def shell(summary: str, *parameters: Json) -> Json:
        problems = "404" if parameters else ""
        return {"get": route(summary, _PAGE, problems=problems, parameters=list(parameters), is_open=True)}

    def part(summary: str, *parameters: Json) -> Json:
        given = [*parameters, IF_NONE_MATCH]
        return {"get": route(summary, {**_PAGE, **UNCHANGED}, problems="404 503", parameters=given)}

    return {
        "/console": shell("The page of the runs"),
        "/console/compare": shell("The page that compares two students"),
        "/console/parts/compare": {
            "get": route(
                "A comparison as that page shows it",
                {**_PAGE, **UNCHANGED},
                problems="400 413 503",
                parameters=[*query("a", "b", "arm", "show"), IF_NONE_MATCH],
            )
        },
        "/console/start": shell("The page that starts a run"),
        "/console/runs/{run}": shell("The page of one run", RUN),
        "/console/runs/{run}/rows": shell("The page of its rows", RUN),
        "/console/runs/{run}/review": shell("The page of decisions, own examples and revisions", RUN),
        "/console/runs/{run}/rows/{index}": shell("The page of one row", RUN, index),
        "/console/parts/runs/{run}/rows/{index}": part("One row as its page shows it", RUN, index),
        "/console/parts/runs/{run}/student": part("The student's part of the run's page", RUN),
        "/console/assets/{name}": {
            "get": route("A file of the pages", asset, problems="404", parameters=[name], is_open=True)
        },
        "/dashboard": {"get": route("The console, where it was before", moved, is_open=True)},
        "/docs": shell("This document as a page"),
        "/problems": shell("Every problem"),
        "/problems/{code}": shell("What a problem means and what to do", code),
        "/openapi.json": {
            "get": route("This document", {200: answer("It", {"type": "object"}), **UNCHANGED}, is_open=True)
        },
    }
