"""What an error of the storage SDK asks of its caller."""

from __future__ import annotations

import pytest
from azure.core import exceptions as sdk

from shared.adapters.storage.account import translated
from shared.errors import ConfigurationError, ConflictError, PermanentError, PlansmithError, TransientError


def _with_status(status: int | None) -> sdk.HttpResponseError:
    error = sdk.HttpResponseError("no")
    error.status_code = status
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        *[(_with_status(status), TransientError) for status in (None, 200, 206, 408, 429, 500, 503)],
        *[(_with_status(status), ConflictError) for status in (409, 412)],
        *[(_with_status(status), PermanentError) for status in (400, 404, 413)],
        (_with_status(403), ConfigurationError),
        (sdk.ClientAuthenticationError("no"), ConfigurationError),
        (sdk.IncompleteReadError("broke off"), TransientError),
        (sdk.ServiceRequestError("refused"), TransientError),
        (sdk.ServiceResponseError("timed out"), TransientError),
    ],
)
def test_only_what_time_can_heal_is_transient(error: Exception, expected: type[PlansmithError]) -> None:
    with pytest.raises(expected), translated("look"):
        raise error
