"""The functions that the app must register, and the code that asks the worker library for those it finds."""

from __future__ import annotations

import json
from pathlib import Path

from shared import names

PINNED = Path(__file__).parents[1] / "repo" / "functions.json"
"""All but the triggers of queues, with their raw bindings."""
_QUEUE_TRIGGER = {"direction": "IN", "type": "queueTrigger", "name": "msg", "connection": names.STORAGE}
_CALLED = {"start_run:start_uploaded": "start_run_on_event"}

INDEX = """
import json, sys
from azure_functions_runtime.loader import index_function_app
found = {}
for function in index_function_app("function_app.py"):
    found[function.get_function_name()] = [json.loads(raw) for raw in function.get_raw_bindings()]
json.dump(found, sys.stdout)
"""


def expected() -> dict[str, list[dict[str, object]]]:
    """The pinned triggers, and for each queue one that is called like its step and one for its poison queue."""
    steps = {_CALLED.get(step, step.rpartition(".")[2]): queue for queue, step in names.STEP_OF.items()}
    poison = {
        f"record_poison_{queue.replace('-', '_')}": f"{queue}-poison"
        for queue in (*names.WORK_QUEUES, names.BLOB_TRIGGER)
    }
    pinned: dict[str, list[dict[str, object]]] = json.loads(PINNED.read_text())
    for name, queue in (steps | poison).items():
        pinned[name] = [{**_QUEUE_TRIGGER, "queueName": queue}]
    return pinned
