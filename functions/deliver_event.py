"""Brings an event to the installation's webhook."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.DELIVER_EVENTS, connection=names.STORAGE)
async def deliver_event(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.DELIVER_EVENTS, msg))
