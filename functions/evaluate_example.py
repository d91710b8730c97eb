"""Asks a deployment to plan one validation task."""

import azure.functions as func

from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.EVALUATE, connection=names.STORAGE)
async def evaluate_example(msg: func.QueueMessage) -> None:
    """See `shared.steps.finetune.evaluate_example`."""
    await app().receive(names.EVALUATE, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
