"""What a request that decides something brings: a body, who sends it, and a key against repetition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.contracts import bodies
from shared.errors import BadRequestError
from shared.steps.review.acting import Who
from shared.steps.review.adding import MOST

_JSON_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/x-jsonlines"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that decides something.

    Attributes:
        body: as it came.
        signed_in: the platform's name of who is signed in.
        key: `Idempotency-Key`.
        content_type: as the sender states it.
    """

    body: bytes = b""
    signed_in: str | None = None
    key: str | None = None
    content_type: str = ""

    def json(self) -> dict[str, Any]:
        """The body's JSON object, {} for an empty body. BadRequestError."""
        if not self.body.strip():
            return {}
        if self.content_type.split(";", 1)[0].strip().lower() in _JSON_LINES:
            return {"examples": _lines(self.body)}
        return storable(bodies.decode(self.body))

    def who(self, given: Mapping[str, Any]) -> Who:
        """Whose request it is. BadRequestError."""
        return Who.of(self.signed_in, given.get("author"), self.key)


def storable(value: dict[str, Any]) -> dict[str, Any]:
    """The value, if it can be written as well as read. BadRequestError `too_deep`."""
    try:
        orjson.dumps([[[[[[value]]]]]])  # as deep as it is kept at most
    except TypeError as exc:
        raise BadRequestError("the request is nested too deeply", code="too_deep") from exc
    return value


def _lines(body: bytes) -> list[Any]:
    found: list[Any] = []
    for number, line in enumerate(body.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(storable(orjson.loads(line)))
        except orjson.JSONDecodeError as exc:
            raise BadRequestError(f"line {number} is no JSON", code="not_json") from exc
        if len(found) > MOST:
            break
    return found
