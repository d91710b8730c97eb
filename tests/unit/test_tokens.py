"""Tokens add up, kind by kind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.tokens import Tokens

TOKENS = st.builds(Tokens, *[st.integers(0, 10**9)] * 3)


@given(st.lists(TOKENS, max_size=6))
def test_a_sum_is_the_sum_of_each_kind_in_any_order(parts: list[Tokens]) -> None:
    whole = Tokens.sum(parts)
    assert whole == Tokens.sum(reversed(parts))
    assert whole.kinds() == {
        kind: sum(part.kinds()[kind] for part in parts) for kind in ("prompt", "cached", "completion")
    }
    assert whole.total == sum(part.total for part in parts)


@given(TOKENS, TOKENS)
def test_what_was_added_can_be_taken_away(one: Tokens, other: Tokens) -> None:
    assert one + other - other == one


@given(TOKENS, st.integers(0, 100))
def test_a_multiple_is_that_many_added(one: Tokens, times: int) -> None:
    assert one.scaled(times) == Tokens.sum([one] * times)


@given(TOKENS)
def test_what_is_written_reads_back(one: Tokens) -> None:
    assert Tokens.read(one.kinds()) == Tokens.read(one.to_json()) == one
    assert Tokens.of(list(one.kinds().values())) == one


def test_a_fraction_is_rounded_up() -> None:
    assert Tokens(1, 2, 3).scaled(1, 2) == Tokens(1, 1, 2)


def test_other_versions_may_count_more_or_fewer_kinds() -> None:
    assert Tokens.read({"prompt": 3, "later": 9}) == Tokens(3)
    assert Tokens.of([1]) == Tokens(1)
    assert Tokens.of([1, 2, 3, 4]) == Tokens(1, 2, 3)


def test_what_is_stored_has_three_kinds_always_and_the_others_where_true() -> None:
    assert Tokens().kinds() == {"prompt": 0, "cached": 0, "completion": 0}
    assert Tokens(3, reasoning=2, estimated=True).kinds() == {
        "prompt": 3,
        "cached": 0,
        "completion": 0,
        "reasoning": 2,
        "estimated": True,
    }
