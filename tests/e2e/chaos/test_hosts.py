"""How many hosts there are shows in the time a run takes, in nothing else."""

from __future__ import annotations

import pytest

from testing.chaos.crash_rounds import undisturbed_run
from testing.chaos.ended import Ended, problems
from testing.chaos.stack import Chaos


@pytest.mark.parametrize("hosts", [1, 2])
def test_fewer_hosts_publish_the_same_bytes(chaos: Chaos, undisturbed: Ended, hosts: int) -> None:
    chaos.only(hosts)
    found = undisturbed_run(chaos, undisturbed.samples)
    assert problems(chaos, found, undisturbed) == []
    assert found.calls == found.planned
