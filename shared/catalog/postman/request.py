"""One request of a Postman collection, taken apart but not yet judged."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from shared.catalog.postman.rows import Row
from shared.catalog.postman.url import Url


class Request(Struct):
    """What a request sends.

    Attributes:
        where: folders and name, for diagnostics.
        accept: what the `Accept` header asks for, "" where it says nothing.
        body: JSON value of a raw body, None if missing or opaque.
        graphql: `query`, `variables` and `operationName` of a GraphQL body.
        opaque: what an opaque body is (`text`, `xml`, `binary` …), or "".
        opaque_example: text of an opaque body.
        form: rows of a form.
        responses: example responses as they stand.
        raw: text of a raw body, or "".
        filled: `body` with the values that its variables are declared with, None where it is `body` itself.
        is_generated: whether a program filled `body`, most of whose texts are placeholders.
        optional: names of body fields that may be left out.
        needed: names of body fields that are called required.
        tests: text of its test scripts.
    """

    folders: tuple[str, ...]
    name: str
    where: str
    method: str
    url: Url
    description: Any
    headers: tuple[Row, ...] = ()
    accept: str = ""
    body: Any = None
    graphql: dict[str, Any] | None = None
    opaque: str = ""
    opaque_example: str = ""
    form: tuple[Row, ...] = ()
    responses: list[Any] = field(default_factory=list)
    raw: str = ""
    filled: Any = None
    is_generated: bool = False
    optional: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    needed_within: frozenset[str] = frozenset()
    tests: str = ""
