"""Produces one record."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=names.GENERATE_RECORDS, connection=names.STORAGE)
async def generate_record(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.GENERATE_RECORDS, msg))
