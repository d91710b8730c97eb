"""The OpenAPI 3.1 document, made from the contracts and types that the code itself goes by."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from shared.contracts import schema
from shared.dataset.row_filter import FILTERS
from shared.dataset.row_index import RowEntry
from shared.http import openapi_review
from shared.http.openapi_parts import (
    IF_NONE_MATCH,
    RUN,
    TEXT,
    UNCHANGED,
    WHOLE,
    answer,
    list_of,
    object_of,
    or_null,
    query,
    ref,
    route,
)
from shared.http.problem_types import PROBLEMS
from shared.http.status import STATUSES
from shared.steps.finetune.hearing import KNOWN, NOT_OURS, NUDGED
from shared.version import VERSION

_CONTRACTS = ("options", "run-requests", "record", "evaluation", "finetune-job")

type Json = dict[str, Any]


def document() -> Json:
    """The document: every route with what it takes and answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plansmith", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/api"}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-functions-key"}},
        },
        "security": [{"key": []}, {}],
    }


_ABOUT = "Turns an API catalog into a dataset of tasks with validated plans, and into a small model that plans them."


_CATALOG_FORM = object_of(
    "catalog",
    catalog=list_of({"type": "string", "contentMediaType": "application/octet-stream"}),
    options={"type": "string", "contentMediaType": "application/json"},
)
_CATALOG_BODY = {
    "application/json": {"schema": ref("catalog-request")},
    "multipart/form-data": {"schema": _CATALOG_FORM},
    "application/zip": {"schema": {}},
    "application/yaml": {"schema": {}},
}
_JSON_BODY = {"application/json": {"schema": {"type": "object"}}}
_PAGE = {200: answer("A page", TEXT, "text/html")}
_ACCEPTED = {202: answer("Asked for", {"type": "object"})}
_BESIDE = query("options", "name")


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
                parameters=_BESIDE,
                body=_CATALOG_BODY,
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
        **_run_paths(),
        **openapi_review.paths(),
        **_student_paths(),
        **_page_paths(),
    }


def _run_paths() -> Json:
    started = object_of("run_id status location", run_id=TEXT, status=TEXT, location=TEXT)
    ranges = [{"name": "Range", "in": "header", "schema": TEXT}]
    path = {"name": "path", "in": "path", "required": True, "schema": TEXT}
    index = {"name": "index", "in": "path", "required": True, "schema": TEXT}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {**TEXT, "minLength": 1, "maxLength": 200}}
    data: Json = {"application/octet-stream": {"schema": {}}}
    return {
        "/runs": {
            "get": route(
                "Runs, newest first",
                {200: answer("A page of runs", ref("runs")), **UNCHANGED},
                problems="400 503",
                parameters=[*query("limit", "cursor", "status", "q"), IF_NONE_MATCH],
            ),
            "post": route(
                "Start a run",
                {202: answer("It is started, or was", started)},
                problems="400 409 422 503",
                parameters=[*_BESIDE, key],
                body=_CATALOG_BODY,
            ),
        },
        "/runs/{run}": {
            "get": route(
                "One run",
                {200: answer("The run", ref("run")), **UNCHANGED},
                problems="404 503",
                parameters=[RUN, IF_NONE_MATCH],
            ),
            "delete": route(
                "Delete a run that has ended",
                {200: answer("What was deleted", ref("deletion"))},
                problems="404 409 503",
                parameters=[RUN, *query("confirm")],
            ),
        },
        "/runs/{run}/cancel": _asked("Make no more calls for a run", "404 409 503"),
        "/runs/{run}/resume": _asked("Let a paused run go on", "404 409 503"),
        "/runs/{run}/rows": {
            "get": route(
                "Rows of a run, also while it goes on",
                {200: answer("A page of rows", ref("rows")), **UNCHANGED},
                problems="400 404 503",
                parameters=[RUN, *query(*FILTERS, "limit", "cursor", "revision"), IF_NONE_MATCH],
            )
        },
        "/runs/{run}/rows/{index}": {
            "get": route(
                "One row with its attempts",
                {200: answer("The row", ref("row")), **UNCHANGED},
                problems="404 503",
                parameters=[RUN, index, IF_NONE_MATCH],
            )
        },
        "/runs/{run}/archive": {
            "get": route(
                "All published files as one zip",
                {
                    200: {"description": "The zip", "content": {"application/zip": {"schema": {}}}},
                    206: {"description": "A part of it", "content": {"application/zip": {"schema": {}}}},
                },
                problems="400 404 413 416 503",
                parameters=[RUN, *query("revision"), *ranges],
            )
        },
        "/runs/{run}/files/{path}": {
            "get": route(
                "A published file",
                {
                    200: {"description": "The file", "content": data},
                    206: {"description": "A part of it", "content": data},
                },
                problems="400 404 413 416 503",
                parameters=[RUN, path, *query("revision"), *ranges],
            )
        },
    }


