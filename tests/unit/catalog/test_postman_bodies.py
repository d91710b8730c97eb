"""Bodies and rows of Postman requests that are more, or less, than they look."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import codes, collection, only, read, request

FORM = [{"key": "Content-Type", "value": "application/x-www-form-urlencoded"}]


def shape(api: Api) -> dict[str, tuple[str, bool, Any]]:
    return {p.name: (p.type, p.required, p.default) for p in api.parameters}


def test_a_body_under_get_is_left_out_as_postman_does_and_noted() -> None:
    catalog = read(collection(request("r", body={"a": 1})))
    assert (catalog.apis[0].parameters, codes(catalog)) == ((), ["body_left_out"])


@pytest.mark.parametrize("body", ["", {"mode": "none"}, {"mode": "urlencoded", "urlencoded": []}])
def test_an_empty_body_under_get_is_nothing_to_note(body: Any) -> None:
    assert codes(read(collection(request("r", body=body)))) == []


@pytest.mark.parametrize("place", ["request", "collection"])
def test_a_body_under_get_is_kept_where_the_collection_asks_for_it(place: str) -> None:
    asks: dict[str, Any] = {"protocolProfileBehavior": {"disableBodyPruning": True}}
    item = request("r", body={"a": 1}) | (asks if place == "request" else {})
    assert "a" in shape(only(collection(item, **(asks if place == "collection" else {}))))


def test_disabled_rows_that_are_described_are_optional_parameters() -> None:
    rows = [
        {"key": "page", "value": "2", "description": "Page, required", "disabled": True},
        {"key": "debug", "value": "1", "disabled": True},
    ]
    item = request(
        "r", {"raw": "{{b}}/x", "query": rows}, "POST", body={"mode": "urlencoded", "urlencoded": rows[:1]}
    )
    catalog = read(collection(item))
    assert {p.name: p.required for p in catalog.apis[0].parameters} == {"page": False, "form_page": False}
    assert [d.message for d in catalog.diagnostics if d.code == "disabled"] == [
        "Disabled in the query, left out: debug."
    ]


@pytest.mark.parametrize(
    ("text", "type_", "format_"),
    [
        ("<boolean>", "boolean", None), ("<integer>", "integer", None), ("<long>", "integer", None),
        ("<number>", "number", None), ("<double>", "number", None), ("<string>", "string", None),
        ("<dateTime>", "string", "date-time"), ("<date>", "string", "date"), ("<uuid>", "string", "uuid"),
    ],
)  # fmt: skip
def test_placeholders_of_generators_are_types_wherever_they_stand(
    text: str, type_: str, format_: str | None
) -> None:
    url = {
        "raw": "{{b}}/x/:p",
        "variable": [{"key": "p", "value": text}],
        "query": [{"key": "q", "value": text}],
    }
    api = only(collection(request("r", url, "POST", body={"f": text, "o": {"i": text}, "l": [text]})))
    for name in "pqf":
        found = api.parameter(name)
        assert found is not None
        assert (found.type, found.schema.get("format"), found.default) == (type_, format_, None)
    nested = api.parameter("o"), api.parameter("l")
    assert nested[0].schema["properties"]["i"]["type"] == nested[1].schema["items"]["type"] == type_
    assert nested[0].default is nested[1].default is None


@pytest.mark.parametrize("text", ["<b>", "<name of the shop>", "<a@example.com>", "<null>"])
def test_other_texts_in_angle_brackets_are_texts(text: str) -> None:
    (found,) = only(collection(request("r", method="POST", body={"f": text}))).parameters
    assert (found.type, found.default is not None) == ("string", True)


@pytest.mark.parametrize("header", [FORM, []])
def test_a_form_sent_as_text_is_its_fields(header: list[dict[str, str]]) -> None:
    api = only(collection(request("r", method="POST", header=header, body="name=Ann%20B&size=3&debug=")))
    assert [p.location for p in api.parameters] == ["form"] * 3
    assert shape(api) == {
        "name": ("string", True, "Ann B"),
        "size": ("integer", True, 3),
        "debug": ("string", False, None),
    }


@pytest.mark.parametrize("text", ["a = b & c", "x=1", "1 & 2 = 0", "see a=b&c=d please"])
def test_other_texts_stay_opaque(text: str) -> None:
    assert list(shape(only(collection(request("r", method="POST", body=text))))) == ["body"]


TWO = "query Hello { hello }\nmutation MakePerson($name: String!) { makePerson(name: $name) { id } }"


@pytest.mark.parametrize("sent", [{"operationName": "MakePerson"}, {"variables": '{"name": "x"}'}])
def test_of_several_graphql_operations_the_one_that_is_sent_is_read_and_the_others_noted(
    sent: dict[str, Any],
) -> None:
    catalog = read(
        collection(request("r", method="POST", body={"mode": "graphql", "graphql": {"query": TWO, **sent}}))
    )
    found = shape(catalog.apis[0])
    assert (found["operationName"][2], found["name"][1]) == ("MakePerson", True)
    assert codes(catalog) == ["graphql_operations_left_out"]
    assert "Hello" in catalog.diagnostics[0].message


def test_graphql_sent_as_its_own_content_type_is_read() -> None:
    header = [{"key": "Content-Type", "value": "application/graphql"}]
    catalog = read(
        collection(request("r", method="POST", header=header, body="{ persons(first: 3) { id } }"))
    )
    assert (shape(catalog.apis[0])["first"], codes(catalog)) == (("integer", True, 3), [])


def test_variables_of_a_graphql_text_that_cannot_be_read_are_kept() -> None:
    body = {"mode": "graphql", "graphql": {"query": "query X { a(", "variables": '{"size": 3}'}}
    assert shape(only(collection(request("r", method="POST", body=body))))["size"] == ("integer", False, 3)


SOAP = """<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:w="urn:w">
  <soap:Header>{header}</soap:Header>
  <soap:Body><w:GetForecast><!-- where --><w:City>Rome</w:City><w:Days>?</w:Days>
    <w:Place><w:Lat>1.5</w:Lat><w:Lon>2</w:Lon></w:Place><w:Tag>a</w:Tag><w:Tag><![CDATA[b]]></w:Tag></w:GetForecast></soap:Body>
