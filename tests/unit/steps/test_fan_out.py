"""Each index of a segment is sent once; what a crash may have left half-sent is sent with care."""

from __future__ import annotations

from shared import names
from shared.names import SEGMENT_SIZE
from tests.builders.pipeline import Pipeline


async def test_a_segment_is_sent_in_index_order() -> None:
    pipeline = Pipeline()
    await pipeline.start(samples=SEGMENT_SIZE + 1)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    sent = [body["index"] for body in pipeline.queue.take(names.GENERATE_RECORDS)]
    assert sent == list(range(SEGMENT_SIZE))


async def test_another_message_for_an_opened_segment_sends_nothing() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    for _ in range(2):
        await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 0})
    assert len(pipeline.queue.take(names.GENERATE_RECORDS)) == 3


async def test_a_repetition_leaves_time_to_what_may_be_under_way_and_asks_to_look_first() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 0})
    await pipeline.deliver(names.GENERATE_RECORDS, pipeline.queue.take(names.GENERATE_RECORDS)[1])
    pipeline.queue.sent.clear()
    await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 0}, dequeue_count=2)
    sent = [(body["index"], body["recheck"], delay > 0) for _, body, delay in pipeline.queue.sent]
    assert sent == [(0, True, True), (2, True, True)]
