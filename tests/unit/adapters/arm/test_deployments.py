"""What each answer of the control plane asks of us."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.adapters.arm.deployments import ArmAccount, refusal
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, PermanentError, "InsufficientQuota"),
        (401, ConfigurationError, "unauthorized"),
        (403, ConfigurationError, "forbidden"),
        (404, ConfigurationError, "not_found"),
        (409, TransientError, "service_error"),
        (429, ThrottledError, "throttled"),
        (503, TransientError, "service_error"),
    ],
)
def test_a_status_has_one_meaning(status: int, kind: type[PlansmithError], code: str) -> None:
    body = {"error": {"code": "InsufficientQuota", "message": "no quota left"}}
    found = refusal(status, {}, body, NOW)
    assert (type(found), found.code) == (kind, code)
    assert "no quota left" in found.message


def test_a_throttle_says_how_long_to_wait() -> None:
    found = refusal(429, {"Retry-After": "17"}, {}, NOW)
    assert isinstance(found, ThrottledError)
    assert found.retry_after_s == 17


def test_an_account_knows_its_path() -> None:
    path = ArmAccount("sub", "rg", "acct").path
    assert (
        path
        == "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acct/deployments"
    )
