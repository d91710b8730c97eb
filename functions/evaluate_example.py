"""Asks a deployment to plan one validation task."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.EVALUATE, connection=names.STORAGE)
async def evaluate_example(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.EVALUATE, msg))
