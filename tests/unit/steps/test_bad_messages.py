"""Whatever is put on a queue is refused with a reason, and no run is harmed; in processes: tests/e2e/chaos."""

from __future__ import annotations

from shared import names
from shared.contracts.messages import Delivery
from shared.errors import PlansmithError
from testing.chaos.bad_messages import BadMessages
from testing.chaos.bad_rounds import notes_of, starts_nothing
from testing.chaos.stack import CATALOG, CATALOG_BLOB
from tests.builders.pipeline import Pipeline

RUN = "hub-0123456789"
COUNT = 500


async def _throw(pipeline: Pipeline, queue: str, body: str) -> None:
    """Hand a message over as the host does, to the step or to what accounts for those it gave up on."""
    asked = queue.removesuffix("-poison")
    if queue == asked:
        try:
            await pipeline.app.receive(Delivery(queue, body.encode(), 1))
            return
        except PlansmithError:
            pass  # comes again, until the host gives up
    await pipeline.app.poison(asked, body.encode())


async def test_bad_messages_on_every_queue_are_refused_and_harm_nobody() -> None:
    undisturbed, pipeline = Pipeline(), Pipeline()
    for each in (undisturbed, pipeline):
        await each.start(run_id=RUN, samples=3, top_up=False)
    container, _, path = CATALOG_BLOB.partition("/")
    await pipeline.storage.write(container, path, CATALOG.read_bytes(), metadata={"start": "false"})
    sent = list(BadMessages(1, run=RUN).draw(COUNT))
    for queue, body in sent:
        await _throw(pipeline, queue, body)
    kept = {info.path async for info in pipeline.storage.list(names.RUNS, "_poison/")}
    traceless = [pair for pair in sent if not notes_of(*pair) & kept and not starts_nothing(*pair)]
    assert traceless == []
    for each in (undisturbed, pipeline):
        await each.drain()
    assert pipeline.published(RUN) == undisturbed.published(RUN) != {}
