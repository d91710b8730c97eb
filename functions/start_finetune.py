"""Starts the fine-tuning of a published run."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.FINE_TUNE, connection=names.STORAGE)
async def start_finetune(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.FINE_TUNE, msg))
