"""Starts the fine-tuning of a published run."""

import azure.functions as func

from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.FINE_TUNE, connection=names.STORAGE)
async def start_finetune(msg: func.QueueMessage) -> None:
    """See `shared.steps.finetune.start_finetune`."""
    await app().receive(names.FINE_TUNE, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
