"""Which revisions of a run there are: what claims a number, and what has become of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from msgspec import Struct

from shared import names, stored
from shared.errors import ConflictError
from shared.ports.storage import BlobInfo, BlobStore
from shared.runs import paths


class Claim(Struct, frozen=True):
    """What a revision is made of; written once, and never changed.

    Attributes:
        number: 1, 2, 3 …
        parent: the publication that it goes on from, 0 for the first.
        log_bytes: how much of the review's log it heeds.
        author, note, at: who asked for it, why, and when (ISO 8601 UTC).
        request: id of the request, "" without a key.
    """

    number: int
    parent: int = 0
    log_bytes: int = 0
    author: str = ""
    note: str = ""
    at: str = ""
    request: str = ""

    def to_json(self) -> bytes:
        """The claim as it is stored."""
        return orjson.dumps(stored.plain(self))


@dataclass(frozen=True, slots=True)
class Revision:
    """A claimed revision; its manifest says that it is published, a note that it could not be written."""

    claim: Claim
    is_published: bool
    has_failed: bool = False

    @property
    def status(self) -> str:
        """`published`, `failed` or `publishing`."""
        return "published" if self.is_published else "failed" if self.has_failed else "publishing"


async def claim_of(run: str, number: int, store: BlobStore) -> Claim | None:
    """The claim of a number; None if nobody claimed it."""
    blob = await store.read(names.RUNS, paths.revision_claim(run, number))
    return stored.read(Claim, blob.data, "a revision's claim") if blob else None


async def revisions_of(
    run: str, store: BlobStore, *, known: Mapping[int, Revision] | None = None
) -> list[Revision]:
    """All revisions of the run, the oldest first; what is `known` to be published is not looked at again."""
    folder = paths.revisions_folder(run)
    files = [info.path.removeprefix(folder) async for info in store.list(names.RUNS, folder)]
    numbers = [int(match[1]) for name in files if (match := re.fullmatch(r"(\d{1,6})\.json", name))]
    found = []
    for number in sorted(numbers):
        if known and number in known:
            found.append(known[number])
            continue
        claim = await claim_of(run, number, store)
        if claim is not None:
            published = await is_published(run, number, store)
            found.append(Revision(claim, published, f"{number}-failure.json" in files))
    return found


async def is_published(run: str, number: int, store: BlobStore) -> bool:
    """Whether the revision is whole; 0 asks for the first publication."""
    return await store.properties(names.DATASETS, paths.manifest(run, number)) is not None


async def claim(run: str, made: Claim, store: BlobStore) -> bool:
    """Take a number; False if somebody has it. The mark that the revision is to be written is stored first."""
    await open_again(run, made.number, store)
    try:
        await store.write(names.RUNS, paths.revision_claim(run, made.number), made.to_json(), if_absent=True)
    except ConflictError:
        return False
    return True


async def open_again(run: str, number: int, store: BlobStore) -> None:
    """Note that a revision is to be written."""
    await store.write(names.RUNS, paths.revision_mark(run, number), b"{}")
    await store.delete(names.RUNS, paths.revision_failure(run, number))


async def give_up(run: str, number: int, message: str, store: BlobStore) -> None:
    """Note that a revision could not be written; whoever asks for it again has it tried again."""
    note = orjson.dumps({"message": message})
    await store.write(names.RUNS, paths.revision_failure(run, number), note)
    await store.delete(names.RUNS, paths.revision_mark(run, number))


async def open_revisions(store: BlobStore) -> list[tuple[str, int, BlobInfo]]:
    """Run, number and mark of every revision that is still to be written."""
    found = []
    async for info in store.list(names.RUNS, paths.REVISIONS):
        run, _, number = info.path.removeprefix(paths.REVISIONS).partition("/")
        if names.is_run_id(run) and re.fullmatch(r"\d{1,6}", number):
            found.append((run, int(number), info))
    return found
