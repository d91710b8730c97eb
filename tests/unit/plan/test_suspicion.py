"""Values that fit their types and are wrong all the same are found, and look-alikes that are right are not."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.resources import given_resource, wanted_resource
from shared.plan.validate import PlanValidator
from testing.shop import CATALOG, STRING, obj
from tests.builders.records import step

VALIDATOR = PlanValidator(CATALOG)
ADDRESS = {"street": "Lindenweg 3", "city": "Bern", "country": "CH"}


def shipment(order_id: str, customer_id: str) -> list[str]:
    steps = [
        step(1, "find_customer", {"email": "maria.keller@example.com"}, outputs=["customers"]),
        step(2, "get_order", {"order_id": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"}, outputs=["order"]),
        step(
            3,
            "create_shipment",
            {"order_id": order_id, "customer_id": customer_id, "address": ADDRESS, "weight_grams": 5},
            depends_on=[1, 2],
        ),
    ]
    return [error["code"] for error in VALIDATOR.plan_errors({"steps": steps})]


def test_ids_in_their_places_are_fine() -> None:
    assert shipment("${steps.2.order.id}", "${steps.1.customers[0].id}") == []


def test_exchanged_ids_are_swapped_arguments() -> None:
    swapped = shipment("${steps.1.customers[0].id}", "${steps.2.order.id}")
    assert swapped == ["swapped_arguments", "swapped_arguments"]


def test_another_resource_s_id_is_suspect_when_the_right_one_is_at_hand() -> None:
    steps = [
        step(1, "get_order", {"order_id": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"}, outputs=["order"]),
        step(2, "get_order", {"order_id": "${steps.1.order.customer_id}"}, depends_on=[1]),
    ]
    assert [error["code"] for error in VALIDATOR.plan_errors({"steps": steps})] == ["suspect_reference"]


@pytest.mark.parametrize(
    ("low", "high", "codes"),
    [
        ("2026-04-01", "2026-05-01", []),
        ("2026-05-01", "2026-04-01", ["swapped_arguments"]),
    ],
)
def test_a_period_starts_before_it_ends(low: str, high: str, codes: list[str]) -> None:
    for api, arguments in (
        ("start_report", {"period": {"start": low, "end": high}}),
        (
            "list_orders",
            {"customer_id": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80", "placed_from": low, "placed_to": high},
        ),
    ):
        assert [e["code"] for e in VALIDATOR.plan_errors({"steps": [step(1, api, arguments)]})] == codes


def two_texts(first: Any, second: Any, names: tuple[str, str] = ("city", "person")) -> list[str]:
    parameters = (
        Parameter(names[0], "body", "string", default="Berlin"),
        Parameter(names[1], "body", "string", default="Maria"),
    )
    validator = PlanValidator(Catalog("c", apis=(Api("a", parameters=parameters),)))
    steps = [step(1, "a", {names[0]: first, names[1]: second})]
    return [error["code"] for error in validator.plan_errors({"steps": steps})]


def test_two_arguments_with_each_other_s_example_are_swapped() -> None:
    assert two_texts("Maria", "Berlin") == ["swapped_arguments"]
    assert two_texts("Berlin", "Maria") == two_texts("Maria", "Maria") == two_texts("Maria", "Rome") == []


def test_routes_between_places_have_no_order() -> None:
    assert two_texts("Zurich", "Bern", names=("from", "to")) == []


@pytest.mark.parametrize(
    ("path", "parameter", "resource"),
    [
        ("/x", "order_id", "order"),
        ("/x", "orderId", "order"),
        ("/orders/{id}", "id", "order"),
        ("/categories/:id", "id", "category"),
        ("/x", "name", ""),
        ("/x", "id", ""),
    ],
)
def test_a_parameter_says_whose_id_it_takes(path: str, parameter: str, resource: str) -> None:
    assert wanted_resource(Api("a", path=path), parameter) == resource


@pytest.mark.parametrize(
    ("path", "parts", "resource"),
    [
        ("/x", ("order", "id"), "order"),
        ("/x", ("items", 0, "order_id"), "order"),
        ("/orders", ("data", 0, "id"), "order"),
        ("/orders/{id}", ("id",), "order"),
        ("/orders/{id}/copy", ("id",), ""),
        ("/orders", ("result", 0, "total"), ""),
    ],
)
def test_a_response_path_says_whose_id_it_holds(path: str, parts: Any, resource: str) -> None:
    assert given_resource(Api("a", path=path, responses=obj(id=STRING)), parts) == resource
