"""How a service wants to be asked and how its answers are read, learnt from what it refuses; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson
from msgspec import Struct

from shared import stored

MODES = ("json_schema", "json_object", "text")
"""From the strictest: a schema the service keeps, any JSON object, plain text read tolerantly."""


@dataclass(frozen=True, slots=True)
class Way:
    """What one deployment takes.

    Attributes:
        response_mode: one of `MODES`.
        without: fields that it refuses.
    """

    response_mode: str = MODES[0]
    without: frozenset[str] = frozenset()

    @property
    def is_tolerant(self) -> bool:
        """Whether answers may be wrapped in prose or fences, as no schema bounds them."""
        return self.response_mode != "json_schema"

    def form(self, name: str, schema: dict[str, Any]) -> dict[str, Any] | None:
        """`response_format` of a request for an answer of `schema`, None for plain text."""
        if self.response_mode == "json_schema":
            return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
        return {"type": "json_object"} if self.response_mode == "json_object" else None

    def after(self, field: str) -> Way | None:
        """The way to ask after `field` was refused; None if there is none left."""
        if field == "response_format":
            looser = MODES[MODES.index(self.response_mode) + 1 :]
            return replace(self, response_mode=looser[0]) if looser else None
        return None if field in self.without else replace(self, without=self.without | {field})

    def joined(self, other: Way) -> Way:
        """What both have learnt: the looser form, every refused field."""
        mode = max(self.response_mode, other.response_mode, key=MODES.index)
        return Way(mode, self.without | other.without)

    def to_json(self) -> bytes:
        """As `from_json` reads it."""
        return orjson.dumps({"response_mode": self.response_mode, "without": sorted(self.without)})

    @classmethod
    def from_json(cls, data: bytes) -> Way:
        """What `to_json` wrote; what another version knows otherwise counts as not learnt yet."""
        found = stored.read_line(_Stored, data) or _Stored()
        mode = found.response_mode if found.response_mode in MODES else MODES[0]
        return cls(mode, frozenset(found.without))


STRICTEST = Way()
"""How a service is asked of which nothing is known."""


class _Stored(Struct, frozen=True):
    response_mode: str = MODES[0]
    without: tuple[str, ...] = ()
