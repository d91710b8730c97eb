"""Folds a full segment."""

import azure.functions as func

from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.AGGREGATE, connection=names.STORAGE)
async def aggregate(msg: func.QueueMessage) -> None:
    """See `shared.steps.aggregate`."""
    await app().receive(names.AGGREGATE, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
