"""Faults of the model service and outages of model and storage: nothing is lost, and no message is given up on."""

from __future__ import annotations

import pytest

from testing.chaos.outage_rounds import OUTAGES, short_of_all, through
from testing.chaos.stack import Chaos


def test_every_fault_and_outage_at_once_loses_nothing(chaos: Chaos) -> None:
    found = through(chaos, short_of_all(), samples=24)
    assert found.holds, found


@pytest.mark.parametrize("name", OUTAGES)
def test_a_fault_or_outage_loses_nothing(chaos: Chaos, name: str) -> None:
    found = through(chaos, OUTAGES[name], samples=300)
    assert found.holds, found
