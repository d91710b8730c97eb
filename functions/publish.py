"""Publishes a run that is all in."""

import azure.functions as func

from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.PUBLISH, connection=names.STORAGE)
async def publish(msg: func.QueueMessage) -> None:
    """See `shared.steps.publish`."""
    await app().receive(names.PUBLISH, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
