"""Operations as people speak of them."""

from __future__ import annotations

import pytest

from local.openai_emulator.planning.goals import goal_of
from local.openai_emulator.planning.language import plain


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
    ("name", "method", "path", "said"),
    [
        ("PATCH_Request", "PATCH", "/patch", "send the patch request"),
        ("search", "GET", "/v1/search", "run the search"),
        ("Register", "POST", "/users/register", "register the user"),
        ("authenticate", "POST", "/auth", "sign in"),
        ("QR_code", "POST", "/nexo", "submit the QR code"),
        ("Payment_tokenisation", "POST", "/nexo", "submit the payment tokenisation"),
        ("online_shopping", "", "", "run the online shopping"),
        ("enroll_in_course", "", "", "enroll in the course"),
        ("gallon_to_liter", "", "", "convert gallon to liter"),
        ("create_or_join_lobby", "PUT", "/lobbies", "create or join a lobby"),
        ("purchase_insurance", "", "", "purchase the insurance"),
    ],
)
def test_a_name_without_a_usual_verb_or_without_a_thing_becomes_a_goal_all_the_same(name, method, path, said):
    assert goal_of(name, "", method, path).say(0) == said


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("Send a specific email to a given address", "send an email to an address"),
        ("This is a POST request with a body", "set up an order"),
    ],
)
def test_a_description_is_said_without_empty_words_and_only_where_it_is_an_order(description, said):
    assert goal_of("createOrder", description, "POST").say(0) == said


@pytest.mark.parametrize(
    "description", ["`POST /orders` body", "See https://example.com/a", "{{base}} call", ""]
)
def test_a_technical_description_is_not_repeated(description):
    assert goal_of("createOrder", description, "POST").rest == "an order"


def test_abbreviations_keep_their_capitals():
    assert plain("customerId") == "customer ID"
    assert plain("sku_ids") == "SKU IDs"
