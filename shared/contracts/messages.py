"""The messages of every queue: one class a queue, decoded and checked against its published contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from shared import names
from shared.contracts.bodies import Message as Message
from shared.contracts.bodies import read


class Delivery(Struct, frozen=True):
    """A message as the host delivers it.

    Attributes:
        queue: where it was sent.
        body: as it was sent, plain UTF-8 JSON or base64 of it.
        dequeue_count: deliveries so far, this one included.
        inserted_at: when it was sent, None where the host does not say.
    """

    queue: str
    body: bytes
    dequeue_count: int = 1
    inserted_at: datetime | None = None


class RunRequest(Message, frozen=True):
    """Start a run: what another system sends.

    Attributes:
        catalog: `catalogs/<blob>`, one or several.
        options: the run's options.
        request_key: makes repeated requests one run, whatever happens to the blob in between.
        again: start another run where the one asked for has failed, let it go on where it is paused.
    """

    queue: ClassVar[str] = names.RUN_REQUESTS
    catalog: str | list[str]
    options: dict[str, Any] = field(default_factory=dict)
    request_key: str | None = None
    again: bool = False

    @property
    def blobs(self) -> tuple[str, ...]:
        """Paths below the container `catalogs`, in the order given."""
        given = [self.catalog] if isinstance(self.catalog, str) else self.catalog
        return tuple(path.removeprefix("catalogs/") for path in given)


class FanOut(Message, frozen=True):
    """Send one `generate-records` message for each index of a segment.

    Attributes:
        rest: send what has no outcome of a segment that was begun.
    """

    queue: ClassVar[str] = names.FAN_OUT
    run_id: str
    segment: int
    rest: bool = False


class GenerateRecord(Message, frozen=True):
    """Produce the outcome of one index.

    Attributes:
        recheck: look into the log first, because this may be a repetition.
        deferrals: times the message went back to the queue because of a throttle.
        spent: tokens of calls made before it went back, `[prompt, cached, completion]` a call.
        since: when it first went back without an answer in between, Unix seconds; 0 for not yet.
        faults: times it went back because it alone failed.
    """

    queue: ClassVar[str] = names.GENERATE_RECORDS
    run_id: str
    segment: int
    index: int
    recheck: bool = False
    deferrals: int = 0
    spent: list[list[int]] = field(default_factory=list)
    since: float = 0.0
    faults: int = 0


class Aggregate(Message, frozen=True):
    """Fold a segment that may be full."""

    queue: ClassVar[str] = names.AGGREGATE
    run_id: str
    segment: int


class Publish(Message, frozen=True):
    """Publish a run whose segments are all in, or a revision of a published one.

    Attributes:
        revision: number of the revision; 0 for the run itself.
    """

    queue: ClassVar[str] = names.PUBLISH
    run_id: str
    revision: int = 0


class FineTune(Message, frozen=True):
    """Fine-tune on a published dataset.

    Attributes:
        options: replaces values of the run's `finetune` options.
        again: number under which the job that has ended is put aside; 0 where there is none.
        nudge: look at the job that goes on at once, and start none.
        revision: of the dataset; 0 for the first publication.
    """

    queue: ClassVar[str] = names.FINE_TUNE
    run_id: str
    options: dict[str, Any] = field(default_factory=dict)
    again: int = 0
    nudge: bool = False
    revision: int = 0


class Evaluate(Message, frozen=True):
    """Let one arm of an evaluation plan one test task.

    Attributes:
        arm: who plans; "" in messages of version 0.1.0, whose evaluations are opened anew.
        deferrals: times it went back to the queue.
        since: when it first went back without an answer in between, Unix seconds; 0 for not yet.
        faults: times it went back because it alone failed.
        paid: calls that were paid and had nothing to show for it.
        spent: tokens of those, as `spent` of `generate-records` has them.
        begun_at: when its evaluation began, ISO 8601 UTC; that of another one is dropped. "" for any.
    """

    queue: ClassVar[str] = names.EVALUATE
    run_id: str
    deployment: str
    segment: int
    index: int
    arm: str = ""
    deferrals: int = 0
    since: float = 0.0
    faults: int = 0
    paid: int = 0
    spent: list[int] = field(default_factory=list)
    begun_at: str = ""


class DeliverEvent(Message, frozen=True):
    """Call the webhook with an event.

    Attributes:
        event: its name below `runs/{run}/events/`.
        tries: those that were in vain.
    """

    queue: ClassVar[str] = names.DELIVER_EVENTS
    run_id: str
    event: str
    tries: int = 0


class CatalogEvent(Message, frozen=True):
    """A storage event: an upload of a catalog, or something else that concerns nobody.

    Attributes:
        blob: path below `catalogs`; None for other things.
    """

    queue: ClassVar[str] = names.CATALOG_EVENTS
    blob: str | None = None

    @classmethod
    def decode(cls, body: bytes | str, *, repeated: bool = False) -> Self:
        """What an event of Event Grid's schema or of CloudEvents says. BadRequestError says what is accepted."""
        return cls(blob_of_event(body), repeated=repeated)


def blob_of_event(body: bytes | str) -> str | None:
    """The path below `catalogs` that a storage event speaks of; None for events of other things.

    Takes Event Grid's schema and CloudEvents, plain or base64, of every kind of upload
    (`PutBlob`, `PutBlockList`, `CopyBlob`, `FlushWithClose` …).
    """
    event = read(names.CATALOG_EVENTS, body)
    kind = event.get("eventType") or event.get("type")
    prefix = f"/blobServices/default/containers/{names.CATALOGS}/blobs/"
    subject = str(event.get("subject", ""))
    if kind != "Microsoft.Storage.BlobCreated" or not subject.startswith(prefix):
        return None
    found = event.get("data")
    data: dict[str, Any] = found if isinstance(found, dict) else {}
    if data.get("api") == "CreateFile":
        return None  # a hierarchical account makes the file empty first; FlushWithClose follows
    return _blob_of_url(data.get("url"), subject.removeprefix(prefix))


def _blob_of_url(url: object, subject: str) -> str:
    """The blob that `url` names; `subject`, the same name, where there is no such address.

    The subject of an event may have lost what is not ASCII; the address is percent-encoded and has not.
    https://github.com/Azure-Samples/azure-event-grid-viewer/issues/9
    """
    try:
        path = urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        path = ""
    container, _, blob = path.removeprefix("/").partition("/")
    if container != names.CATALOGS or not blob or blob == subject:
        return subject
    return unquote(blob)
