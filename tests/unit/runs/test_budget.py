"""What a run may spend."""

from __future__ import annotations

import pytest

from shared.contracts.options import resolve
from shared.errors import BadRequestError
from shared.runs.budget import Budget, estimate, look_again_s, record_tokens
from shared.tokens import Tokens
from tests.builders.catalogs import shop


def test_a_run_without_bounds_has_no_budget() -> None:
    assert Budget.of(resolve({}), "gpt-4.1") is None


def test_tokens_count_prompt_and_answer() -> None:
    budget = Budget.of(resolve({"max_total_tokens": 1000}), "any")
    assert budget is not None
    assert budget.used_share(Tokens(prompt=300, cached=300, completion=200)) == 0.5


def test_dollars_count_cached_input_at_its_own_price() -> None:
    budget = Budget.of(resolve({"max_cost_usd": 1.0}), "gpt-4.1")
    assert budget is not None
    assert budget.used_share(Tokens(prompt=100_000)) == pytest.approx(0.2)
    assert budget.used_share(Tokens(prompt=100_000, cached=100_000)) == pytest.approx(0.05)


def test_of_two_bounds_the_nearer_one_counts() -> None:
    budget = Budget.of(resolve({"max_total_tokens": 10**9, "max_cost_usd": 0.002}), "gpt-4.1")
    assert budget is not None
    assert budget.used_share(Tokens(prompt=1000)) == pytest.approx(1.0)


def test_a_bound_in_dollars_on_a_model_said_to_have_no_price_is_refused_with_what_states_one() -> None:
    with pytest.raises(BadRequestError) as raised:
        Budget.of(resolve({"max_cost_usd": 1.0, "teacher_model": "my-own"}), "gpt-4.1")
    assert raised.value.code == "unknown_price"
    for word in ("max_cost_usd", "my-own", "teacher_price", "gpt-4.1-mini", "max_total_tokens"):
        assert word in raised.value.message


def test_a_deployment_of_any_name_costs_what_its_model_costs() -> None:
    told = Budget.of(resolve({"max_cost_usd": 1.0, "teacher_model": "gpt-4.1-2025-04-14"}), "blue")
    assert told is not None
    assert told.used_share(Tokens(prompt=100_000)) == pytest.approx(0.2)
    untold = Budget.of(resolve({"max_cost_usd": 1.0}), "blue")
    assert untold is not None
    assert untold.lacks_price("")
    assert not untold.lacks_price("gpt-4.1-2025-04-14")
    assert untold.used_share(Tokens(prompt=100_000), "gpt-4.1-2025-04-14") == pytest.approx(0.2)
    assert untold.lacks_price("my-own")


def test_a_stated_price_beats_the_table() -> None:
    price = {"prompt": 1.0, "completion": 4.0, "cached": 0.1}
    budget = Budget.of(resolve({"max_cost_usd": 1.0, "teacher_price": price}), "gpt-4.1")
    assert budget is not None
    assert budget.used_share(Tokens(1_000_000, 1_000_000, 0), "my-own") == pytest.approx(0.1)
    assert budget.used_share(Tokens(1_000_000, 0, 1_000_000), "my-own") == pytest.approx(5.0)


def test_looks_grow_dense_towards_the_end() -> None:
    looks = [look_again_s(share, 0.01) for share in (0.0, 0.5, 0.9, 0.99, 1.0)]
    assert looks == sorted(looks, reverse=True)
    assert looks[0] <= 15
    assert looks[-1] == 0.2


def test_an_estimate_grows_with_the_samples_and_knows_its_price() -> None:
    few = estimate(shop(), resolve({"samples": 10}), "gpt-4.1")
    many = estimate(shop(), resolve({"samples": 1000}), "gpt-4.1")
    assert many["tokens"] == 100 * few["tokens"]
    assert many["cost_usd"] == pytest.approx(100 * few["cost_usd"], rel=0.01)
    assert estimate(shop(), resolve({}), "my-deployment")["cost_usd"] is None


def test_a_judge_doubles_the_estimate() -> None:
    plain, judged = (
        estimate(shop(), resolve({"judge": judge, "judge_sample": 0}), "gpt-4.1") for judge in (False, True)
    )
    assert judged["tokens"] == 2 * plain["tokens"]


def test_a_record_is_mostly_its_prompt() -> None:
    one = record_tokens(shop())
    assert one.prompt > one.completion > 0
