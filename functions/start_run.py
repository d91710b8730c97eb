"""Starts a run: an uploaded blob, a storage event, or a message from another system."""

import azure.functions as func

from functions import delivery
from shared import names
from shared.bootstrap import app
from shared.settings import catalog_trigger

blueprint = func.Blueprint()


async def start_run_on_upload(blob: func.InputStream) -> None:
    await app().catalog_uploaded(str(blob.name).removeprefix(f"{names.CATALOGS}/"))


@blueprint.queue_trigger(arg_name="msg", queue_name=names.CATALOG_EVENTS, connection=names.STORAGE)
async def start_run_on_event(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.CATALOG_EVENTS, msg))


@blueprint.queue_trigger(arg_name="msg", queue_name=names.RUN_REQUESTS, connection=names.STORAGE)
async def start_run(msg: func.QueueMessage) -> None:
    await app().receive(delivery(names.RUN_REQUESTS, msg))


# The Flex Consumption plan knows no polling blob trigger: there uploads come as storage events.
if catalog_trigger() == "blob":
    blueprint.blob_trigger(arg_name="blob", path=f"{names.CATALOGS}/{{name}}", connection=names.STORAGE)(
        start_run_on_upload
    )