def _asked(summary: str, problems: str, body: Json | None = None) -> Json:
    return {"post": route(summary, _ACCEPTED, problems=problems, parameters=[RUN], body=body)}


def _student_paths() -> Json:
    tuning = _asked("Fine-tune on a published run", "400 404 409 503", _JSON_BODY)
    tuning["post"]["requestBody"]["required"] = False
    estimating = route(
        "What a fine-tune would cost, and what speaks against it",
        {
            200: answer(
                "The estimate",
                object_of(
                    "model training_type estimate text problem warnings",
                    model=TEXT,
                    training_type=TEXT,
                    estimate=or_null({"type": "object"}),
                    text=TEXT,
                    problem=or_null(object_of("code message", code=TEXT, message=TEXT)),
                    warnings=list_of(object_of("code message", code=TEXT, message=TEXT)),
                ),
            )
        },
        problems="400 404 409 503",
        parameters=[RUN],
        body=_JSON_BODY,
    )
    estimating["requestBody"]["required"] = False
    task = object_of("task", task={**TEXT, "minLength": 3, "maxLength": 4000}, arm=TEXT)
    trying = route(
        "Let an arm plan a task",
        {200: answer("The plan and what it is worth", {"type": "object"})},
        problems="400 404 409 502 503",
        parameters=[RUN],
        body={"application/json": {"schema": task}},
    )
    return {
        "/runs/{run}/finetune": tuning,
        "/runs/{run}/finetune/estimate": {"post": estimating},
        "/runs/{run}/finetune/pause": _asked("Pause the fine-tune job", "404 409 503"),
        "/runs/{run}/finetune/resume": _asked("Go on with a paused job", "404 409 503"),
        "/runs/{run}/deploy": _asked("Deploy the trained model again", "404 409 503"),
        "/runs/{run}/undeploy": _asked("Remove the deployment", "404 409 503"),
        "/runs/{run}/try": {"post": trying},
        "/webhooks/fine-tuning": {"post": _webhook()},
    }


def _webhook() -> Json:
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return route(
        "Hear the model service say that a fine-tune job has ended (Standard Webhooks 1.0)",
        {200: answer("It was heard", object_of("status", status={"enum": [NUDGED, KNOWN, NOT_OURS]}))},
        problems="400 401 404 413 500 503",
        parameters=[{"name": name, "in": "header", "required": True, "schema": TEXT} for name in headers],
        body=_JSON_BODY,
        is_open=True,
    )


def _page_paths() -> Json:
    name = {"name": "name", "in": "path", "required": True, "schema": TEXT}
    code = {"name": "code", "in": "path", "required": True, "schema": {"enum": sorted(PROBLEMS)}}
    index = {"name": "index", "in": "path", "required": True, "schema": TEXT}
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


@cache
def _schemas() -> Json:
    components: Json = {name: _contract(name) for name in _CONTRACTS}
    _, rows = msgspec.json.schema_components([RowEntry], ref_template="#/components/schemas/{name}")
    return components | rows | _answers() | openapi_review.schemas()


def _contract(name: str) -> Json:
    """A published contract as a part of the document: its own references lead into it."""
    found: Json = _rewritten(schema(name), f"#/components/schemas/{name}/$defs/")
    return {key: value for key, value in found.items() if key not in ("$schema", "$id")}


