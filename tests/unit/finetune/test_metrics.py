"""Scores of a plan against its reference, and how sure their means are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.finetune.metrics import Score, bootstrap, difference, f1, interval, score, wilson


def plan(*calls: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"steps": [{"api": api, "arguments": arguments} for api, arguments in calls]}


REFERENCE = plan(("get", {"id": 1}), ("pay", {"amount": 2.5, "to": {"b": 1, "a": 2}}))


def test_the_reference_itself_scores_full() -> None:
    assert score(REFERENCE, REFERENCE, schema_valid=True, clean=True) == Score(1, 1, 1, 1, 1, 1)


def test_an_answer_that_is_no_json_scores_nothing() -> None:
    assert score(None, REFERENCE, schema_valid=False, clean=False) == Score()


def test_the_order_of_keys_in_a_value_does_not_count() -> None:
    other = plan(("get", {"id": 1}), ("pay", {"to": {"a": 2, "b": 1}, "amount": 2.5}))
    assert score(other, REFERENCE, schema_valid=True, clean=True).argument_f1 == 1


def test_another_order_keeps_the_set_but_not_the_sequence() -> None:
    other = plan(("pay", {"amount": 2.5, "to": {"b": 1, "a": 2}}), ("get", {"id": 1}))
    found = score(other, REFERENCE, schema_valid=True, clean=True)
    assert (found.exact_sequence, found.api_f1, found.argument_f1) == (0, 1, 1)


def test_a_call_more_and_a_value_wrong_cost_their_share() -> None:
    other = plan(("get", {"id": 9}), ("pay", {"amount": 2.5, "to": {"b": 1, "a": 2}}), ("log", {}))
    found = score(other, REFERENCE, schema_valid=True, clean=False)
    assert (found.api_f1, found.argument_f1, found.clean) == (pytest.approx(0.8), pytest.approx(2 / 3), 0)


@pytest.mark.parametrize(
    "broken", [{}, {"steps": 3}, {"steps": [1, {"api": None}, {"api": "get", "arguments": []}]}]
)
def test_a_broken_plan_is_compared_as_far_as_it_goes(broken: dict[str, Any]) -> None:
    found = score(broken, REFERENCE, schema_valid=False, clean=True)
    assert (found.valid_json, found.schema_valid, found.clean, found.exact_sequence) == (1, 0, 0, 0)


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_f1_is_symmetric_and_a_share(left: list[int], right: list[int]) -> None:
    value = f1(Counter(left), Counter(right))
    assert 0 <= value <= 1
    assert value == f1(Counter(right), Counter(left))
    assert (value == 1) == (Counter(left) == Counter(right))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(0, 0, 0, 1), (8, 10, 0.490, 0.943), (10, 10, 0.722, 1), (0, 10, 0, 0.278), (50, 100, 0.404, 0.596)],
)
def test_the_interval_of_a_share_is_wilsons(successes: int, count: int, low: float, high: float) -> None:
    assert wilson(successes, count) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_resampled_interval_lies_among_the_values_and_repeats(values: list[float]) -> None:
    low, high = bootstrap(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == bootstrap(values)


def test_a_metric_comes_with_its_interval() -> None:
    assert interval("clean", [1, 1, 0, 1]) == {"value": 0.75, "low": 0.300642, "high": 0.954413}
    assert interval("api_f1", []) == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_a_constant_difference_is_certain() -> None:
    assert difference([1, 0.75], [0.5, 0.25]) == {"value": 0.5, "low": 0.5, "high": 0.5}
