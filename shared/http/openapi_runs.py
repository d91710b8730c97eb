"""The part of the OpenAPI document about runs and their students."""

from __future__ import annotations

from shared.dataset.row_filter import FILTERS
from shared.http.openapi_parts import (
    IF_NONE_MATCH,
    KEY,
    RUN,
    TEXT,
    UNCHANGED,
    WHOLE,
    Json,
    answer,
    header,
    in_path,
    list_of,
    maybe,
    object_of,
    or_null,
    query,
    ref,
    route,
)
from shared.steps.finetune.hearing import KNOWN, NOT_OURS, NUDGED

_CATALOG_FORM = object_of(
    "catalog",
    catalog=list_of({"type": "string", "contentMediaType": "application/octet-stream"}),
    options={"type": "string", "contentMediaType": "application/json"},
)
CATALOG_BODY = {
    "application/json": {"schema": ref("catalog-request")},
    "multipart/form-data": {"schema": _CATALOG_FORM},
    "application/zip": {"schema": {}},
    "application/yaml": {"schema": {}},
}
_JSON_BODY = {"application/json": {"schema": {"type": "object"}}}
_ACCEPTED = {202: answer("Asked for", {"type": "object"})}
BESIDE = query("options", "name")


def run_paths() -> Json:
    started = object_of("run_id status location", run_id=TEXT, status=TEXT, location=TEXT)
    part = [
        *({"name": name, "in": "header", "schema": TEXT} for name in ("Range", "If-Range")),
        IF_NONE_MATCH,
    ]
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
                parameters=[*BESIDE, KEY],
                body=CATALOG_BODY,
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
                parameters=[RUN, in_path("index"), IF_NONE_MATCH],
            )
        },
        "/runs/{run}/archive": {
            "get": route(
                "All published files as one zip",
                {
                    200: {"description": "The zip", "content": {"application/zip": {"schema": {}}}},
                    206: {"description": "A part of it", "content": {"application/zip": {"schema": {}}}},
                    **UNCHANGED,
                },
                problems="400 404 413 416 503",
                parameters=[RUN, *query("revision"), *part],
            )
        },
        "/runs/{run}/files/{path}": {
            "get": route(
                "A published file",
                {
                    200: {"description": "The file", "content": data},
                    206: {"description": "A part of it", "content": data},
                    **UNCHANGED,
                },
                problems="400 404 413 416 503",
                parameters=[RUN, in_path("path"), *query("revision"), *part],
            )
        },
    }


def _asked(summary: str, problems: str, body: Json | None = None) -> Json:
    return {
        "post": route(summary, _ACCEPTED, problems=problems, parameters=[RUN], body=body, needs_body=False)
    }


def student_paths() -> Json:
    estimating = route(
        "What a fine-tune would cost, and what speaks against it",
        {
            200: answer(
                "The estimate",
                object_of(
                    "model training_type estimate text problem warnings",
                    model=TEXT,
                    training_type=TEXT,
                    estimate=or_null("object"),
                    text=TEXT,
                    problem=maybe(object_of("code message", code=TEXT, message=TEXT)),
                    warnings=list_of(object_of("code message", code=TEXT, message=TEXT)),
                ),
            )
        },
        problems="400 404 409 503",
        parameters=[RUN],
        body=_JSON_BODY,
        needs_body=False,
    )
    task = object_of("task", task={**TEXT, "minLength": 3, "maxLength": 4000}, arm=TEXT)
    trying = route(
        "Let an arm plan a task",
        {200: answer("The plan and what it is worth", _tried())},
        problems="400 404 409 502 503",
        parameters=[RUN],
        body={"application/json": {"schema": task}},
    )
    return {
        "/runs/{run}/finetune": _asked("Fine-tune on a published run", "400 404 409 503", _JSON_BODY),
        "/runs/{run}/finetune/estimate": {"post": estimating},
        "/runs/{run}/finetune/pause": _asked("Pause the fine-tune job", "404 409 503"),
        "/runs/{run}/finetune/resume": _asked("Go on with a paused job", "404 409 503"),
        "/runs/{run}/deploy": _asked("Deploy the trained model again", "404 409 503"),
        "/runs/{run}/undeploy": _asked("Remove the deployment", "404 409 503"),
        "/runs/{run}/try": {"post": trying},
        "/webhooks/fine-tuning": {"post": _webhook()},
    }


def _tried() -> Json:
    findings = list_of({"type": "object"})
    ran = object_of("step api arguments problem", step=WHOLE, api=TEXT, problem=TEXT)
    return object_of(
        "run_id arm deployment task model answer plan valid findings warnings dry_run tokens latency_ms usd",
        arm=TEXT,
        deployment=TEXT,
        task=TEXT,
        answer=TEXT,
        plan=or_null("object"),
        valid={"type": "boolean"},
        findings=findings,
        warnings=findings,
        dry_run=list_of(ran),
        tokens=object_of("prompt cached completion", prompt=WHOLE, cached=WHOLE, completion=WHOLE),
        latency_ms=WHOLE,
        usd=or_null("number"),
    )


def _webhook() -> Json:
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return route(
        "Hear the model service say that a fine-tune job has ended (Standard Webhooks 1.0)",
        {200: answer("It was heard", object_of("status", status={"enum": [NUDGED, KNOWN, NOT_OURS]}))},
        problems="400 401 404 413 500 503",
        parameters=[header(name) | {"required": True} for name in headers],
        body=_JSON_BODY,
        is_open=True,
    )