def _rewritten(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return {
            key: inner.replace("#/$defs/", place, 1)
            if key == "$ref" and isinstance(inner, str)
            else _rewritten(inner, place)
            for key, inner in value.items()
        }
    return [_rewritten(inner, place) for inner in value] if isinstance(value, list) else value


def _answers() -> Json:
    """The shapes of answers and of requests that no queue has."""
    places = list_of(object_of("place blobs bytes", place=TEXT, blobs=WHOLE, bytes=WHOLE))
    found = object_of("code message", code=TEXT, message=TEXT)
    note = or_null({"type": "object"})
    call = object_of("result tokens latency_ms errors", result=TEXT, errors=list_of({"type": "object"}))
    detail = object_of(
        "record errors model calls",
        record=or_null(ref("record")),
        errors=list_of({"type": "object"}),
        model=TEXT,
        calls=list_of(call),
    )
    return {
        "problem": object_of(
            "type title status detail code",
            type={**TEXT, "pattern": "^/api/problems/[a-z_]+$"},
            title=TEXT,
            status=WHOLE,
            detail=TEXT,
            code=TEXT,
        ),
        "catalog-request": object_of(
            "catalog",
            catalog={"anyOf": [TEXT, {"type": "object"}, list_of({"anyOf": [TEXT, {"type": "object"}]})]},
            name=TEXT,
            options=ref("options"),
            request_key=or_null(TEXT),
            again={"type": "boolean"},
        ),
        "run": object_of(
            "run_id status counts tokens cost_usd started_at published_at waiting files finetune evaluation error",
            run_id=TEXT,
            name=TEXT,
            teacher=TEXT,
            samples={"type": ["integer", "null"]},
            budget=note,
            reasons={"type": "object", "additionalProperties": WHOLE},
            status={"enum": list(STATUSES)},
            counts=object_of("total done accepted rejected", **dict.fromkeys(("total", "done"), WHOLE)),
            tokens=object_of("prompt cached completion total", total=WHOLE),
            cost_usd={"type": ["number", "null"]},
            started_at={"type": ["string", "null"]},
            published_at={"type": ["string", "null"]},
            waiting=note,
            files=list_of(object_of("path bytes", path=TEXT, bytes=WHOLE)),
            finetune=or_null(ref("finetune-job")),
            evaluation=or_null(ref("evaluation")),
            error=or_null(found),
        ),
        "runs": object_of(
            "runs poison next",
            runs=list_of(ref("run")),
            poison=list_of({"type": "object"}),
            next={"type": ["string", "null"]},
        ),
        "rows": object_of(
            "run_id rows planned next",
            run_id=TEXT,
            rows=list_of(ref("RowEntry")),
            planned=WHOLE,
            next={"type": ["string", "null"]},
        ),
        "row": {"allOf": [ref("RowEntry"), detail]},
        "comparison": object_of(
            "a b arm n left_out counts metrics tasks summary",
            a=TEXT,
            b=TEXT,
            arm=TEXT,
            n=WHOLE,
            left_out=WHOLE,
            counts=object_of("fixed broken same", fixed=WHOLE, broken=WHOLE, same=WHOLE),
            metrics={"type": "object"},
            tasks=list_of(object_of("task change exact codes answers", task=TEXT, change=TEXT)),
            summary=TEXT,
        ),
        "deletion": object_of(
            "run_id status deletes keeps", run_id=TEXT, status=TEXT, deletes=places, keeps=list_of(TEXT)
        ),
        "inspection": object_of(
            "name counts operations diagnostics slices estimate",
            name=TEXT,
            counts=object_of("operations parameters required diagnostics slices", operations=WHOLE),
            operations=list_of(object_of("name folder description method path parameters prompt", name=TEXT)),
            diagnostics=list_of(object_of("code count examples", code=TEXT, count=WHOLE)),
            slices=list_of(object_of("operations", operations=list_of(TEXT))),
            estimate=object_of(
                "samples teacher tokens cost_usd minutes is_charged",
                samples=WHOLE,
                teacher={"type": ["string", "null"]},
                tokens=WHOLE,
                cost_usd={"type": ["number", "null"]},
                minutes=WHOLE,
                is_charged={"type": "boolean"},
            ),
        ),
    }
