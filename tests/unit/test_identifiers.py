"""Identifiers fall into their words, whatever joins them."""

from __future__ import annotations

import pytest

from shared.identifiers import words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("getOrderById", ("get", "order", "by", "id")),
        ("search-hybrid_filter", ("search", "hybrid", "filter")),
        ("Order Id", ("order", "id")),
        ("HTTPServer2", ("http", "server", "2")),
        ("filter%5Bname%5D", ("filter", "name")),
        ("numéroClient", ("numero", "client")),
        ("клиентId2", ("клиентid", "2")),
        ("", ()),
    ],
)
def test_an_identifier_falls_into_its_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_a_name_without_end_is_cut() -> None:
    assert sum(map(len, words_of("word_" * 100_000))) <= 200
