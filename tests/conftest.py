"""Settings of the whole test run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from local.azurite import AzuriteProcess, start_azurite
from tests.builders.browser import BROWSER, Browser, running_browser

# A time limit on one example would fail on a busy machine and says nothing of correctness. The same commit has the same
# examples each time, so that a failure is one of the change at hand; `make fuzz` looks for new ones.
settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", parent=settings.get_profile("default"), derandomize=False, max_examples=5000
)
settings.load_profile("fuzz" if os.environ.get("PLANSMITH_FUZZ") else "default")

_SHARED_STACK = ("tests/e2e/test_main_road.py", "tests/e2e/test_review_road.py", "tests/e2e/test_smoke.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files are spread over the workers as they are; those that share a stack go to the same one, which starts it."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class Together(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            if file.startswith("tests/e2e/chaos/"):
                return "tests/e2e/chaos"
            return "a shared stack" if file in _SHARED_STACK else file

    return Together(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="module")
def azurite() -> Iterator[AzuriteProcess]:
    """A storage of the module's own."""
    process = start_azurite(None, None)
    yield process
    process.stop()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of all tests; each opens pages of its own."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with running_browser(tmp_path_factory.mktemp("browser")) as running:
        yield running
