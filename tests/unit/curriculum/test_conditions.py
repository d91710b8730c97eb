"""Each variation is asked only where something carries it."""

from __future__ import annotations

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import VARIATIONS
from shared.curriculum.candidate import Candidate
from shared.curriculum.conditions import CONDITIONS, carriers
from shared.curriculum.facts import Facts
from tests.builders.catalogs import listing, text

ONE = text("order_id", "path", required=True)
LIMIT = Parameter("limit", "query", "integer", schema={"type": "integer", "maximum": 100})
APIS = (
    Api("create_order", method="POST", path="/orders", parameters=(text("note", required=True),)),
    Api("find_orders", method="GET", path="/orders", parameters=(text("query", "query"), LIMIT), responses=listing("orders", id="string")),
    Api("get_order", method="GET", path="/orders/{order_id}", parameters=(ONE,)),
    Api("list_lines", method="GET", path="/orders/{order_id}/lines", parameters=(ONE,), responses=listing("lines", id="string")),
    Api("put_order", method="PUT", path="/orders/{order_id}", parameters=(ONE, text("note", required=True), text("retention_period"))),
    Api("delete_order", method="DELETE", path="/orders/{order_id}", parameters=(ONE,)),
)  # fmt: skip
FACTS = Facts(Catalog("shop", apis=APIS))


def carries(variation: str, *focus: str) -> bool:
    return any(carriers(FACTS, Candidate.of(FACTS, focus))[variation])


def test_there_is_one_condition_for_each_variation():
    assert set(CONDITIONS) == {*VARIATIONS, "plain"}


@pytest.mark.parametrize(
    ("variation", "fit", "unfit"),
    [
        ("idempotency", ("find_orders", "create_order"), ("create_order",)),
        ("idempotency", ("put_order",), ("get_order",)),
        ("idempotency", ("delete_order",), ("find_orders",)),
        ("multi_entity", ("get_order",), ("find_orders",)),
        ("performance", ("get_order", "list_lines"), ("create_order",)),
        ("performance", ("find_orders",), ("delete_order",)),
        ("missing_info", ("find_orders",), ("get_order",)),
        ("missing_info", ("find_orders",), ("find_orders", "create_order")),
        ("cost_aware", ("find_orders",), ("create_order",)),
        ("cost_aware", ("find_orders",), ("get_order", "delete_order")),
        ("performance", ("get_order", "list_lines"), ("get_order", "put_order")),
        ("compliance", ("put_order",), ("get_order",)),
        ("edge_case_constraints", ("find_orders",), ("create_order",)),
    ],
)
def test_a_variation_is_carried_by_what_it_needs(
    variation: str, fit: tuple[str, ...], unfit: tuple[str, ...]
):
    assert carries(variation, *fit)
    assert not carries(variation, *unfit)


def test_the_argument_that_carries_a_variation_is_filled_and_named():
    found = carriers(FACTS, Candidate.of(FACTS, ("find_orders",)))["edge_case_constraints"][0]
    assert found is not None
    assert found.fill == ("find_orders", "limit")
    assert "maximum 100" in found.note
