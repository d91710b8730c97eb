"""Accounts for every message that the host gave up on: one trigger a poison queue."""

import azure.functions as func

from shared import names
from shared.bootstrap import app
from shared.settings import catalog_trigger

blueprint = func.Blueprint()


def _register(queue: str) -> None:
    @blueprint.function_name(f"record_poison_{queue.replace('-', '_')}")
    @blueprint.queue_trigger(arg_name="msg", queue_name=f"{queue}-poison", connection=names.STORAGE)
    async def record_poison(msg: func.QueueMessage) -> None:
        await app().poison(queue, msg.get_body())


for _queue in names.WORK_QUEUES:
    _register(_queue)
if catalog_trigger() == "blob":
    _register(names.BLOB_TRIGGER)
