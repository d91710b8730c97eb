"""The errors a step can end with, and what each asks of the caller."""

from __future__ import annotations


class PlansmithError(Exception):
    """Base of every error that Plansmith raises on purpose.

    Attributes:
        code: stable, machine-readable name of what went wrong, `snake_case`.
        message: one sentence for the person who can put it right.
    """

    def __init__(self, message: str, *, code: str = "error") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PermanentError(PlansmithError):
    """Trying again cannot help: record it where its sender sees it and consume the message."""


class BadRequestError(PermanentError):
    """What a sender gave (message, option, file name) is not acceptable; says what is."""


class CatalogError(BadRequestError):
    """A catalog file is unusable as a whole; the message says what it is and what to upload instead."""


class RefusedFieldError(PermanentError):
    """The service does not take a field of the request: ask without it.

    Attributes:
        field: the field's name as it was sent.
    """

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, code="unsupported_field")
        self.field = field


class TransientError(PlansmithError):
    """Trying again later can help.

    Attributes:
        retry_after_s: seconds the service asked to wait, None if it said nothing.
        may_be_paid: whether the service may have done, and billed, what was asked.
        is_of_request: whether others were served meanwhile, so that the fault is this request's own.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "transient",
        retry_after_s: float | None = None,
        may_be_paid: bool = False,
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s
        self.may_be_paid = may_be_paid
        self.is_of_request = False


class ThrottledError(TransientError):
    """The service refused the call because of a rate limit (HTTP 429)."""


class UnwantedError(PlansmithError):
    """A call was not made, because nobody wants its answer any more."""


class ConflictError(PlansmithError):
    """A conditional write lost: the blob exists already or has changed since it was read."""


class ConfigurationError(PlansmithError):
    """The installation is set up wrongly (missing setting, unknown deployment, no permission): the run must stop."""
