"""One maltreated stack for the tests of a worker; `PLANSMITH_CHAOS=<rounds>` makes the suite long (`make chaos`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.chaos.crash_rounds import prepare, undisturbed_run
from testing.chaos.ended import Ended
from testing.chaos.stack import ROUNDS, Chaos, chaos_stack

HOSTS = 3
SAMPLES = 300 if ROUNDS else 40


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaos]:
    folder = Path(tmp_path_factory.mktemp("chaos"))
    # The long suite waits for the locks of dead hosts to lapse by themselves.
    with chaos_stack(hosts=HOSTS, folder=folder, lapse_at_once=not ROUNDS) as chaos:
        yield chaos


@pytest.fixture(scope="session")
def undisturbed(stack: Chaos) -> Ended:
    """A run that nothing happens to, with some faulty answers and a second wave, for others to be compared with."""
    prepare(stack)
    return undisturbed_run(stack, SAMPLES)


@pytest.fixture
def chaos(stack: Chaos, undisturbed: Ended) -> Iterator[Chaos]:
    """The stack with every host serving, no message anywhere, and the emulator as in the undisturbed run."""
    stack.wait_serving()
    stack.wait_idle()
    stack.forget_notes()
    prepare(stack)
    yield stack
    stack.only(HOSTS)
