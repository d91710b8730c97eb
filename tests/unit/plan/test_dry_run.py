"""The plan runs on paper with typed fakes, or says where it stops."""

from __future__ import annotations

from typing import Any

from shared.plan.dry_run import Run
from shared.plan.validate import PlanValidator
from testing.shop import CATALOG
from tests.builders.records import decoded, step

VALIDATOR = PlanValidator(CATALOG)


def ran(steps: list[dict[str, Any]]) -> Run:
    return VALIDATOR.acted_steps({"steps": steps})


def test_every_call_is_made_with_its_references_replaced() -> None:
    run = ran(decoded()["plan"]["steps"])
    assert run.findings == []
    assert [api for api, _ in run.calls] == ["create_order", "create_invoice", "send_mail"]
    assert run.calls[1][1]["order_id"] == "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"
    assert run.calls[2][1]["subject"] == "Order 1"
    assert run.calls[2][1]["link"] == "https://example.com/item/1"


def test_the_fakes_are_the_same_every_time() -> None:
    steps = decoded()["plan"]["steps"]
    assert ran(steps).calls == ran(steps).calls


def test_a_reference_that_resolves_to_nothing_stops_the_run() -> None:
    steps = decoded()["plan"]["steps"]
    steps[1]["arguments"]["order_id"] = "${steps.1.receipt.id}"
    run = ran(steps)
    assert [(error["code"], error["step"]) for error in run.findings] == [("dry_run", 2)]
    assert len(run.calls) == 1


def test_a_step_that_has_not_run_gives_nothing() -> None:
    steps = decoded()["plan"]["steps"]
    steps[0]["arguments"]["customer_id"] = "${steps.2.invoice.id}"
    assert ran(steps).findings[0]["step"] == 1
    waiting = [step(1, "search_products", {}, depends_on=[2]), step(2, "search_products", {})]
    assert "has not run" in ran(waiting).findings[0]["message"]


def test_a_value_of_the_wrong_type_is_not_sent() -> None:
    steps = decoded()["plan"]["steps"]
    steps[1]["arguments"]["amount"] = "${steps.1.order.lines}"
    assert "would be sent as array" in ran(steps).findings[0]["message"]


def test_an_unknown_api_cannot_be_called() -> None:
    assert "cannot be called" in ran([step(1, "nothing", {})]).findings[0]["message"]


def test_positions_beyond_the_first_stand_in_the_fake_too() -> None:
    steps = [
        step(1, "search_products", {}, outputs=["items"]),
        step(2, "get_product", {"product_id": "${steps.1.items[4].id}"}, depends_on=[1]),
    ]
    assert ran(steps).findings == []
