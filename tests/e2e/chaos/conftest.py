"""One maltreated stack for all of `make chaos`, which alone runs these tests: `PLANSMITH_CHAOS=<rounds>`.

`make test` proves the same quicker: deaths at any side effect in `tests/unit/steps/test_pipeline` and
`tests/property/steps/test_killed_finetune`, budgets in `tests/unit/runs/test_spending`, repetitions in
`tests/unit/steps/test_duplicates`, lost work in `tests/unit/steps/test_reconcile`, faults and outages in
`tests/property/steps/test_odd_services` and `tests/unit/steps/test_resuming`, bad input in
`tests/unit/steps/test_bad_messages`, and one host that is killed in `tests/e2e/test_main_road`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.chaos.crash_rounds import prepare, undisturbed_run
from testing.chaos.ended import Ended
from testing.chaos.stack import ROUNDS, Chaos, chaos_stack

HOSTS = 3
SAMPLES = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the suite out of the usual tests."""
    if not ROUNDS:
        left_out = pytest.mark.skip(reason="processes that die, at length: make chaos")
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(left_out)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chaos]:
    with chaos_stack(hosts=HOSTS, folder=Path(tmp_path_factory.mktemp("chaos"))) as chaos:
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