</soap:Envelope>"""


def test_a_soap_message_shows_the_elements_of_its_operation_as_parameters() -> None:
    catalog = read(collection(request("r", method="POST", body=SOAP.format(header=""))))
    assert shape(catalog.apis[0]) == {
        "City": ("string", True, "Rome"),
        "Days": ("string", False, None),
        "Place": ("object", True, {"Lat": "1.5", "Lon": "2"}),
        "Tag": ("array", True, ["a", "b"]),
    }
    assert codes(catalog) == []


def test_the_header_of_a_soap_message_is_noted_and_its_credentials_are_gone() -> None:
    login = "<Security><Username>ann</Username><Password>N0t-a-real-1</Password></Security>"
    catalog = read(collection(request("r", method="POST", body=SOAP.format(header=login))))
    assert codes(catalog) == ["soap_left_out"]
    assert "N0t-a-real-1" not in str(catalog)


@pytest.mark.parametrize("text", ["<a><b>1</b></a>", "<Envelope><Body>", "<!DOCTYPE x><Envelope><Body><a><b/></a></Body></Envelope>",
                                  "<Envelope><Body><a><b></a></b></Body></Envelope>", "<Envelope>" * 5_000])  # fmt: skip
def test_other_xml_stays_opaque(text: str) -> None:
    assert list(shape(only(collection(request("r", method="POST", body=text))))) == ["body"]


def test_what_lies_too_deep_in_a_body_is_noted() -> None:
    body = {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}
    assert "schema_cut" in codes(read(collection(request("Add", "{{b}}/x", "POST", body=body))))


@pytest.mark.parametrize(
    "text", ['\ufeff{"a": 1}', '{"a": <integer>, "b": [<string>, <string>], "c": {"d": <long>}}']
)
def test_what_exporters_write_that_is_no_json_is_read(text: str) -> None:
    api = only(collection(request("r", method="POST", body=text)))
    assert (api.parameters[0].name, api.parameters[0].type) == ("a", "integer")


def test_a_field_of_several_files_is_a_list() -> None:
    rows = [
        {"key": "pictures", "type": "file", "src": ["/a.png", "/b.png"]},
        {"key": "scan", "type": "file", "src": ["/a.pdf"]},
    ]
    body = {"mode": "formdata", "formdata": rows}
    assert {p.name: p.type for p in only(collection(request("r", method="POST", body=body))).parameters} == {
        "pictures": "array",
        "scan": "string",
    }


@pytest.mark.parametrize("body", [{"id": 1}, '{"id": 1, // number\n}', '{"id": {{n}}}'])
def test_an_example_response_is_read_however_it_is_written(body: Any) -> None:
    api = only(collection(request("r", response=[{"code": 200, "body": body}])))
    assert list(api.responses["properties"]) == ["id"]


def test_an_example_response_that_cannot_be_read_is_noted() -> None:
    catalog = read(collection(request("r", response=[{"code": 200, "body": '{"id": 1, ...}'}])))
    assert codes(catalog) == ["response_not_json"]


def test_a_described_header_is_a_parameter_and_required_where_it_is_called_so() -> None:
    rows = [
        {"key": "Accept-Language", "value": "de", "description": "Language of texts"},
        {"key": "If-Match", "value": "7", "description": "Required. Version"},
        {"key": "Accept", "value": "*/*", "description": "Any"},
        {"key": "Origin", "value": "x"},
    ]
    api = only(collection(request("r", header=rows)))
    assert [(p.name, p.required) for p in api.parameters] == [("Accept-Language", False), ("If-Match", True)]


@pytest.mark.parametrize("first", [True, False])
def test_an_empty_list_in_an_example_response_says_nothing_of_what_others_hold(first: bool) -> None:
    bodies = [{"data": [{"id": 1}], "meta": {"n": 1}}, {"data": [], "meta": {}}]
    response = [{"code": 200, "body": body} for body in (bodies if first else bodies[::-1])]
    shape = only(collection(request("r", response=response))).responses["properties"]
    assert list(shape["data"]["items"]["properties"]) == ["id"]
    assert list(shape["meta"]["properties"]) == ["n"]
