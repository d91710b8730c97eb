"""What a call probably cost where the service does not say: reckoned from the texts that went and came; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson

from shared.ports.teacher import TeacherRequest
from shared.tokens import Tokens

CHARACTERS_PER_TOKEN = 4.0
"""Of English and JSON with today's tokenizers (https://platform.openai.com/tokenizer); `TOKEN_CHARACTERS` sets it."""
USUAL_ANSWER_TOKENS = 500
"""What an answer that nobody saw is taken for; at most the bound it was asked with."""


def prompt_tokens(request: TeacherRequest, characters_per_token: float = CHARACTERS_PER_TOKEN) -> int:
    """Tokens of everything that was sent, the schema included; at least 1."""
    characters = sum(len(text_of(message)) for message in request.messages)
    if request.response_format is not None:
        characters += len(orjson.dumps(request.response_format))
    return max(1, math.ceil(characters / characters_per_token))


def text_tokens(text: str, characters_per_token: float = CHARACTERS_PER_TOKEN) -> int:
    """Tokens of a text, 0 for none."""
    return math.ceil(len(text) / characters_per_token)


def unseen_answer(request: TeacherRequest, characters_per_token: float = CHARACTERS_PER_TOKEN) -> Tokens:
    """What a call cost that may have been answered without anyone seeing the answer."""
    answer = min(USUAL_ANSWER_TOKENS, request.max_completion_tokens)
    return Tokens(prompt_tokens(request, characters_per_token), 0, answer, estimated=True)


def text_of(message: Mapping[str, Any]) -> str:
    """A message's words."""
    content = message.get("content")
    return content if isinstance(content, str) else ""
