"""A queue message reaches its function whatever its body holds.

The host copies a body's top-level keys over the message's metadata, so a body such as `{"dequeueCount": "many"}`
makes the metadata unreadable: as it comes, the worker then fails every delivery before any function runs, on the
queue and on its poison queue alike.
"""

from typing import Any

import azure.functions as func
from azure.functions.queue import QueueMessageInConverter


class ReadableQueueMessage(QueueMessageInConverter, binding="readableQueueMessage", trigger="queueTrigger"):
    """Decodes queue messages; metadata that cannot be read count as absent. Defining it registers it."""

    @classmethod
    def decode(cls, data: Any, *, trigger_metadata: Any) -> Any:
        """The message, with its body alone when the metadata are unreadable."""
        try:
            return super().decode(data, trigger_metadata=trigger_metadata)
        except (ValueError, TypeError):
            return func.QueueMessage(body=data.value)
