"""How a service wants to be asked, learnt from what it refuses; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import orjson
from msgspec import Struct

from shared import stored
from shared.teacher.response_format import MODES, next_mode


@dataclass(frozen=True, slots=True)
class Way:
    """What one deployment takes.

    Attributes:
        response_mode: one of `response_format.MODES`.
        without: fields that it refuses.
    """

    response_mode: str = MODES[0]
    without: frozenset[str] = frozenset()

    def after(self, field: str) -> Way | None:
        """The way to ask after `field` was refused; None if there is none left."""
        if field == "response_format":
            following = next_mode(self.response_mode)
            return replace(self, response_mode=following) if following else None
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


class _Stored(Struct, frozen=True):
    response_mode: str = MODES[0]
    without: tuple[str, ...] = ()
