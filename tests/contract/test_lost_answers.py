"""A write whose answer gets lost is known as one's own when the SDK asks again; on a real Azurite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from local.azurite import connection_string, start_azurite
from local.storage_names import create_missing
from shared import names
from shared.adapters.storage.blobs import AzureBlobStore
from shared.adapters.storage.record_log import AzureRecordLog
from shared.errors import ConflictError
from shared.settings import Connection
from tests.builders.losing_proxy import LosingProxy, losing_proxy


@dataclass
class Line:
    """A store behind a proxy, and the same storage without one."""

    store: AzureBlobStore
    direct: AzureBlobStore
    proxy: LosingProxy


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int, int]]:
    process = start_azurite(None, None)
    yield process.ports
    process.stop()


@pytest.fixture
async def line(ports: tuple[int, int, int]) -> AsyncIterator[Line]:
    await create_missing(connection_string(ports))
    async with losing_proxy(ports[0]) as proxy:
        store = AzureBlobStore(Connection(connection_string=connection_string((proxy.port, *ports[1:]))))
        direct = AzureBlobStore(Connection(connection_string=connection_string(ports)))
        yield Line(store, direct, proxy)
        await store.close()
        await direct.close()


async def test_who_creates_a_blob_knows_it_though_the_answer_got_lost(line: Line) -> None:
    line.proxy.lose_next("/runs/new.json")
    etag = await line.store.write(names.RUNS, "new.json", b"1", if_absent=True, metadata={"a": "b"})
    blob = await line.direct.read(names.RUNS, "new.json")
    assert line.proxy.lost == 1
    assert blob is not None
    assert (blob.data, blob.etag, blob.metadata) == (b"1", etag, {"a": "b"})


async def test_who_changes_a_blob_knows_it_though_the_answer_got_lost(line: Line) -> None:
    old = await line.direct.write(names.RUNS, "changed.json", b"1")
    line.proxy.lose_next("/runs/changed.json")
    etag = await line.store.write(names.RUNS, "changed.json", b"2", if_match=old)
    blob = await line.direct.read(names.RUNS, "changed.json")
    assert line.proxy.lost == 1
    assert blob is not None
    assert (blob.data, blob.etag) == (b"2", etag)


@pytest.mark.parametrize("condition", [{"if_absent": True}, {"if_match": "0x0"}])
async def test_anothers_blob_stays_anothers(line: Line, condition: dict[str, object]) -> None:
    await line.direct.write(names.RUNS, "others.json", b"1")
    with pytest.raises(ConflictError):
        await line.store.write(names.RUNS, "others.json", b"1", **condition)  # type: ignore[arg-type]


async def test_who_creates_a_log_knows_it_though_the_answer_got_lost(line: Line) -> None:
    line.proxy.lose_next("/runs/r/new.jsonl")
    assert await AzureRecordLog(line.store).create("r/new.jsonl")
    assert line.proxy.lost == 1
    assert not await AzureRecordLog(line.direct).create("r/new.jsonl")
