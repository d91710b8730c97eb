"""Sends the indices of a segment."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.FAN_OUT, connection=names.STORAGE)
async def fan_out(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.FAN_OUT, msg))
