"""Asks for a run of a catalog that lies in the container `catalogs`: python ask.py shop.json"""

import json
import os
import sys

from azure.storage.queue import QueueClient  # pip install azure-storage-queue

request = {
    "catalog": f"catalogs/{sys.argv[1]}",
    "options": {"samples": 200},
    "request_key": f"python/{sys.argv[1]}",  # the same key again is the same run
}
queue = QueueClient.from_connection_string(os.environ["PLANSMITH_STORAGE"], "run-requests")
queue.send_message(json.dumps(request))
