"""Publishes a run that is all in."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.PUBLISH, connection=names.STORAGE)
async def publish(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.PUBLISH, msg))
