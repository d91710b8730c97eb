import pytest

from shared.dataset.wording import Wording, said, similarity, words
from tests.builders.outcomes import plan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cancel it, NOW!", ["cancel", "it", "now"]),
        ("mail anna@example.com by 2026-03-01", ["mail", "anna@example.com", "by", "2026-03-01"]),
        ("don't", ["don't"]),
        ("\uff21 stra\u00dfe", ["a", "strasse"]),
        ("注文を", ["注", "文", "を"]),
        ("注文#7を見る", ["注", "文", "7", "を", "見", "る"]),
        ("can\u00adcel\u200b it", ["cancel", "it"]),
        ("", []),
    ],
)
def test_words_are_folded_and_without_punctuation(text, expected):
    assert words(text) == expected


def test_values_are_masked_and_other_words_are_not():
    wording = Wording.of("Ship 12 lamps to Oslo for a@b.ch", plan("ship", city="Oslo"))
    assert wording.masked == ["ship", "#", "lamps", "to", "#", "for", "#"]


def test_references_and_long_texts_in_arguments_are_no_values():
    made = plan("note", text="the lamp " * 50, parent="${steps.1.lamp}")
    assert Wording.of("paint the lamp", made).masked == ["paint", "the", "lamp"]


def test_values_inside_lists_and_objects_count():
    made = plan("tag", filter={"colours": ["blue", {"deep": "teal"}]}, urgent=True)
    assert Wording.of("tag blue and teal things true to life", made).masked.count("#") == 2


def test_a_packed_wording_comes_back_whole():
    wording = Wording.of("Ship 12 lamps = 3 #4 to Oslo", plan("ship", city="Oslo"))
    assert Wording.unpack(wording.pack()) == wording
    assert said(wording.pack()) == wording.said


def test_similarity_is_the_share_of_common_pieces():
    assert similarity(frozenset("abc"), frozenset("bcd")) == 0.5
    assert similarity(frozenset(), frozenset()) == 1.0
    assert similarity(frozenset("a"), frozenset()) == 0.0
