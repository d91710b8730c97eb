"""Identical beginnings are billed as cached."""

from __future__ import annotations

from local.openai_emulator.prompt_cache import PromptCache, tokens_of

LONG = "x" * 4096


def test_a_short_prompt_is_never_cached():
    cache = PromptCache()
    assert [cache.cached_tokens("m", "x" * 4000) for _ in range(2)] == [0, 0]


def test_the_first_1024_tokens_count_then_every_128():
    cache = PromptCache()
    assert cache.cached_tokens("m", LONG + "a" * 1024) == 0
    assert cache.cached_tokens("m", LONG + "a" * 512 + "b" * 512) == 1024 + 128
    assert cache.cached_tokens("m", LONG + "c" * 2000) == 1024


def test_another_beginning_or_another_deployment_shares_nothing():
    cache = PromptCache()
    cache.cached_tokens("m", LONG)
    assert cache.cached_tokens("m", "y" + LONG) == 0
    assert cache.cached_tokens("n", LONG) == 0
    assert cache.cached_tokens("m", LONG) == 1024


def test_a_token_is_four_characters():
    assert [tokens_of(text) for text in ("", "abc", "abcd", "abcde")] == [0, 1, 1, 2]
