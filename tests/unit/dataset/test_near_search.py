"""Every near-duplicate is found, whatever the texts have in common, and little else is compared."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from shared.dataset import wording
from shared.dataset.near_search import NearSearch
from shared.dataset.texts import Texts

THRESHOLD = 0.85


def _of_one_mould(count: int, seed: int) -> list[str]:
    """Texts of which only four words differ, so that all of them are alike."""
    rng = Random(seed)
    names = [f"{a}{b}" for a in ("lo", "mi", "ra", "tu") for b in ("ben", "dor", "kel")]
    blank = "please look up {} in the books of {} and tell {} before noon what is owed to {} by now"
    return [blank.format(*(rng.choice(names) for _ in range(4))) for _ in range(count)]


def _texts(lines: list[str]) -> Texts:
    made = Texts()
    for line in lines:
        made.append(line)
    return made


def _alike(lines: list[str], one: int, other: int) -> float:
    return wording.similarity(wording.said(lines[one]), wording.said(lines[other]))


@pytest.mark.parametrize("seed", range(4))
def test_all_pairs_at_or_above_the_threshold_are_found(seed: int) -> None:
    lines = _of_one_mould(120, seed)
    search = NearSearch(_texts(lines), range(60), THRESHOLD)
    known = {pair for pair in itertools.combinations(range(60), 2) if _alike(lines, *pair) >= THRESHOLD}
    assert known
    assert {(b, a) for a, b, alike in search.pairs() if alike >= THRESHOLD} == known
    for line in range(60, 120):
        found = {position for position, alike in search.near(lines[line]) if alike >= THRESHOLD}
        assert found == {position for position in range(60) if _alike(lines, line, position) >= THRESHOLD}


def test_what_is_told_of_a_pair_is_how_alike_it_is() -> None:
    lines = _of_one_mould(60, 1)
    for one, other, alike in NearSearch(_texts(lines), range(60), THRESHOLD).pairs():
        assert alike == _alike(lines, one, other)


def test_few_of_the_pairs_of_one_mould_are_compared() -> None:
    lines = _of_one_mould(120, 2)
    pairs = list(NearSearch(_texts(lines), range(120), THRESHOLD).pairs())
    assert len(pairs) < 1.5 * sum(alike >= THRESHOLD for _, _, alike in pairs) + 20


@pytest.mark.parametrize("text", ["", "word", "=7"])
def test_a_text_of_few_words_is_found_again(text: str) -> None:
    search = NearSearch(_texts([text, "something else"]), [0, 1], THRESHOLD)
    assert [position for position, _ in search.near(text)] == ([0] if text else [])
