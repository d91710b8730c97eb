import pytest

from shared.dataset.prices import cost, is_emulator, model_price, price_list
from shared.tokens import Tokens

TABLE = {"models": {"m": {"input": 2.0, "cached_input": 0.5, "output": 8.0}}}


def test_cached_tokens_have_their_own_price():
    assert cost(Tokens(1_000_000, 400_000, 500_000), "m", TABLE) == pytest.approx(
        0.6 * 2 + 0.4 * 0.5 + 0.5 * 8
    )


def test_a_price_without_a_cached_one_bills_all_input_alike():
    assert cost(Tokens(1_000_000, 1_000_000, 0), "m", {"m": {"input": 1.0, "output": 1.0}}) == 1.0


def test_no_tokens_cost_nothing():
    assert cost(Tokens(), "m", TABLE) == 0


@pytest.mark.parametrize("model", ["unknown", "", "emulator-teacher", "m-large"])
def test_an_unknown_model_has_no_price(model):
    assert cost(Tokens(1, 0, 1), model, TABLE) is None


@pytest.mark.parametrize("model", ["m", "M", "m-2025-04-14", "m-2025-04-14.ft-8aad139b-depot", "m.ft-1"])
def test_versions_and_fine_tunes_cost_what_their_base_does(model):
    assert model_price(model, TABLE) == TABLE["models"]["m"]


def test_the_shipped_table_is_dated_and_says_that_prices_may_differ():
    table = price_list()
    assert len(table["as_of"]) == 10
    assert "may differ" in table["note"]


def test_the_shipped_prices_are_plausible():
    for name, price in price_list()["models"].items():
        assert 0 < price["cached_input"] <= price["input"] <= price["output"] <= 200, name


def test_emulators_are_told_by_their_names():
    assert is_emulator("emulator-teacher")
    assert not is_emulator("gpt-4.1")
