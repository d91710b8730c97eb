"""Errors that the service answers a good chat request with: throttled, out of answers, broken, filtered."""

from __future__ import annotations

import math
import time
from email.utils import formatdate

from local.openai_emulator.errors import ApiError
from local.openai_emulator.limiter import Decision
from local.openai_emulator.switches import Switches

_DAY_S = 86_400


def throttled(switches: Switches, decision: Decision, why: str) -> ApiError:
    """A 429 that tells the wait in the style that is switched on."""
    style = switches.retry_after_style
    wait_s = _DAY_S if style == "day" else switches.retry_after_s or max(decision.wait_s, 0.001)
    whole = max(1, math.ceil(wait_s))
    headers = dict(decision.headers)
    if style == "ms":
        headers |= {"retry-after-ms": str(math.ceil(wait_s * 1000)), "retry-after": str(whole)}
    elif style in ("seconds", "day"):
        headers["retry-after"] = str(whole)
    elif style == "date":
        headers["retry-after"] = formatdate(time.time() + whole, usegmt=True)
    for name in ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"):
        headers.pop(name, None)
        if style == "reset":
            headers[name] = str(whole)
    hint = f" Please retry after {whole} seconds." if style not in ("reset", "none", "date") else ""
    return ApiError(
        429,
        f"Requests to the ChatCompletions_Create Operation under Azure OpenAI API {why}.{hint}",
        code="429",
        kind="rate_limit_error",
        headers=headers,
    )


def used_up(switches: Switches) -> ApiError:
    """What comes once `answers_left` calls were answered."""
    return ApiError(
        switches.refusal_status,
        switches.refusal_message,
        code=switches.refusal_code or None,
        kind=switches.refusal_code or "error",
    )


def broken() -> ApiError:
    """A 500."""
    return ApiError(
        500,
        "The server had an error while processing your request. Sorry about that!",
        code="InternalServerError",
        kind="server_error",
    )


def filtered() -> ApiError:
    """The prompt is filtered."""
    return ApiError(
        400,
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        "Please modify your prompt and retry.",
        code="content_filter",
        param="prompt",
        inner={
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {"jailbreak": {"filtered": True, "detected": True}},
        },
    )
