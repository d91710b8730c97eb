"""An index in the middle of its attempts: what is paid so far, so that whoever goes on pays none of it again."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from msgspec import Struct

from shared import stored
from shared.dataset.outcome import Attempt
from shared.errors import ConfigurationError, PermanentError, RefusedFieldError, TransientError, UnwantedError

ECHOED_CHARACTERS = 24_000
"""So much of an answer goes back to the teacher with what is wrong with it."""


class Begun(Struct, frozen=True):
    """Calls made so far, in order; the words of the last answer, which a correction or a judge needs; its model."""

    attempts: tuple[Attempt, ...] = ()
    text: str = ""
    model: str = ""

    def to_json(self) -> bytes:
        """As `from_json` reads it."""
        return orjson.dumps(stored.plain(self))

    @classmethod
    def from_json(cls, data: bytes) -> Begun:
        """What `to_json` wrote, in this version or another; else PermanentError `unreadable`."""
        return stored.read(cls, data, "what an index has paid")


class _Stopped:
    """Mixed into the errors that end an index early; what is paid belongs in its outcome.

    Attributes:
        begun: where the index stands.
    """

    begun: Begun

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Calls made so far, prior ones included."""
        return self.begun.attempts


class Interrupted(_Stopped, TransientError):
    """The teacher could not be reached in the middle of an index.

    Attributes:
        cause: the error of the call that failed.
    """

    def __init__(self, begun: Begun, cause: TransientError) -> None:
        super().__init__(cause.message, code=cause.code, retry_after_s=cause.retry_after_s)
        self.is_of_request = cause.is_of_request
        self.begun = begun
        self.cause = cause


class Refused(_Stopped, ConfigurationError):
    """The installation did not let the teacher be asked, in the middle of an index."""

    def __init__(self, begun: Begun, cause: ConfigurationError) -> None:
        super().__init__(cause.message, code=cause.code)
        self.begun = begun


class GivenUp(_Stopped, UnwantedError):
    """The run was stopped in the middle of an index."""

    def __init__(self, begun: Begun, cause: UnwantedError) -> None:
        super().__init__(cause.message, code=cause.code)
        self.begun = begun


class NotTaken(_Stopped, PermanentError):
    """The service does not take the form of the request: ask in another way.

    Attributes:
        field: the field that it refuses, "response_format" for its present value.
    """

    def __init__(self, begun: Begun, cause: PermanentError) -> None:
        super().__init__(cause.message, code=cause.code)
        self.begun = begun
        self.field = cause.field if isinstance(cause, RefusedFieldError) else "response_format"
