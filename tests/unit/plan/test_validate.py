"""Each code of the table is given for its fault, and for nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.codes import CODES
from shared.plan.task_text import task_findings
from shared.plan.validate import PlanValidator
from testing.plans import good_records
from testing.shop import CATALOG
from tests.builders.records import decoded, good_record, step

VALIDATOR = PlanValidator(CATALOG)
Steps = list[dict[str, Any]]


def codes_after(change: Callable[[Steps], Any]) -> list[str]:
    record = good_record()
    change(record["plan"]["steps"])
    return [error["code"] for error in VALIDATOR.errors(record)]


def setting(position: int, name: str, value: Any) -> Callable[[Steps], Any]:
    return lambda steps: steps[position]["arguments"].update({name: value})


def member(position: int, name: str, value: Any) -> Callable[[Steps], Any]:
    return lambda steps: steps[position].update({name: value})


def test_a_good_record_and_its_decoded_parts_have_no_errors() -> None:
    assert VALIDATOR.errors(good_record()) == []
    assert VALIDATOR.errors(decoded()) == []


def test_generated_good_records_have_no_errors() -> None:
    assert [error for record in good_records(CATALOG, 60, seed=5) for error in VALIDATOR.errors(record)] == []


STEP_FAULTS: list[tuple[str, Callable[[Steps], Any]]] = [
    ("bad_index", member(1, "index", 5)),
    ("unknown_api", member(2, "api", "post_mail")),
    ("missing_argument", lambda steps: steps[0]["arguments"].pop("currency")),
    ("missing_argument", setting(0, "lines", [{"sku": "L-1"}])),
    ("unknown_argument", setting(0, "priority", 1)),
    ("unknown_argument", setting(0, "lines", [{"sku": "L-1", "quantity": 1, "colour": "red"}])),
    ("wrong_type", setting(1, "amount", "12.5")),
    ("wrong_type", setting(0, "lines", {"sku": "L-1", "quantity": 1})),
    ("wrong_type", setting(1, "amount", "for ${steps.1.order.total}")),
    ("not_in_enum", setting(1, "currency", "GBP")),
    ("bad_format", setting(0, "customer_id", "customer-17")),
    ("bad_format", setting(1, "due_on", "first of April")),
    ("bad_format", setting(2, "to", "Maria")),
    ("bad_format", setting(2, "send_at", "2026-04-01")),
    ("bad_format", setting(2, "link", "the bill")),
    ("out_of_range", setting(0, "lines", [{"sku": "L-1", "quantity": 0}])),
    ("python_repr", setting(2, "text", "{'a': 1}")),
    ("bad_dependency", member(1, "depends_on", [9])),
    ("bad_dependency", lambda steps: (steps[2].update(depends_on=[]), steps[1].update(depends_on=[1, 3]))),
    ("bad_dependency", member(1, "depends_on", [1, 1])),
    ("unresolved_reference", setting(1, "order_id", "${steps.1.order.uuid}")),
    ("unresolved_reference", setting(1, "order_id", "${steps.8.order.id}")),
    ("unresolved_reference", setting(1, "order_id", "${step.1.order.id}")),
    ("unresolved_reference", setting(1, "order_id", "{{steps.1.order.id}}")),
    ("unresolved_reference", setting(1, "order_id", "${order_id}")),
    ("undeclared_output", member(0, "outputs", [])),
    ("unknown_output", member(2, "outputs", ["receipt"])),
    ("reference_type", setting(1, "order_id", "${steps.1.order}")),
    ("reference_type", setting(1, "order_id", "${steps.1.order.placed_at}")),
    ("reference_type", setting(1, "amount", "${steps.1.order.status}")),
    ("reference_type", setting(1, "currency", "${steps.1.order.status}")),
    ("reference_type", setting(2, "subject", "About ${steps.1.order.lines}")),
    ("secret", setting(2, "text", "AKIA" + "QWERTYUIOPASDFGH")),
    ("personal_data", setting(2, "text", "Ask anna.real@gmail.com")),
]


@pytest.mark.parametrize(("code", "change"), STEP_FAULTS)
def test_a_fault_in_a_step_has_its_code(code: str, change: Callable[[Steps], Any]) -> None:
    assert code in codes_after(change)


def test_a_reference_to_a_later_step_or_itself_is_forward() -> None:
    assert "forward_reference" in codes_after(setting(1, "order_id", "${steps.3.mail_id}"))
    assert "forward_reference" in codes_after(setting(1, "order_id", "${steps.2.invoice.id}"))


def test_steps_that_wait_for_each_other_are_a_cycle() -> None:
    assert codes_after(member(0, "depends_on", [3])) == ["cycle"]


def test_a_reference_needs_a_dependency_direct_or_over_other_steps() -> None:
    assert codes_after(member(2, "depends_on", [2])) == []
    assert codes_after(member(2, "depends_on", [1])) == ["missing_dependency"]


def test_a_dependency_whose_outputs_are_not_used_is_refused_unless_it_has_none() -> None:
    def unused(steps: Steps) -> None:
        steps[2]["arguments"].pop("link")

    def order_only(steps: Steps) -> None:
        unused(steps)
        steps[1]["outputs"] = []

    assert codes_after(unused) == ["unused_dependency"]
    assert codes_after(order_only) == []


@pytest.mark.parametrize(
    ("code", "task"),
    [
        ("task_too_short", "Go"),
        ("task_too_short", "a b c"),
        ("task_too_long", "Please order a lamp. " * 200),
        ("task_names_api", "Please call create_order for Maria"),
        ("task_names_api", "Please do a POST /orders for Maria"),
        ("secret", "Order a lamp with the key ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
        ("personal_data", "Order a lamp and call +49 30 901820 when it is sent"),
    ],
)
def test_a_fault_in_the_task_has_its_code(code: str, task: str) -> None:
    assert [error["code"] for error in VALIDATOR.errors({**good_record(), "task_nl": task})] == [code]


@pytest.mark.parametrize(
    "task", ["为玛丽亚订两盏灯", "Track my order", "Order a lamp for Ann, phone +1 202-555-0143"]
)
def test_short_plain_tasks_are_fine(task: str) -> None:
    assert list(task_findings(task, frozenset())) == []


def test_a_confuser_is_a_known_api_that_is_not_called() -> None:
    for name in ("create_order", "nothing_such"):
        record = {**good_record(), "negatives": {"confusers": [name]}}
        assert [error["code"] for error in VALIDATOR.errors(record)] == ["bad_confuser"]


def test_a_broken_shape_is_told_before_anything_else() -> None:
    record = good_record()
    record["plan"]["steps"][0]["retries"] = -1
    record["plan"]["steps"][0]["api"] = "unknown"
    errors = VALIDATOR.errors(record)
    assert [error["code"] for error in errors] == ["schema"]
    assert errors[0]["path"] == "plan.steps[0].retries"


def test_messages_say_what_would_be_right() -> None:
    record = good_record()
    record["plan"]["steps"][1]["arguments"] |= {"order_id": "${steps.1.order.uuid}", "currency": "GBP"}
    record["plan"]["steps"][2]["api"] = "send_mails"
    messages = {error["code"]: error["message"] for error in VALIDATOR.errors(record)}
    assert "'order' has customer_id, id" in messages["unresolved_reference"]
    assert '"EUR", "USD", "CHF"' in messages["not_in_enum"]
    assert "near: send_mail" in messages["unknown_api"]


def test_a_refused_value_is_repeated_as_json_never_as_python() -> None:
    record = decoded()
    record["plan"]["steps"][0]["arguments"]["currency"] = {"value": None, "on": True}
    told = [error["message"] for error in PlanValidator(CATALOG).errors(record)]
    assert any('{"on":true,"value":null}' in message for message in told), told


def test_every_error_has_the_five_members_and_a_known_code() -> None:
    for _, change in STEP_FAULTS:
        record = good_record()
        change(record["plan"]["steps"])
        for error in VALIDATOR.errors(record):
            assert list(error) == ["code", "severity", "step", "path", "message"]
            assert error["code"] in CODES


def test_a_private_value_is_not_repeated_in_any_message() -> None:
    fake = "AKIA" + "QWERTYUIOPASDFGH"
    record = good_record()
    record["plan"]["steps"][1]["arguments"]["currency"] = fake
    errors = VALIDATOR.errors(record)
    assert {error["code"] for error in errors} == {"not_in_enum", "secret"}
    assert all(fake not in error["message"] for error in errors)


def test_values_of_the_catalog_itself_are_not_private() -> None:
    api = Api("ask", parameters=(Parameter("to", "body", "string", True, default="jake@jake.jake"),))
    plan = {"steps": [step(1, "ask", {"to": "jake@jake.jake"})], "expected_end_state": "asked"}
    assert (
        PlanValidator(Catalog("c", apis=(api,))).errors({"task_nl": "Ask Jake about the lamp", "plan": plan})
        == []
    )


def test_nothing_is_known_of_an_unknown_response() -> None:
    apis = (
        Api("a"),
        Api("b", parameters=(Parameter("x", "body", "integer", True, schema={"type": "integer"}),)),
    )
    steps = [
        step(1, "a", {}, outputs=["thing"]),
        step(2, "b", {"x": "${steps.1.thing[3].size}"}, depends_on=[1]),
    ]
    parts = {
        "task_nl": "Do the one thing and then the other",
        "plan": {"steps": steps, "expected_end_state": ""},
    }
    assert PlanValidator(Catalog("c", apis=apis)).errors(parts) == []


def test_a_bare_list_is_called_result() -> None:
    def orders(path: str) -> list[str]:
        listing = step(
            1, "list_orders", {"customer_id": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"}, outputs=["result"]
        )
        showing = step(2, "get_order", {"order_id": path}, depends_on=[1])
        parts = decoded(plan={"steps": [listing, showing], "expected_end_state": "shown"}, negatives={})
        return [error["code"] for error in VALIDATOR.errors(parts)]

    assert orders("${steps.1.result[0].id}") == []
    assert orders("${steps.1.result.id}") == ["unresolved_reference"]


def test_values_round_a_reference_are_still_checked() -> None:
    def lines(line: dict[str, Any]) -> list[str]:
        finding = step(1, "search_products", {}, outputs=["items"])
        record = decoded(negatives={})
        ordering = {**record["plan"]["steps"][0], "index": 2, "depends_on": [1]}
        ordering["arguments"] = {**ordering["arguments"], "lines": [line]}
        parts = {**record, "plan": {"steps": [finding, ordering], "expected_end_state": "ordered"}}
        return [error["code"] for error in VALIDATOR.errors(parts)]

    reference = "${steps.1.items[0].sku}"
    assert lines({"sku": reference, "quantity": 2}) == []
    assert lines({"sku": reference, "quantity": 0}) == ["out_of_range"]
    assert lines({"sku": "${steps.1.items[0].tags}", "quantity": 2}) == ["reference_type"]


def test_a_number_may_travel_as_text_in_a_path_but_not_in_a_body() -> None:
    number = {"type": "object", "properties": {"id": {"type": "integer"}}}
    text = {"type": "string"}
    apis = (
        Api("a", responses=number),
        Api("by_path", parameters=(Parameter("id", "path", "string", True, schema=text),)),
        Api("by_body", parameters=(Parameter("id", "body", "string", True, schema=text),)),
    )

    def codes(api: str) -> list[str]:
        steps = [step(1, "a", {}, outputs=["id"]), step(2, api, {"id": "${steps.1.id}"}, depends_on=[1])]
        parts = {
            "task_nl": "Do the one thing and then the other",
            "plan": {"steps": steps, "expected_end_state": ""},
        }
        return [error["code"] for error in PlanValidator(Catalog("c", apis=apis)).errors(parts)]

    assert codes("by_path") == []
    assert codes("by_body") == ["reference_type"]


def test_a_field_that_chooses_the_operation_is_written_out() -> None:
    chooser = Parameter("request_type", "body", "string", True, ("search",), schema={"type": "string"})
    validator = PlanValidator(Catalog("c", apis=(Api("a"), Api("search", parameters=(chooser,)))))

    def codes(value: str) -> list[str]:
        steps = [step(1, "a", {}, outputs=["x"]), step(2, "search", {"request_type": value}, depends_on=[1])]
        return [error["code"] for error in validator.plan_errors({"steps": steps})]

    assert "not_in_enum" in codes("${steps.1.x}")
    assert "not_in_enum" in codes("find")


def test_a_document_s_broken_schema_does_not_stop_validation() -> None:
    schema = {"type": "string", "pattern": "(?<broken"}
    api = Api("a", parameters=(Parameter("x", "body", "string", True, schema=schema),))
    validator = PlanValidator(Catalog("c", apis=(api,)))
    assert validator.plan_errors({"steps": [step(1, "a", {"x": "y"})]}) == []
    assert [e["code"] for e in validator.plan_errors({"steps": [step(1, "a", {"x": 1})]})] == ["wrong_type"]


def test_validating_changes_nothing() -> None:
    record = good_record()
    before = copy.deepcopy(record)
    VALIDATOR.errors(record)
    assert record == before
