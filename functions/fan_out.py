"""Sends the indices of a segment."""

import azure.functions as func

from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.FAN_OUT, connection=names.STORAGE)
async def fan_out(msg: func.QueueMessage) -> None:
    """See `shared.steps.fan_out`."""
    await app().receive(names.FAN_OUT, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
