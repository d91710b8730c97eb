"""The pieces that the OpenAPI document is put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
type Json = dict[str, Any]


def or_null(kind: str) -> Json:
    """A value of a JSON type, or null."""
    return {"type": [kind, "null"]}


def in_path(name: str, of: Json = TEXT) -> Json:
    """A parameter of the path."""
    return {"name": name, "in": "path", "required": True, "schema": of}


def header(name: str, of: Json = TEXT) -> Json:
    """A header that may be sent."""
    return {"name": name, "in": "header", "schema": of}


RUN = in_path("run")
IF_NONE_MATCH = header("If-None-Match")
KEY = header("Idempotency-Key", {**TEXT, "minLength": 1, "maxLength": 200})


def ref(name: str) -> Json:
    """A reference to one of the document's schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(required: str, **properties: Any) -> Json:
    """An object's schema; `required` has the names that are always there."""
    return {"type": "object", "required": required.split(), "properties": properties}


def list_of(items: Json) -> Json:
    """A list's schema."""
    return {"type": "array", "items": items}


def maybe(of: Json) -> Json:
    """The schema, or null."""
    return {"anyOf": [of, {"type": "null"}]}


def query(*names: str) -> list[Json]:
    """Parameters of the query that are texts."""
    return [{"name": name, "in": "query", "schema": TEXT} for name in names]


def answer(description: str, of: Json | None = None, kind: str = "application/json") -> Json:
    """An answer with its content."""
    return {"description": description, **({"content": {kind: {"schema": of}}} if of is not None else {})}


_REFUSED = answer("A problem document", ref("problem"), "application/problem+json")


def route(
    summary: str,
    answers: Mapping[int, Json],
    *,
    problems: str = "",
    parameters: list[Json] | None = None,
    body: Json | None = None,
    needs_body: bool = True,
    is_open: bool = False,
) -> Json:
    """An operation; `problems` are the statuses of its problem documents, `body` is by content type."""
    told = {str(status): answer for status, answer in answers.items()}
    told |= dict.fromkeys(problems.split(), _REFUSED)
    if not is_open:
        told["401"] = answer("The function key is missing or wrong")
    made: Json = {"summary": summary, "parameters": parameters or [], "responses": dict(sorted(told.items()))}
    if body is not None:
        made["requestBody"] = {"required": needs_body, "content": body}
    return made | ({"security": []} if is_open else {})


UNCHANGED: dict[int, Json] = {304: answer("Nothing has changed")}
