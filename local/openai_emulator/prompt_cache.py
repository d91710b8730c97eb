"""Simulates the service's prompt cache: identical beginnings of prompts are billed as cached tokens."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

CHARACTERS_PER_TOKEN = 4
"""Tokens are estimated as characters / 4, the service's own rule of thumb for English text."""
_FIRST = 1024
_STEP = 128
_MAX_PREFIXES = 50_000


def tokens_of(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


class PromptCache:
    """Prefixes seen before, per model: the first 1,024 tokens, then every 128 more (the service's documented steps)."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def cached_tokens(self, scope: str, prompt: str) -> int:
        """Tokens at the start of `prompt` that an earlier prompt of `scope` had too; remembers this one."""
        first = _FIRST * CHARACTERS_PER_TOKEN
        if len(prompt) < first:
            return 0
        state = hashlib.blake2b(scope.encode(), digest_size=12)
        cached, position, matching = 0, 0, True
        end = first
        while end <= len(prompt):
            state.update(prompt[position:end].encode("utf-8", "surrogatepass"))
            key = state.digest()
            if key in self._seen:
                if matching:
                    cached = end // CHARACTERS_PER_TOKEN
                self._seen.move_to_end(key)
            else:
                matching = False
                self._seen[key] = None
            position, end = end, end + _STEP * CHARACTERS_PER_TOKEN
        while len(self._seen) > _MAX_PREFIXES:
            self._seen.popitem(last=False)
        return cached
