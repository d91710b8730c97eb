"""Blob triggers: a listener a function, and the one consumer of the internal queue that runs them."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from local.functions_host.bindings import Function, QueueOutput
from local.functions_host.blob_listener import BlobListener
from local.functions_host.blob_message import BlobMessage, blob_metadata, parse_blob_message
from local.functions_host.blob_paths import BlobPath, parse_blob_path
from local.functions_host.blob_receipts import Receipts
from local.functions_host.errors import StorageError
from local.functions_host.execution import Executor
from local.functions_host.host_json import HostJson
from local.functions_host.queue_client import ReceivedMessage
from local.functions_host.queue_listener import QueueListener, QueuePolicy
from local.functions_host.queue_triggers import Queues
from local.functions_host.settings import AppSettings
from local.functions_host.storage import StorageAccount
from local.functions_host.stores import Stores
from local.functions_host.worker import Datum

_log = logging.getLogger(__name__)

POISON_QUEUE = "webjobs-blobtrigger-poison"


@dataclass(frozen=True, slots=True)
class BlobTrigger:
    """A blob-triggered function and where its blobs are."""

    function: Function
    path: BlobPath
    account: StorageAccount


class BlobTriggers:
    """All blob triggers of an app. The internal queue is in `AzureWebJobsStorage`, base64-encoded as hosts do."""

    def __init__(
        self,
        host_id: str,
        host_json: HostJson,
        settings: AppSettings,
        queues: Queues,
        stores: Stores,
        executor: Executor,
    ) -> None:
        self._host_id = host_id
        self._host_json = host_json
        self._settings = settings
        self._queues = queues
        self._stores = stores
        self._executor = executor
        self._triggers: dict[str, BlobTrigger] = {}
        self._queue = f"azure-webjobs-blobtrigger-{host_id}"

    def listener(self, function: Function, poll_s: float) -> BlobListener:
        """The listener of a blob-triggered function. HostError if its binding cannot be served."""
        path = parse_blob_path(function.name, self._settings.resolve(function.trigger["path"]))
        account = self._settings.account(function.trigger.get("connection", ""))
        self._triggers[function.name] = BlobTrigger(function, path, account)
        home = self._settings.account("")
        receipts = Receipts(self._stores.get(home), self._host_id, function.name, path.container)
        outage = self._stores.outage(account)
        return BlobListener(
            function.name, path, self._stores.get(account), receipts, self._send, outage, poll_s
        )

    def consumer(self, lock_s: int) -> QueueListener:
        """What runs the functions: tries and poison as for any queue, with `extensions.blobs` as its bounds."""
        options = self._host_json.queues
        parallel = self._host_json.blob_parallelism
        policy = QueuePolicy(
            queue=self._queue,
            poison_queue=POISON_QUEUE,
            encoding="base64",
            batch_size=min(parallel, 32),
            new_batch_threshold=max(0, parallel - 32),
            max_dequeue_count=self._host_json.blob_tries,
            visibility_timeout_s=options.visibility_timeout_s,
            max_polling_interval_s=options.max_polling_interval_s,
            lock_s=lock_s,
        )
        return self._queues.listen(self._settings.account(""), policy, self._handle)

    async def run_by_hand(self, function: Function, path: str) -> None:
        """Run a blob-triggered function on `container/blob`; nothing happens if there is no such blob."""
        container, _, name = path.partition("/")
        await self._run(self._triggers[function.name], container, name, etag=None)

    async def _send(self, message: BlobMessage) -> None:
        output = QueueOutput("", self._queue, self._settings.account(""))
        await self._queues.write(output, [message.as_text()], encoding="base64")

    async def _handle(self, _: ReceivedMessage, body: str) -> bool:
        message = parse_blob_message(body)
        trigger = self._triggers.get(message.function) if message else None
        if message is None or trigger is None:
            return True  # of a function that is gone: dropped
        try:
            return await self._run(trigger, message.container, message.blob, message.etag)
        except StorageError as exc:
            self._stores.outage(trigger.account).begin(exc)
            return False

    async def _run(self, trigger: BlobTrigger, container: str, name: str, etag: str | None) -> bool:
        blob = await self._stores.get(trigger.account).read(container, name)
        if blob is None or etag not in (None, blob.etag):
            return True  # deleted, or a newer version, which has a message of its own
        metadata = blob_metadata(container, name, blob, trigger.path.match(name) or {})
        outcome = await self._executor.run(trigger.function, Datum(blob.data, "bytes"), metadata)
        return outcome.ok
