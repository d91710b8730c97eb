"""The catalog as the rest of the app sees it, whatever format it came in."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

# `gc=False` below: nothing in a catalog refers back to what holds it, so there is no cycle to look for.
Location = Literal["path", "query", "header", "body", "form"]
JsonSchema = dict[str, Any]


class Parameter(Struct, frozen=True, gc=False):
    """One argument of an API.

    Attributes:
        name: as the caller writes it; nested body fields are the top-level field with its schema.
        location: where the request carries it.
        type: JSON type (`string`, `integer`, `number`, `boolean`, `object`, `array`, or `any` where unknown).
        required: whether a call without it is wrong.
        enum: the only accepted values; empty means any. A body field that chooses the operation
            (`request_type` …) is a required parameter whose enum holds its one value.
        default: documented or example value, scrubbed of secrets, or None if missing.
        description: plain text, at most a few hundred characters.
        schema: self-contained JSON Schema (draft 2020-12, no `$ref`) of the value; `{}` accepts anything.
    """

    name: str
    location: Location
    type: str
    required: bool = False
    enum: tuple[Any, ...] = ()
    default: Any = None
    description: str = ""
    schema: JsonSchema = field(default_factory=dict)


class Api(Struct, frozen=True, gc=False):
    """One operation a plan can call.

    Attributes:
        name: unique in the catalog, stable, `[A-Za-z0-9_.-]`, at most 64 characters.
        description: what it does, plain text.
        method: upper-case HTTP verb, empty where the source has none.
        path: url or path template as documented, scrubbed.
        tags: folders or tags, outermost first.
        parameters: arguments in the order of the source.
        responses: JSON Schema (no `$ref`) of a success body; `{}` when the source does not say.
        original_name: the name in the source (operationId, request name).
        is_told_by_folder: whether another operation of the catalog is the same in all but its name and folder.
        conditions: JSON Schemas (no `$ref`) that the arguments of the body satisfy together, as one object.
    """

    name: str
    description: str = ""
    method: str = ""
    path: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    responses: JsonSchema = field(default_factory=dict)
    original_name: str = ""
    is_told_by_folder: bool = False
    conditions: tuple[JsonSchema, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`, or None."""
        return next((p for p in self.parameters if p.name == name), None)


class Diagnostic(Struct, frozen=True, gc=False):
    """An oddity met while reading: stable `code`, `where` in the document, `message` for a person."""

    code: str
    where: str
    message: str


class Catalog(Struct, frozen=True):
    """All operations of one upload, in the order of the source."""

    name: str
    description: str = ""
    apis: tuple[Api, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
