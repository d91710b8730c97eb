"""The OpenAPI 3.1 document, made from the contracts and types that the code itself goes by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from shared.contracts import schema
from shared.dataset.row_index import RowEntry
from shared.http.problem_types import PROBLEMS
from shared.http.rows import FILTERS
from shared.http.status import STATUSES
from shared.steps.finetune.hearing import KNOWN, NOT_OURS, NUDGED
from shared.version import VERSION

_CONTRACTS = ("options", "run-requests", "record", "evaluation", "finetune-job")
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_RUN = {"name": "run", "in": "path", "required": True, "schema": _TEXT}
_IF_NONE_MATCH = {"name": "If-None-Match", "in": "header", "schema": _TEXT}

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


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Any) -> Json:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _or_null(of: Json) -> Json:
    return {"anyOf": [of, {"type": "null"}]}


def _query(*names: str) -> list[Json]:
    return [{"name": name, "in": "query", "schema": _TEXT} for name in names]


def _answer(description: str, of: Json | None = None, kind: str = "application/json") -> Json:
    return {"description": description, **({"content": {kind: {"schema": of}}} if of is not None else {})}


_REFUSED = _answer("A problem document", _ref("problem"), "application/problem+json")


def _route(
    summary: str,
    answers: Mapping[int, Json],
    *,
    problems: str = "",
    parameters: list[Json] | None = None,
    body: Json | None = None,
    is_open: bool = False,
) -> Json:
    """An operation; `problems` are the statuses of its problem documents."""
    told = {str(status): answer for status, answer in answers.items()}
    told |= dict.fromkeys(problems.split(), _REFUSED)
    if not is_open:
        told["401"] = _answer("The function key is missing or wrong")
    made: Json = {"summary": summary, "parameters": parameters or [], "responses": dict(sorted(told.items()))}
    if body is not None:
        made["requestBody"] = {"required": True, "content": body}
    return made | ({"security": []} if is_open else {})


_CATALOG_FORM = _object(
    "catalog",
    catalog=_list({"type": "string", "contentMediaType": "application/octet-stream"}),
    options={"type": "string", "contentMediaType": "application/json"},
)
_CATALOG_BODY = {
    "application/json": {"schema": _ref("catalog-request")},
    "multipart/form-data": {"schema": _CATALOG_FORM},
    "application/zip": {"schema": {}},
    "application/yaml": {"schema": {}},
}
_JSON_BODY = {"application/json": {"schema": {"type": "object"}}}
_PAGE = {200: _answer("A page", _TEXT, "text/html")}
_ACCEPTED = {202: _answer("Asked for", {"type": "object"})}
_UNCHANGED = {304: _answer("Nothing has changed")}
_BESIDE = _query("options", "name")


def _paths() -> Json:
    """Path → method → operation."""
    return {
        "/health": {
            "get": _route(
                "Whether the app can work",
                {200: _answer("It can", _object("status version", status=_TEXT, version=_TEXT))},
                problems="503",
                is_open=True,
            )
        },
        "/catalogs/inspect": {
            "post": _route(
                "What a catalog is read as, and what a run of it would take; stores nothing",
                {200: _answer("What was found", _ref("inspection"))},
                problems="400 422 503",
                parameters=_BESIDE,
                body=_CATALOG_BODY,
            )
        },
        "/compare": {
            "get": _route(
                "What one student has fixed and broken against another",
                {200: _answer("The comparison", _ref("comparison")), **_UNCHANGED},
                problems="400 413 503",
                parameters=[*_query("a", "b", "arm"), _IF_NONE_MATCH],
            )
        },
        **_run_paths(),
        **_student_paths(),
        **_page_paths(),
    }


def _run_paths() -> Json:
    started = _object("run_id status location", run_id=_TEXT, status=_TEXT, location=_TEXT)
    ranges = [{"name": "Range", "in": "header", "schema": _TEXT}]
    path = {"name": "path", "in": "path", "required": True, "schema": _TEXT}
    index = {"name": "index", "in": "path", "required": True, "schema": _TEXT}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {**_TEXT, "minLength": 1, "maxLength": 200}}
    data: Json = {"application/octet-stream": {"schema": {}}}
    return {
        "/runs": {
            "get": _route(
                "Runs, newest first",
                {200: _answer("A page of runs", _ref("runs")), **_UNCHANGED},
                problems="400 503",
                parameters=[*_query("limit", "cursor", "status", "q"), _IF_NONE_MATCH],
            ),
            "post": _route(
                "Start a run",
                {202: _answer("It is started, or was", started)},
                problems="400 409 422 503",
                parameters=[*_BESIDE, key],
                body=_CATALOG_BODY,
            ),
        },
        "/runs/{run}": {
            "get": _route(
                "One run",
                {200: _answer("The run", _ref("run")), **_UNCHANGED},
                problems="404 503",
                parameters=[_RUN, _IF_NONE_MATCH],
            ),
            "delete": _route(
                "Delete a run that has ended",
                {200: _answer("What was deleted", _ref("deletion"))},
                problems="404 409 503",
                parameters=[_RUN, *_query("confirm")],
            ),
        },
        "/runs/{run}/cancel": _asked("Make no more calls for a run", "404 409 503"),
        "/runs/{run}/resume": _asked("Let a paused run go on", "404 409 503"),
        "/runs/{run}/rows": {
            "get": _route(
                "Rows of a run, also while it goes on",
                {200: _answer("A page of rows", _ref("rows")), **_UNCHANGED},
                problems="400 404 503",
                parameters=[_RUN, *_query(*FILTERS, "limit", "cursor"), _IF_NONE_MATCH],
            )
        },
        "/runs/{run}/rows/{index}": {
            "get": _route(
                "One row with its attempts",
                {200: _answer("The row", _ref("row")), **_UNCHANGED},
                problems="404 503",
                parameters=[_RUN, index, _IF_NONE_MATCH],
            )
        },
        "/runs/{run}/archive": {
            "get": _route(
                "All published files as one zip",
                {
                    200: {"description": "The zip", "content": {"application/zip": {"schema": {}}}},
                    206: {"description": "A part of it", "content": {"application/zip": {"schema": {}}}},
                },
                problems="404 413 416 503",
                parameters=[_RUN, *ranges],
            )
        },
        "/runs/{run}/files/{path}": {
            "get": _route(
                "A published file",
                {
                    200: {"description": "The file", "content": data},
                    206: {"description": "A part of it", "content": data},
                },
                problems="404 413 416 503",
                parameters=[_RUN, path, *ranges],
            )
        },
    }


def _asked(summary: str, problems: str, body: Json | None = None) -> Json:
    return {"post": _route(summary, _ACCEPTED, problems=problems, parameters=[_RUN], body=body)}


def _student_paths() -> Json:
    tuning = _asked("Fine-tune on a published run", "400 404 409 503", _JSON_BODY)
    tuning["post"]["requestBody"]["required"] = False
    estimating = _route(
        "What a fine-tune would cost, and what speaks against it",
        {
            200: _answer(
                "The estimate",
                _object(
                    "model training_type estimate text problem warnings",
                    model=_TEXT,
                    training_type=_TEXT,
                    estimate=_or_null({"type": "object"}),
                    text=_TEXT,
                    problem=_or_null(_object("code message", code=_TEXT, message=_TEXT)),
                    warnings=_list(_object("code message", code=_TEXT, message=_TEXT)),
                ),
            )
        },
        problems="400 404 409 503",
        parameters=[_RUN],
        body=_JSON_BODY,
    )
    estimating["requestBody"]["required"] = False
    task = _object("task", task={**_TEXT, "minLength": 3, "maxLength": 4000}, arm=_TEXT)
    trying = _route(
        "Let an arm plan a task",
        {200: _answer("The plan and what it is worth", {"type": "object"})},
        problems="400 404 409 502 503",
        parameters=[_RUN],
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
    return _route(
        "Hear the model service say that a fine-tune job has ended (Standard Webhooks 1.0)",
        {200: _answer("It was heard", _object("status", status={"enum": [NUDGED, KNOWN, NOT_OURS]}))},
        problems="400 401 404 413 500 503",
        parameters=[{"name": name, "in": "header", "required": True, "schema": _TEXT} for name in headers],
        body=_JSON_BODY,
        is_open=True,
    )


def _page_paths() -> Json:
    name = {"name": "name", "in": "path", "required": True, "schema": _TEXT}
    code = {"name": "code", "in": "path", "required": True, "schema": {"enum": sorted(PROBLEMS)}}
    index = {"name": "index", "in": "path", "required": True, "schema": _TEXT}
    asset = {200: {"description": "The file", "content": {"*/*": {"schema": {}}}}, **_UNCHANGED}
    moved = {302: _answer("It is the console now")}

    def shell(summary: str, *parameters: Json) -> Json:
        problems = "404" if parameters else ""
        return {"get": _route(summary, _PAGE, problems=problems, parameters=list(parameters), is_open=True)}

    def part(summary: str, *parameters: Json) -> Json:
        given = [*parameters, _IF_NONE_MATCH]
        return {"get": _route(summary, {**_PAGE, **_UNCHANGED}, problems="404 503", parameters=given)}

    return {
        "/console": shell("The page of the runs"),
        "/console/compare": shell("The page that compares two students"),
        "/console/parts/compare": {
            "get": _route(
                "A comparison as that page shows it",
                {**_PAGE, **_UNCHANGED},
                problems="400 413 503",
                parameters=[*_query("a", "b", "arm", "show"), _IF_NONE_MATCH],
            )
        },
        "/console/start": shell("The page that starts a run"),
        "/console/runs/{run}": shell("The page of one run", _RUN),
        "/console/runs/{run}/rows": shell("The page of its rows", _RUN),
        "/console/runs/{run}/rows/{index}": shell("The page of one row", _RUN, index),
        "/console/parts/runs/{run}/rows/{index}": part("One row as its page shows it", _RUN, index),
        "/console/parts/runs/{run}/student": part("The student's part of the run's page", _RUN),
        "/console/assets/{name}": {
            "get": _route("A file of the pages", asset, problems="404", parameters=[name], is_open=True)
        },
        "/dashboard": {"get": _route("The console, where it was before", moved, is_open=True)},
        "/problems": shell("Every problem"),
        "/problems/{code}": shell("What a problem means and what to do", code),
        "/openapi.json": {
            "get": _route(
                "This document", {200: _answer("It", {"type": "object"}), **_UNCHANGED}, is_open=True
            )
        },
    }


@cache
def _schemas() -> Json:
    components: Json = {name: _contract(name) for name in _CONTRACTS}
    _, rows = msgspec.json.schema_components([RowEntry], ref_template="#/components/schemas/{name}")
    return components | rows | _answers()


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
    places = _list(_object("place blobs bytes", place=_TEXT, blobs=_WHOLE, bytes=_WHOLE))
    found = _object("code message", code=_TEXT, message=_TEXT)
    note = _or_null({"type": "object"})
    call = _object("result tokens latency_ms errors", result=_TEXT, errors=_list({"type": "object"}))
    detail = _object(
        "record errors model calls",
        record=_or_null(_ref("record")),
        errors=_list({"type": "object"}),
        model=_TEXT,
        calls=_list(call),
    )
    return {
        "problem": _object(
            "type title status detail code",
            type={**_TEXT, "pattern": "^/api/problems/[a-z_]+$"},
            title=_TEXT,
            status=_WHOLE,
            detail=_TEXT,
            code=_TEXT,
        ),
        "catalog-request": _object(
            "catalog",
            catalog={"anyOf": [_TEXT, {"type": "object"}, _list({"anyOf": [_TEXT, {"type": "object"}]})]},
            name=_TEXT,
            options=_ref("options"),
            request_key=_or_null(_TEXT),
            again={"type": "boolean"},
        ),
        "run": _object(
            "run_id status counts tokens cost_usd started_at published_at waiting files finetune evaluation error",
            run_id=_TEXT,
            name=_TEXT,
            teacher=_TEXT,
            samples={"type": ["integer", "null"]},
            budget=note,
            reasons={"type": "object", "additionalProperties": _WHOLE},
            status={"enum": list(STATUSES)},
            counts=_object("total done accepted rejected", **dict.fromkeys(("total", "done"), _WHOLE)),
            tokens=_object("prompt cached completion total", total=_WHOLE),
            cost_usd={"type": ["number", "null"]},
            started_at={"type": ["string", "null"]},
            published_at={"type": ["string", "null"]},
            waiting=note,
            files=_list(_object("path bytes", path=_TEXT, bytes=_WHOLE)),
            finetune=_or_null(_ref("finetune-job")),
            evaluation=_or_null(_ref("evaluation")),
            error=_or_null(found),
        ),
        "runs": _object(
            "runs poison next",
            runs=_list(_ref("run")),
            poison=_list({"type": "object"}),
            next={"type": ["string", "null"]},
        ),
        "rows": _object(
            "run_id rows planned next",
            run_id=_TEXT,
            rows=_list(_ref("RowEntry")),
            planned=_WHOLE,
            next={"type": ["string", "null"]},
        ),
        "row": {"allOf": [_ref("RowEntry"), detail]},
        "comparison": _object(
            "a b arm n left_out counts metrics tasks summary",
            a=_TEXT,
            b=_TEXT,
            arm=_TEXT,
            n=_WHOLE,
            left_out=_WHOLE,
            counts=_object("fixed broken same", fixed=_WHOLE, broken=_WHOLE, same=_WHOLE),
            metrics={"type": "object"},
            tasks=_list(_object("task change exact codes answers", task=_TEXT, change=_TEXT)),
            summary=_TEXT,
        ),
        "deletion": _object(
            "run_id status deletes keeps", run_id=_TEXT, status=_TEXT, deletes=places, keeps=_list(_TEXT)
        ),
        "inspection": _object(
            "name counts operations diagnostics slices estimate",
            name=_TEXT,
            counts=_object("operations parameters required diagnostics slices", operations=_WHOLE),
            operations=_list(_object("name folder description method path parameters prompt", name=_TEXT)),
            diagnostics=_list(_object("code count examples", code=_TEXT, count=_WHOLE)),
            slices=_list(_object("operations", operations=_list(_TEXT))),
            estimate=_object(
                "samples teacher tokens cost_usd minutes is_charged",
                samples=_WHOLE,
                teacher={"type": ["string", "null"]},
                tokens=_WHOLE,
                cost_usd={"type": ["number", "null"]},
                minutes=_WHOLE,
                is_charged={"type": "boolean"},
            ),
        ),
    }
