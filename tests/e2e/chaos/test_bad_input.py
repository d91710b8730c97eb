"""Whatever is put on a queue is refused with a reason; no run is harmed, and no worker dies of it."""

from __future__ import annotations

from testing.chaos.bad_messages import BadMessages
from testing.chaos.bad_rounds import flood
from testing.chaos.crash_rounds import OPTIONS
from testing.chaos.ended import Ended, problems
from testing.chaos.stack import Chaos

COUNT = 2_000


def test_bad_messages_on_every_queue_are_refused_and_harm_nobody(chaos: Chaos, undisturbed: Ended) -> None:
    pids = [host.pid for host in chaos.hosts]
    run = chaos.start(undisturbed.samples, **OPTIONS)
    found = flood(chaos, BadMessages(1, run=run).draw(COUNT))
    chaos.wait_published(run)
    assert found.unaccounted == []
    assert problems(chaos, chaos.ended(run), undisturbed) == []
    assert [host.pid for host in chaos.hosts] == pids
