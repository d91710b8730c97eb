"""The part of the OpenAPI document that is about reviewing rows and publishing revisions."""

from __future__ import annotations

from shared.dataset.row_filter import FILTERS
from shared.http import openapi_parts as part
from shared.http.openapi_parts import KEY, Json, in_path
from shared.steps.review.deciding import MOST, VERBS

_TEXT, _WHOLE = part.TEXT, part.WHOLE
_AUTHOR = {**_TEXT, "maxLength": 80}
_CONTENT: Json = {
    "task": _TEXT,
    "assumptions": part.list_of(_TEXT),
    "plan": {"type": "object"},
    "negatives": {"type": "object"},
}


def paths() -> Json:
    """Path → method → operation."""
    run = [part.RUN]
    return {
        "/runs/{run}/decisions": {
            "get": part.route(
                "What was decided, the newest first",
                {200: part.answer("A page of decisions", part.ref("decisions")), **part.UNCHANGED},
                problems="400 404 503",
                parameters=[*run, *part.query("limit", "cursor", "author", "row"), part.IF_NONE_MATCH],
            ),
            "post": part.route(
                "Approve, reject, edit or revert rows, all or none",
                {200: part.answer("What is stored", part.ref("act"))},
                problems="400 404 409 422 503",
                parameters=[*run, KEY],
                body=_json(part.ref("decisions-request")),
            ),
        },
        "/runs/{run}/decisions/{id}/undo": _post(
            "Take a decision back",
            "400 404 409 503",
            part.ref("act"),
            in_path("id"),
            body=_by(),
            needs_body=False,
        ),
        "/runs/{run}/bulk": _post(
            "One decision or fix about all rows of a filter: seen first, then done",
            "400 404 409 422 503",
            {"anyOf": [part.ref("bulk-preview"), part.ref("bulk-done")]},
            body=part.ref("bulk-request"),
        ),
        "/runs/{run}/rows/{index}/check": _post(
            "What would become of a row; nothing is stored",
            "400 404 409 503",
            part.ref("check"),
            in_path("index"),
            body={"type": "object", "properties": _CONTENT},
        ),
        "/runs/{run}/examples/check": _post(
            "What an own example would be; nothing is stored",
            "400 404 503",
            part.ref("check"),
            body=part.ref("example"),
        ),
        "/runs/{run}/examples": {
            "post": part.route(
                "Add own examples, all or none",
                {201: part.answer("They are added, or were", part.ref("act"))},
                problems="400 404 409 422 503",
                parameters=[*run, KEY],
                body={
                    **_json(
                        part.object_of("examples", examples=part.list_of(part.ref("example")), author=_AUTHOR)
                    ),
                    "application/jsonl": {"schema": {}},
                },
            )
        },
        "/runs/{run}/export": {
            "get": part.route(
                "Rows as JSON Lines, at any time; X-Next-Cursor says where the next piece begins",
                {200: {"description": "Lines", "content": {"application/jsonl": {"schema": {}}}}},
                problems="400 404 503",
                parameters=[*run, *part.query("form", "cursor", *FILTERS)],
            )
        },
        "/runs/{run}/revisions": {
            "get": part.route(
                "The revisions of a dataset, the newest first",
                {200: part.answer("The revisions", part.ref("revisions")), **part.UNCHANGED},
                problems="404 503",
                parameters=[*run, part.IF_NONE_MATCH],
            ),
            "post": part.route(
                "Publish a revision of all that is decided by now",
                {202: part.answer("It is asked for", _asked_revision())},
                problems="400 404 409 422 503",
                parameters=[*run, KEY],
                body=_json(part.object_of("", author=_AUTHOR, note={**_TEXT, "maxLength": 500})),
                needs_body=False,
            ),
        },
        "/runs/{run}/revisions/{number}": {
            "get": part.route(
                "One revision with its files and decisions",
                {200: part.answer("The revision", part.ref("revision")), **part.UNCHANGED},
                problems="404 503",
                parameters=[*run, in_path("number"), part.IF_NONE_MATCH],
            )
        },
    }


def _post(summary: str, problems: str, of: Json, *more: Json, body: Json, needs_body: bool = True) -> Json:
    return {
        "post": part.route(
            summary,
            {200: part.answer("What came of it", of)},
            problems=problems,
            parameters=[part.RUN, *more, KEY],
            body=_json(body),
            needs_body=needs_body,
        )
    }


def _json(of: Json) -> Json:
    return {"application/json": {"schema": of}}


def _by() -> Json:
    return part.object_of("", author=_AUTHOR)


def _asked_revision() -> Json:
    return part.object_of(
        "run_id revision status location", run_id=_TEXT, revision=_WHOLE, status=_TEXT, location=_TEXT
    )


def schemas() -> Json:
    """The shapes of requests and answers."""
    head = {"id": _TEXT, "kind": {"enum": ["decide", "bulk", "add", "undo"]}, "author": _TEXT, "at": _TEXT}
    row = part.object_of(
        "task_id index hash verdict source", task_id=_TEXT, index=_WHOLE, hash=_TEXT, verdict=_TEXT
    )
    entry = part.object_of("id kind author at rows verdicts undone of sample", **head, rows=_WHOLE)
    counts = {"type": "object", "additionalProperties": _WHOLE}
    revision = part.object_of(
        "revision status parent author note at counts changes",
        revision=_WHOLE,
        status={"enum": ["publishing", "published", "failed"]},
        counts=part.maybe(counts),
        changes=counts,
    )
    bulk = part.object_of("id kind author at applied left repeated", **head, applied=_WHOLE)
    findings = part.list_of({"type": "object"})
    return {
        "decisions": part.object_of(
            "run_id decisions counts next",
            decisions=part.list_of(entry),
            counts=counts,
            next=part.or_null("string"),
        ),
        "decisions-request": part.object_of(
            "decisions",
            author=_AUTHOR,
            decisions={**part.list_of(part.ref("decision-request")), "minItems": 1, "maxItems": MOST},
        ),
        "decision-request": part.object_of(
            "row hash verdict",
            row={"type": ["string", "integer"]},
            hash=_TEXT,
            verdict={"enum": list(VERBS)},
            reason={**_TEXT, "maxLength": 500},
            **_CONTENT,
        ),
        "act": part.object_of("id kind author at rows repeated", **head, rows=part.list_of(row)),
        "bulk-request": part.object_of(
            "",
            author=_AUTHOR,
            filter={"type": "object", "properties": dict.fromkeys(FILTERS, _TEXT)},
            verdict={"enum": ["approve", "reject", "revert"]},
            reason={**_TEXT, "maxLength": 500},
            fix={
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["value", "argument", "step"]}},
            },
            token=_TEXT,
        ),
        "bulk-preview": part.object_of(
            "token matched changes valid invalid examples", token=_TEXT, matched=_WHOLE, examples=findings
        ),
        "bulk-done": bulk,
        "check": part.object_of(
            "task_id hash becomes errors warnings findings dry_run repeats record origins",
            errors=_WHOLE,
            findings=findings,
            origins=findings,
        ),
        "example": part.object_of("plan", domain=_TEXT, difficulty=_TEXT, **_CONTENT),
        "revision": revision,
        "revisions": part.object_of(
            "run_id revisions pending",
            revisions=part.list_of(part.ref("revision")),
            pending={"type": "object"},
        ),
    }
