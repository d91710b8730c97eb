"""Queue triggers: one listener a function, and the clients and outputs they share."""

from __future__ import annotations

from typing import Literal

from local.functions_host.bindings import Function, QueueOutput, queue_name
from local.functions_host.execution import Executor
from local.functions_host.host_json import QueueOptions
from local.functions_host.outage import Outage
from local.functions_host.queue_client import QueueClient, ReceivedMessage
from local.functions_host.queue_listener import Handler, QueueListener, QueuePolicy
from local.functions_host.queue_metadata import encode_body, trigger_metadata
from local.functions_host.settings import AppSettings
from local.functions_host.storage import StorageAccount
from local.functions_host.worker import Datum

POISON_SUFFIX = "-poison"


class Queues:
    """The accounts' queue clients, what listens on their queues, and the writer of output bindings."""

    def __init__(self, options: QueueOptions) -> None:
        self._options = options
        self._clients: dict[StorageAccount, QueueClient] = {}
        self._outages: dict[StorageAccount, Outage] = {}
        self._listeners: dict[tuple[StorageAccount, str], list[QueueListener]] = {}

    def client(self, account: StorageAccount) -> QueueClient:
        """The one client for an account."""
        if account not in self._clients:
            self._clients[account] = QueueClient(account)
        return self._clients[account]

    def outage(self, account: StorageAccount) -> Outage:
        """The state of an account's queue service, shared by everything that calls it."""
        return self._outages.setdefault(account, Outage(account.queue_url))

    def listen(self, account: StorageAccount, policy: QueuePolicy, handler: Handler) -> QueueListener:
        """A listener (not yet running) that `write` wakes."""
        listener = QueueListener(self.client(account), policy, handler, self.outage(account))
        self._listeners.setdefault((account, policy.queue), []).append(listener)
        return listener

    async def write(
        self, output: QueueOutput, texts: list[str], *, encoding: Literal["none", "base64"] | None = None
    ) -> None:
        """Add messages (in the app's encoding, if no other is given) and wake this host's listeners of the queue."""
        client = self.client(output.account)
        for text in texts:
            await client.put(output.queue, encode_body(text, encoding or self._options.encoding))
        for listener in self._listeners.get((output.account, output.queue), ()):
            listener.notify()

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()


def queue_listener(
    function: Function,
    settings: AppSettings,
    options: QueueOptions,
    queues: Queues,
    executor: Executor,
    lock_s: int,
) -> QueueListener:
    """The listener of a queue-triggered function."""
    queue = queue_name(function.name, function.trigger["queueName"], settings)
    policy = QueuePolicy(
        queue=queue,
        poison_queue=None if queue.endswith(POISON_SUFFIX) else queue + POISON_SUFFIX,
        encoding=options.encoding,
        batch_size=options.batch_size,
        new_batch_threshold=options.new_batch_threshold,
        max_dequeue_count=options.max_dequeue_count,
        visibility_timeout_s=options.visibility_timeout_s,
        max_polling_interval_s=options.max_polling_interval_s,
        lock_s=lock_s,
    )

    async def handle(message: ReceivedMessage, body: str) -> bool:
        outcome = await executor.run(function, Datum(body, "string"), trigger_metadata(message, body))
        return outcome.ok

    return queues.listen(settings.account(function.trigger.get("connection", "")), policy, handle)
