"""What tests of whole stacks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared import names
from testing.azurite import Storage, azurite_storage
from tests.builders.stack import RunningStack, running_stack


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    """An Azurite with the app's containers and queues."""
    with azurite_storage() as storage:
        for container in names.CONTAINERS:
            storage.blobs.create_container(container)
        for queue in names.QUEUES:
            storage.queues.create_queue(queue)
        yield storage


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack with the emulator, for all that begins runs of its own and looks at nothing else.

    What a killed host held comes back after 5 seconds.
    """
    with running_stack(tmp_path_factory.mktemp("stack"), queue_lock_s=5) as running:
        yield running
