"""Triggers: each takes its event, hands it to one step and is done."""

from typing import TYPE_CHECKING

import azure.functions as func

from shared.contracts.messages import Delivery

if TYPE_CHECKING:
    from shared.bootstrap import Answer


def delivery(queue: str, msg: func.QueueMessage) -> Delivery:
    """The message with what the host says of its delivery."""
    return Delivery(queue, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)


def answered(answer: "Answer") -> func.HttpResponse:
    """An answer of the HTTP API as the worker sends it."""
    return func.HttpResponse(
        answer.body, status_code=answer.status, headers=answer.headers, mimetype=answer.content_type
    )
