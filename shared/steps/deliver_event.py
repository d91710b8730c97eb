"""Brings one event to the installation's webhook, with a bounded number of tries over three days."""

from __future__ import annotations

from copy import replace

from shared import telemetry
from shared.contracts.messages import DeliverEvent
from shared.errors import PermanentError, TransientError
from shared.steps.deps import Deps

PAUSES_S = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds before the second, third … try, as Standard Webhooks suggests."""
_GONE = 410


async def deliver_event(message: DeliverEvent, deps: Deps) -> None:
    """Call the webhook with the event; where it does not take it, come back later.

    Raises PermanentError `webhook_failed` when the last try was in vain or the receiver is gone for good (410). A
    receiver may get an event twice and tells by its id.
    """
    event = await deps.outbox.read(message.run_id, message.event)
    if event is None or deps.webhook is None:
        return  # the run was deleted, or nobody wants to hear any more
    try:
        status = await deps.webhook.post(event_id=event.id, body=event.encode(), now=deps.clock.now())
    except TransientError:
        status = 0
    telemetry.webhook(message.run_id, message.event, status, message.tries)
    if 200 <= status < 300:
        return
    if status == _GONE or message.tries >= len(PAUSES_S):
        said = f"answered {status}" if status else "did not answer"
        text = f"the webhook {said} to {message.event} of {message.run_id}, try {message.tries + 1}; no more follow"
        raise PermanentError(text, code="webhook_failed")
    await deps.queue.send(replace(message, tries=message.tries + 1), delay_s=PAUSES_S[message.tries])
