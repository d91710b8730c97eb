"""Folds a full segment."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.AGGREGATE, connection=names.STORAGE)
async def aggregate(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.AGGREGATE, msg))
