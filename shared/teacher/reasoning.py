"""Which models are known to think before they answer; they need room for it, and take `reasoning_effort`."""

from __future__ import annotations

import re

USUAL_TOKENS, REASONING_TOKENS = 8_192, 32_768
"""Bound of an answer: of a plan with its reasons, and with what a model may think before it."""

_KNOWN = re.compile(
    r"(?:^|[/:_.-])(?:o[134](?:-mini|-pro)?(?=$|[-:.])|gpt-5(?!.*chat)|gpt-oss|deepseek-?r\d|deepseek-reasoner|r1(?=$|[-:])"
    r"|qwq|qwen3(?!.*(?:instruct|coder))|magistral|grok-[34](?:-mini)?|gemini-(?:2\.5|3)|.*thinking|.*reasoning)",
    re.IGNORECASE,
)


def reasons(*names: str) -> bool:
    """Whether one of a deployment's or model's names is that of a reasoning model."""
    return any(_KNOWN.search(name) for name in names if name)


def answer_tokens(asked: int | None, *names: str) -> int:
    """The bound of an answer: as asked for, else by what is known of the model."""
    return asked or (REASONING_TOKENS if reasons(*names) else USUAL_TOKENS)
