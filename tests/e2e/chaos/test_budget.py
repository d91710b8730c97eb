"""A run that may not go on, for its budget's sake or because somebody cancelled it, ends with what it has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testing.chaos.budget_rounds import Stopped, cancelled, within_dollars, within_tokens
from testing.chaos.ended import Ended
from testing.chaos.stack import Chaos

SAMPLES = 400


def test_three_hosts_keep_a_budget_but_for_what_is_in_flight(chaos: Chaos, undisturbed: Ended) -> None:
    found = within_tokens(chaos, SAMPLES, undisturbed, 0.3)
    assert found.holds, found


def test_a_cancelled_run_makes_no_more_calls_on_any_host(chaos: Chaos) -> None:
    found = cancelled(chaos, SAMPLES, SAMPLES // 5)
    assert found.holds, found


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.8])
@pytest.mark.parametrize("bounded", [within_tokens, within_dollars])
def test_any_budget_is_kept_but_for_what_is_in_flight(
    chaos: Chaos, undisturbed: Ended, bounded: Callable[..., Stopped], share: float
) -> None:
    found = bounded(chaos, SAMPLES, undisturbed, share)
    assert found.holds, found
