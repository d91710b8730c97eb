"""The schemas of the OpenAPI document: answers of this app, and its published contracts."""

from __future__ import annotations

from functools import cache

import msgspec

from shared.contracts import schema_within
from shared.dataset.row_index import RowEntry
from shared.http import openapi_review
from shared.http.openapi_parts import (
    TEXT,
    WHOLE,
    Json,
    list_of,
    maybe,
    object_of,
    or_null,
    ref,
)
from shared.http.run_view import STATUSES

_CONTRACTS = ("options", "run-requests", "record", "evaluation", "finetune-job")


@cache
def schemas() -> Json:
    components: Json = {name: _contract(name) for name in _CONTRACTS}
    _, rows = msgspec.json.schema_components([RowEntry], ref_template="#/components/schemas/{name}")
    return components | rows | _answers() | openapi_review.schemas()


def _contract(name: str) -> Json:
    """A published contract as a part of the document: its own references lead into it."""
    found = schema_within(name, f"#/components/schemas/{name}/$defs/")
    return {key: value for key, value in found.items() if key != "$schema"}


def _answers() -> Json:
    """The shapes of answers and of requests that no queue has."""
    places = list_of(object_of("place blobs bytes", place=TEXT, blobs=WHOLE, bytes=WHOLE))
    found = object_of("code message", code=TEXT, message=TEXT)
    note = or_null("object")
    call = object_of("result tokens latency_ms errors", result=TEXT, errors=list_of({"type": "object"}))
    detail = object_of(
        "record errors model calls",
        record=maybe(ref("record")),
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
            request_key=or_null("string"),
            again={"type": "boolean"},
        ),
        "run": object_of(
            "run_id status counts tokens cost_usd started_at published_at waiting files finetune evaluation error",
            run_id=TEXT,
            name=TEXT,
            teacher=TEXT,
            samples=or_null("integer"),
            budget=note,
            reasons={"type": "object", "additionalProperties": WHOLE},
            status={"enum": list(STATUSES)},
            counts=object_of("total done accepted rejected", **dict.fromkeys(("total", "done"), WHOLE)),
            tokens=object_of("prompt cached completion total", total=WHOLE),
            cost_usd=or_null("number"),
            started_at=or_null("string"),
            published_at=or_null("string"),
            waiting=note,
            files=list_of(object_of("path bytes", path=TEXT, bytes=WHOLE)),
            finetune=maybe(ref("finetune-job")),
            evaluation=maybe(ref("evaluation")),
            error=maybe(found),
        ),
        "runs": object_of(
            "runs poison next",
            runs=list_of(ref("run")),
            poison=list_of({"type": "object"}),
            next=or_null("string"),
        ),
        "rows": object_of(
            "run_id rows planned next",
            run_id=TEXT,
            rows=list_of(ref("RowEntry")),
            planned=WHOLE,
            next=or_null("string"),
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
                teacher=or_null("string"),
                tokens=WHOLE,
                cost_usd=or_null("number"),
                minutes=WHOLE,
                is_charged={"type": "boolean"},
            ),
        ),
    }
