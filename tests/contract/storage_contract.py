"""What every BlobStore, RecordLog and Queue must do, whichever backend it stands on."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest

from shared import names
from shared.contracts.messages import Message
from shared.errors import ConflictError, PermanentError
from shared.ports.storage import BlobStore, Queue, RecordLog


class RunStoreContract:
    """Subclasses give the fixture `store`."""

    async def test_a_blob_that_is_not_there_reads_as_none(self, store: BlobStore) -> None:
        assert await store.read(names.RUNS, "nothing") is None

    async def test_what_was_written_is_read_with_its_version_and_metadata(self, store: BlobStore) -> None:
        etag = await store.write(names.RUNS, "a/b.json", b"{}", metadata={"Start": "false"})
        blob = await store.read(names.RUNS, "a/b.json")
        assert blob is not None
        assert (blob.data, blob.etag, blob.metadata) == (b"{}", etag, {"start": "false"})

    async def test_a_blob_over_the_bound_is_refused_before_it_is_read(self, store: BlobStore) -> None:
        await store.write(names.RUNS, "big", b"x" * 100)
        with pytest.raises(PermanentError) as caught:
            await store.read(names.RUNS, "big", max_bytes=99)
        assert caught.value.code == "too_large"

    async def test_a_blob_is_looked_at_without_its_content(self, store: BlobStore) -> None:
        assert await store.properties(names.RUNS, "a/nothing") is None
        etag = await store.write(names.RUNS, "a/c.json", b"{}", metadata={"Start": "false"}, if_absent=True)
        found = await store.properties(names.RUNS, "a/c.json")
        assert found is not None
        assert (found.size, found.etag, found.metadata) == (2, etag, {"start": "false"})
        (listed,) = [info async for info in store.list(names.RUNS, "a/c.json")]
        assert (listed.size, listed.etag, listed.modified_at) == (found.size, found.etag, found.modified_at)

    async def test_only_the_first_of_two_writers_creates_a_blob(self, store: BlobStore) -> None:
        await store.write(names.RUNS, "once", b"1", if_absent=True)
        with pytest.raises(ConflictError):
            await store.write(names.RUNS, "once", b"2", if_absent=True)
        blob = await store.read(names.RUNS, "once")
        assert blob is not None and blob.data == b"1"

    async def test_a_write_against_an_old_version_is_a_conflict(self, store: BlobStore) -> None:
        old = await store.write(names.RUNS, "doc", b"1")
        new = await store.write(names.RUNS, "doc", b"2", if_match=old)
        with pytest.raises(ConflictError):
            await store.write(names.RUNS, "doc", b"3", if_match=old)
        assert await store.write(names.RUNS, "doc", b"4", if_match=new) != new

    async def test_a_conditional_write_to_a_missing_blob_is_a_conflict(self, store: BlobStore) -> None:
        with pytest.raises(ConflictError):
            await store.write(names.RUNS, "absent", b"1", if_match="0x1")

    async def test_a_blob_written_in_pieces_appears_whole(self, store: BlobStore) -> None:
        async with store.open_write(names.DATASETS, "r/big.jsonl") as writer:
            for _ in range(9):
                await writer.write(b"x" * 1_000_000)
        sizes = [len(chunk) async for chunk in store.stream(names.DATASETS, "r/big.jsonl")]
        assert sum(sizes) == 9_000_000

    async def test_an_error_while_writing_leaves_no_blob(self, store: BlobStore) -> None:
        with pytest.raises(RuntimeError):
            async with store.open_write(names.DATASETS, "r/broken") as writer:
                await writer.write(b"x")
                raise RuntimeError
        assert await store.read(names.DATASETS, "r/broken") is None

    async def test_a_blob_streams_from_an_offset(self, store: BlobStore) -> None:
        await store.write(names.RUNS, "s", b"0123456789")
        assert b"".join([c async for c in store.stream(names.RUNS, "s", offset=7)]) == b"789"
        assert [c async for c in store.stream(names.RUNS, "s", offset=10)] == []
        assert [c async for c in store.stream(names.RUNS, "missing")] == []

    async def test_blobs_are_listed_by_prefix_in_path_order(self, store: BlobStore) -> None:
        for path in ("p/2", "p/1", "q/1"):
            await store.write(names.RUNS, path, path.encode())
        assert [(i.path, i.size) async for i in store.list(names.RUNS, "p/")] == [("p/1", 3), ("p/2", 3)]

    async def test_deleting_twice_is_deleting_once(self, store: BlobStore) -> None:
        await store.write(names.RUNS, "gone", b"")
        await store.delete(names.RUNS, "gone")
        await store.delete(names.RUNS, "gone")
        assert await store.read(names.RUNS, "gone") is None


class RecordLogContract:
    """Subclasses give the fixtures `log` and `store`, of one storage."""

    async def test_an_append_changes_the_version(self, log: RecordLog, store: BlobStore) -> None:
        await log.create("r/version")
        before = await store.properties(names.RUNS, "r/version")
        await log.append("r/version", b"1\n")
        after = await store.properties(names.RUNS, "r/version")
        assert before is not None and after is not None
        assert (before.etag != after.etag, before.size, after.size) == (True, 0, 2)

    async def test_a_log_that_is_not_there_is_empty(self, log: RecordLog) -> None:
        assert (await log.count("r/none"), await log.read("r/none")) == (0, b"")

    async def test_a_line_needs_a_log(self, log: RecordLog) -> None:
        with pytest.raises(PermanentError) as caught:
            await log.append("r/none", b"x\n")
        assert caught.value.code == "no_log"

    async def test_a_line_lands_only_where_its_writer_had_read_to(self, log: RecordLog) -> None:
        await log.create("r/at")
        await log.append_at("r/at", b"one\n", offset=0)
        await log.append_at("r/at", b"two\n", offset=4)
        for offset in (0, 4, 12):
            with pytest.raises(ConflictError):
                await log.append_at("r/at", b"late\n", offset=offset)
        assert await log.read("r/at") == b"one\ntwo\n"
        with pytest.raises(PermanentError) as caught:
            await log.append_at("r/not-there", b"x\n", offset=0)
        assert caught.value.code == "no_log"

    async def test_of_many_writers_at_one_place_one_wins(self, log: RecordLog) -> None:
        await log.create("r/race")
        tries = [log.append_at("r/race", b"%02d\n" % n, offset=0) for n in range(32)]
        lost = [found for found in await asyncio.gather(*tries, return_exceptions=True) if found is not None]
        assert (len(lost), {type(found) for found in lost}) == (31, {ConflictError})
        assert len(await log.read("r/race")) == 3

    async def test_creating_a_log_again_keeps_its_lines(self, log: RecordLog) -> None:
        assert await log.create("r/log")
        await log.append("r/log", b"1\n")
        assert not await log.create("r/log")
        assert (await log.count("r/log"), await log.read("r/log")) == (1, b"1\n")

    async def test_concurrent_appends_all_land_and_are_all_counted(self, log: RecordLog) -> None:
        await log.create("r/many")
        await asyncio.gather(*(log.append("r/many", b"%d\n" % n) for n in range(64)))
        lines = (await log.read("r/many")).splitlines()
        assert await log.count("r/many") == 64
        assert sorted(map(int, lines)) == list(range(64))

    async def test_reading_goes_on_where_it_stopped(self, log: RecordLog) -> None:
        await log.create("r/tail")
        await log.append("r/tail", b"one\n")
        await log.append("r/tail", b"two\n")
        assert await log.read("r/tail", offset=4) == b"two\n"
        assert await log.read("r/tail", offset=8) == b""


class _Depth(Message, frozen=True):
    queue: ClassVar[str] = "contract-depth"
    run_id: str


class QueueContract:
    """Subclasses give the fixture `queue`."""

    async def test_a_queue_that_is_not_there_is_empty(self, queue: Queue) -> None:
        assert await queue.depth("not-there") == 0

    async def test_messages_count_while_they_are_invisible(self, queue: Queue) -> None:
        await queue.send(_Depth("x"))
        await queue.send(_Depth("y"), delay_s=60)
        assert await queue.depth("contract-depth") == 2
