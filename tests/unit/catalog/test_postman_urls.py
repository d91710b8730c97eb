"""Urls of Postman requests in the forms that people write, and the path parameters they have."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import codes, collection, only, read, request


def in_path(api: Api) -> list[str]:
    return [p.name for p in api.parameters if p.location == "path"]


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("{{scheme}}://{{host}}:{{port}}/x", []),
        ("{{scheme}}{{host}}/x", []),
        ({"protocol": "{{p}}", "host": ["{{host}}"], "port": "{{port}}", "path": ["x", "{{id}}"]}, ["id"]),
        ({"protocol": "https://", "host": "{{host}}", "path": "x/:id"}, ["id"]),
        ({"host": ["https://api-{{zone}}.example.com/v1"], "path": ["a", ":b"], "variable": [{"key": "zone"}]}, ["b"]),
        ("{{base}}/f/:name.json", ["name.json"]),
        ({"raw": "{{b}}/f/:name.json", "variable": [{"key": "name", "value": "a"}]}, ["name"]),
        ({"raw": "{{b}}/:from..:to", "variable": [{"key": "from..:to", "value": "1..2"}]}, ["from..:to"]),
        ({"raw": "{{b}}/:from..:to", "variable": [{"key": "from"}, {"key": "to"}]}, ["from", "to"]),
        ("{{base}}/v{{version}}/:имя", ["version", "имя"]),
        ("/users/:uid/%7B%7Borg%7D%7D", ["uid", "org"]),
        ("http://127.0.0.1:8080/x", []),
    ],
)  # fmt: skip
def test_only_what_stands_in_the_path_is_a_path_parameter(url: Any, names: list[str]) -> None:
    assert in_path(only(collection(request("r", url)))) == names


def test_what_follows_the_number_sign_is_noted_and_no_parameter() -> None:
    assert codes(read(collection(request("r", {"host": "{{b}}", "path": ["x"], "hash": "top"})))) == [
        "fragment_left_out"
    ]
    catalog = read(collection(request("r", "{{base}}/#/rooms/:room?row=4")))
    assert (catalog.apis[0].parameters, codes(catalog)) == ((), ["fragment_left_out"])
    assert "/rooms/:room?row=4" in catalog.diagnostics[0].message


@pytest.mark.parametrize("key", ["id", ":id"])
def test_a_query_row_without_a_value_describes_the_path_variable_of_its_name(key: str) -> None:
    query = [{"key": key, "value": "", "description": "Number of the order"}, {"key": "page", "value": "2"}]
    api = only(collection(request("r", {"raw": "{{base}}/orders/:id", "query": query})))
    assert [(p.name, p.location, p.description) for p in api.parameters] == [
        ("id", "path", "Number of the order"),
        ("page", "query", ""),
    ]


def paths(*urls: str) -> dict[str, dict[str, Any]]:
    found = read(collection(*[request(f"r{i}", url) for i, url in enumerate(urls)])).apis
    return {api.path: {p.name: p.default for p in api.parameters} for api in found}


def test_ids_that_vary_between_requests_are_path_parameters() -> None:
    assert paths("{{b}}/vm/vm-33/power", "{{b}}/vm/vm-34/reset", "{{b}}/vm") == {
        "{{b}}/vm/:vm_id/power": {"vm_id": "vm-33"},
        "{{b}}/vm/:vm_id/reset": {"vm_id": "vm-34"},
        "{{b}}/vm": {},
    }


def test_an_id_where_another_request_has_a_variable_is_that_parameter() -> None:
    found = paths("{{b}}/orders/:number/lines", "{{b}}/orders/4711")
    assert found == {
        "{{b}}/orders/:number/lines": {"number": None},
        "{{b}}/orders/:number": {"number": "4711"},
    }


def test_an_id_where_another_request_has_a_variable_in_braces_has_its_name() -> None:
    assert paths("{{b}}/orders/{{orderId}}", "{{b}}/orders/4711/lines") == {
        "{{b}}/orders/{{orderId}}": {"orderId": None},
        "{{b}}/orders/{{orderId}}/lines": {"orderId": "4711"},
    }


def test_two_ids_of_one_path_have_two_names() -> None:
    found = paths("{{b}}/users/1/posts/7", "{{b}}/users/2/posts/8")
    assert list(found) == ["{{b}}/users/:user_id/posts/:post_id"]


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("2026-01-31", "2026-02-28", "rate_date"),
        ("AB12CD", "EF34GH", "rate_id"),
        ("INV-2026-A7", "INV-2026-B8", "rate_id"),
        ("INV-A7", "INV-B8", "rate_id"),
        ("cus_9s6XKzkNRiz8i3", "cus_4QFJOjw2pOmAGJ", "rate_id"),
        ("V1StGXR8Z5jdHi6B", "q7Yz81LmNo92PrSt", "rate_id"),
        ("ann@example.com", "bob@example.com", "rate_email"),
    ],
)
def test_ids_of_any_form_that_vary_are_path_parameters(one: str, other: str, name: str) -> None:
    assert list(paths(f"{{{{b}}}}/rates/{one}", f"{{{{b}}}}/rates/{other}/x")) == [
        f"{{{{b}}}}/rates/:{name}",
        f"{{{{b}}}}/rates/:{name}/x",
    ]


def test_an_id_that_ends_a_path_needs_no_other_beside_it() -> None:
    assert paths("{{b}}/tickets/1/", "{{b}}/tickets/1/close/", "{{b}}/tickets/mine/", "{{b}}/years/2024") == {
        "{{b}}/tickets/:ticket_id/": {"ticket_id": "1"},
        "{{b}}/tickets/:ticket_id/close/": {"ticket_id": "1"},
        "{{b}}/tickets/mine/": {},
        "{{b}}/years/2024": {},
    }
    assert list(paths("{{b}}/bücher/7", "{{b}}/status/200")) == [
        "{{b}}/bücher/:bücher_id",
        "{{b}}/status/:status_id",
    ]


@pytest.mark.parametrize(
    "urls",
    [
        ("{{b}}/v1/users", "{{b}}/v2/users"),
        ("{{b}}/2019/report", "{{b}}/2021/report"),
        ("{{b}}/oauth2/x", "{{b}}/s3/x"),
        ("{{b}}/api/REST2/x", "{{b}}/api/SOAP1/x", "{{b}}/api/ODATA4"),
        ("{{b}}/rest/api/2/issue", "{{b}}/rest/api/2"),
        ("{{b}}/orders/42/lines", "{{b}}/orders/list"),
        ("{{b}}/years/2024", "{{b}}/hosts/vm-1"),
        ("{{b}}/tools/convert_pdf2word", "{{b}}/tools/status"),
        ("{{b}}/bad-1", "{{b}}/bad-2"),
        ("{{b}}//double/x-1", "{{b}}//other/x-2/"),
    ],
)
def test_versions_words_and_single_ids_within_a_path_stay_as_they_are(urls: tuple[str, ...]) -> None:
    assert paths(*urls) == {url: {} for url in urls}
