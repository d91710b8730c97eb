"""Reads what is on `run-events` and prints it, an event a line."""

import json
import os

from azure.storage.queue import QueueClient  # pip install azure-storage-queue

queue = QueueClient.from_connection_string(os.environ["PLANSMITH_STORAGE"], "run-events")
for message in queue.receive_messages(messages_per_page=32, visibility_timeout=60):
    event = json.loads(message.content)
    print(event["id"], event["type"], event["subject"])  # act on each id once: it may come again
    queue.delete_message(message)
