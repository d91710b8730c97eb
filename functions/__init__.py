"""Triggers: each takes its event, hands it to one step and is done."""

import azure.functions as func

from shared.contracts.messages import Delivery


def delivery(queue: str, msg: func.QueueMessage) -> Delivery:
    """The message with what the host says of its delivery."""
    return Delivery(queue, msg.get_body(), msg.dequeue_count or 1, msg.insertion_time)
