"""The small documents about a run: why it stopped or failed, when it was published, how far it is counted."""

from __future__ import annotations

from msgspec import Struct, field

from shared import names, stored
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.tokens import Tokens


class Stop(Struct, frozen=True):
    """Why no more calls are made (`stop.json`); `reason` is `cancelled`, `budget` or a failure's code."""

    reason: str = "unknown"
    message: str = ""
    at: str = ""


class Failure(Struct, frozen=True):
    """Why a run has failed (`failure.json`); `name` is the catalog's as uploaded."""

    code: str = "error"
    message: str = ""
    name: str = ""
    at: str = ""


class Pause(Struct, frozen=True):
    """Why a run waits for a person (`paused.json`)."""

    code: str = "error"
    message: str = ""
    at: str = ""


class Published(Struct, frozen=True):
    """When others were told that the dataset is there (`published.json`)."""

    at: str = ""


class OpenMark(Struct, frozen=True):
    """The mark of an open run; `looks` counts how often it stood still while the queues were busy."""

    looks: int = 0


class Statuses(Struct, frozen=True):
    """Outcomes of a segment by status, as far as anybody asks."""

    accepted: int = 0


class SegmentCount(Struct, frozen=True):
    """A line of `progress.jsonl`: a segment that is folded."""

    segment: int
    done: int = 0
    counts: Statuses = Statuses()
    tokens: Tokens = Tokens()
    attempts: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


async def read_pause(run_id: str, store: BlobStore) -> Pause | None:
    """Why the run is paused, as it stands now; None if it is not."""
    blob = await store.read(names.RUNS, paths.paused(run_id))
    return stored.read(Pause, blob.data, f"why {run_id} is paused") if blob else None


async def note_change(run_id: str, store: BlobStore) -> None:
    """Let lists of runs look at this one again. Call after what changed is stored, before a mark of it goes."""
    await store.write(names.RUNS, paths.changed_mark(run_id), b"{}")
