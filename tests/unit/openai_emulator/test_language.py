"""Operations as people speak of them."""

from __future__ import annotations

import pytest

from local.openai_emulator.planning.language import goal_of, plain


@pytest.mark.parametrize(
    ("name", "description", "method", "noun", "rest"),
    [
        ("createOrder", "", "POST", "order", "an order"),
        ("list_customers", "", "GET", "customers", "the customers"),
        ("agents_run_agent_thread", "", "POST", "agent thread", "the agent thread"),
        ("invoices", "", "GET", "invoices", "the invoices"),
        ("pay", "Pays an open invoice in full.", "POST", "", "an open invoice in full"),
        ("x-1", "Schedules a window and tells the channel", "POST", "x", "a window and tell the channel"),
    ],
)
def test_an_operation_becomes_a_goal(name, description, method, noun, rest):
    goal = goal_of(name, description, method)
    assert (goal.noun, goal.rest) == (noun, rest)
    assert goal.say(0).startswith(goal.verbs[0])


@pytest.mark.parametrize(
    "description", ["`POST /orders` body", "See https://example.com/a", "{{base}} call", ""]
)
def test_a_technical_description_is_not_repeated(description):
    assert goal_of("createOrder", description, "POST").rest == "an order"


def test_abbreviations_keep_their_capitals():
    assert plain("customerId") == "customer ID"
    assert plain("sku_ids") == "SKU IDs"
