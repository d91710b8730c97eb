"""What can go wrong for the host itself, as opposed to the functions it runs."""

from __future__ import annotations


class HostError(Exception):
    """The app or its settings cannot be run as they are; the message names what is wrong and what is accepted."""


class StorageError(Exception):
    """A storage call failed.

    Attributes:
        status: HTTP status, 0 if there was no answer.
        code: the service's error code, "" if it gave none.
    """

    def __init__(self, message: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class StorageUnavailableError(StorageError):
    """No connection, no answer in time, or the service says it is busy or broken: trying again can help."""


class StorageConflictError(StorageError):
    """A condition does not hold: something exists already, is leased by another, or has changed."""


def storage_error(status: int, code: str, words: str = "") -> StorageError:
    """The error that an answer of a storage service stands for; status 0 is no answer."""
    message = f"HTTP {status} {code or words}".strip()
    kind = StorageError
    if status in (0, 408, 429) or status >= 500:
        kind = StorageUnavailableError
    elif status in (409, 412):
        kind = StorageConflictError
    return kind(message, status=status, code=code)
