"""Settings of the whole test run."""

from __future__ import annotations

import gc
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
    "default", max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", parent=settings.get_profile("default"), derandomize=False, max_examples=5000
)
settings.load_profile("fuzz" if os.environ.get("PLANSMITH_FUZZ") else "default")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: no search for cycles need go through it again."""
    gc.freeze()


_TOGETHER = {
    "a shared stack": ["e2e/test_main_road", "e2e/test_review_road", "e2e/test_smoke"],
    "whole documents": [
        "unit/catalog/test_public_catalogs", "unit/curriculum/test_coverage", "unit/curriculum/test_flows"
    ],
}  # fmt: skip
"""Files that share what takes long to make: each group goes to one worker."""

_GROUPS = {f"tests/{file}.py": group for group, files in _TOGETHER.items() for file in files}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files are spread over the workers in their order: whole stacks, which mostly wait, come long before the unit tests."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    class Together(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "tests/e2e/chaos" if file.startswith("tests/e2e/chaos/") else _GROUPS.get(file, file)

    config.option.loadscopereorder = False
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
