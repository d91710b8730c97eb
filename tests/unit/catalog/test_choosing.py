"""Which field chooses the operation among requests to one url, and which merely looks so."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import collection, read, request


def pins(root: Any) -> list[set[str]]:
    """Of each operation the parameters that take one value only."""
    return [{p.name for p in api.parameters if p.required and len(p.enum) == 1} for api in read(root).apis]


def posts(field: str, **values: str) -> list[dict[str, Any]]:
    return [
        request(title.replace("_", " "), "{{base}}/hub", "POST", body={field: value, "count": 3})
        for title, value in values.items()
    ]


@pytest.mark.parametrize(
    "action", ["http://example.test/calc/{}", '"http://example.test/ICalc/{}"', "Calc_20250101.{}", "urn:{}"]
)
def test_a_header_that_names_the_operation_by_a_uri_or_a_version_chooses(action: str) -> None:
    items = [
        request(
            name,
            "{{base}}",
            "POST",
            body="<x/>",
            header=[{"key": "SOAPAction", "value": action.format(name)}],
        )
        for name in ("Add", "Subtract")
    ]
    assert pins(collection(*items)) == [{"SOAPAction"}, {"SOAPAction"}]


def test_the_header_that_names_the_target_chooses_whatever_the_requests_are_called() -> None:
    items = [
        request(
            name,
            "{{base}}",
            "POST",
            body={field: 1},
            header=[{"key": "X-Amz-Target", "value": f"Db_2012.{name}Item"}],
        )
        for name, field in (("A", "x"), ("B", "y"))
    ]
    assert pins(collection(*items)) == [{"X-Amz-Target"}, {"X-Amz-Target"}]


def test_a_uri_in_a_body_chooses_nothing() -> None:
    items = posts("callback", Add="https://example.test/add", Drop="https://example.test/drop")
    assert pins(collection(*items)) == [set(), set()]


def test_only_the_words_that_differ_speak_for_a_field() -> None:
    assert pins(collection(*posts("name", New_route="north_route", Other_route="south_route"))) == [set()] * 2
    assert pins(collection(*posts("op", Take="shop_take", Give="shop_give"))) == [{"op"}] * 2


def test_a_value_that_says_less_than_the_others_is_in_the_name_whole() -> None:
    assert pins(collection(*posts("op", Order="order", Cancel_the_order="order_cancel"))) == [{"op"}] * 2


def test_a_long_word_may_be_abbreviated() -> None:
    items = posts("command", Import_a_certificate="ADD_CERT", Import_a_key="ADD_KEY")
    assert pins(collection(*items)) == [{"command"}] * 2


def test_a_value_cut_short_chooses_nothing() -> None:
    items = [
        request(f"Try {n}", "{{base}}", "POST", body={"data": f"x{n}yz...", f"f{n}": n}) for n in (1, 2, 3)
    ]
    assert pins(collection(*items)) == [set()] * 3


def coded(path: str, **codes: str) -> list[dict[str, Any]]:
    """Requests whose names say nothing, each with fields of its own."""
    return [
        request(f"{path} {title}", f"{{{{base}}}}/{path}", "POST", body={"code": code, title: 1})
        for title, code in codes.items()
    ]


def test_where_names_say_nothing_a_field_with_other_fields_for_each_value_chooses() -> None:
    assert pins(collection(*coded("hub", a="CRT", b="UPD", c="DLT"))) == [{"code"}] * 3
    both = [*coded("hub", a="CRT", b="UPD", c="DLT"), *coded("desk", d="LST", e="CNT", f="SUM")]
    assert pins(collection(*both)) == [{"code"}] * 6


@pytest.mark.parametrize("others", [{"x": "KVKKPB"}, {"x": "WWQRTZ", "y": "WWQRTZ"}])
def test_a_field_that_other_urls_take_as_data_chooses_nothing(others: dict[str, str]) -> None:
    items = [*coded("get", a="KVKKPB", b="RPMHRI", c="KLVHQD"), *coded("cancel", **others)]
    assert not any(pins(collection(*items)))


def test_equal_names_are_told_apart_by_all_that_differs() -> None:
    """Where two requests differ in headers or answers only, no name depends on which comes first."""
    answer = [{"code": 200, "body": '{"id": 1}'}]
    items = [
        request("Get", "{{base}}/x", header=[{"key": "X-Group", "value": "a"}]),
        request("Get", "{{base}}/x"),
        {**request("Get", "{{base}}/x"), "response": answer},
    ]

    def apis(*order: int) -> dict[str, Api]:
        return {api.name: api for api in read(collection(*(items[i] for i in order))).apis}

    assert apis(0, 1, 2) == apis(2, 1, 0) == apis(1, 2, 0)


@pytest.mark.parametrize("field", ["firstName", "name", "user_id", "label", "customer-id", "city"])
def test_plain_data_never_chooses_though_its_words_are_in_the_names(field: str) -> None:
    items = posts(field, Add_testfsp1_Fname="testfsp1Fname", Add_testfsp2_Lname="testfsp2Lname")
    assert pins(collection(*items)) == [set()] * 2


@pytest.mark.parametrize(
    "field", ["op", "action", "method", "Command", "operationName", "actionId", "opCode"]
)
def test_two_requests_that_look_alike_are_told_apart_by_a_field_of_that_name(field: str) -> None:
    assert pins(collection(*posts(field, First="crt", Second="dlt"))) == [{field}] * 2


def test_of_two_fields_that_look_alike_the_one_with_the_name_of_a_chooser_chooses() -> None:
    values = {"Start_pump": "start", "Stop_valve": "stop"}
    items = [
        request(title, "{{base}}/hub", "POST", body={"device": title.split("_")[1], "action": value})
        for title, value in values.items()
    ]
    assert pins(collection(*items)) == [{"action"}] * 2
