"""Postman collections as they really look."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import V20, codes, collection, folder, only, read, request


def argument(api: Api, name: str) -> Any:
    found = api.parameter(name)
    assert found is not None, [p.name for p in api.parameters]
    return found


def by_name(root: Any) -> dict[str, Api]:
    return {api.name: api for api in read(root).apis}


def hub(*names: str, field: str = "request_type", titles: tuple[str, ...] = ()) -> dict[str, Any]:
    titles = titles or names
    return collection(
        folder(
            "operations",
            *(
                request(
                    title,
                    "{{base_url}}/api/hub_af",
                    "POST",
                    body={field: name, "k": number, "index": f"idx{number}"},
                )
                for number, (name, title) in enumerate(zip(names, titles, strict=True), 1)
            ),
        )
    )


def test_a_name_is_folders_and_request_name() -> None:
    root = collection(folder("Shop", folder("Orders", request("Get order"))))
    assert only(root).name == "Shop.Orders.Get_order"
    assert (only(root).original_name, only(root).tags) == ("Get order", ("Shop", "Orders"))


@pytest.mark.parametrize("field", ["request_type", "op", "action", "q7"])
def test_the_field_that_chooses_is_pinned_to_its_one_value(field: str) -> None:
    apis = by_name(hub("fetch-kpis", "restart-app", field=field))
    assert set(apis) == {"operations.fetch-kpis", "operations.restart-app"}
    chosen = argument(apis["operations.restart-app"], field)
    assert (chosen.required, chosen.enum, chosen.default) == (True, ("restart-app",), "restart-app")
    assert argument(apis["operations.restart-app"], "index").enum == ()


def test_the_choosing_value_refines_a_shared_name() -> None:
    root = hub("payment", "refund", titles=("Try payment or refund",) * 2)
    assert set(by_name(root)) == {
        "operations.Try_payment_or_refund_payment",
        "operations.Try_payment_or_refund_refund",
    }


def test_a_nested_field_can_choose() -> None:
    items = [
        request(name, "{{base}}", "POST", body={"Envelope": {"Header": {"Category": name}, "Amount": 3}})
        for name in ("Login", "Payment", "Refund")
    ]
    envelope = argument(by_name(collection(*items))["Payment"], "Envelope").schema
    header = envelope["properties"]["Header"]
    assert header["properties"]["Category"] == {"type": "string", "enum": ["Payment"]}
    assert (envelope["required"], header["required"]) == (["Header"], ["Category"])


def test_a_header_or_a_query_value_can_choose() -> None:
    soap = [
        request(
            name, "{{base}}/soap", "POST", body="<x/>", header=[{"key": "SOAPAction", "value": f'"{name}"'}]
        )
        for name in ("GetUser", "DropUser")
    ]
    assert argument(by_name(collection(*soap))["GetUser"], "SOAPAction").enum == ("GetUser",)
    query = [request(name, f"{{{{base}}}}/api?do={name}&page=2") for name in ("listUsers", "addUser")]
    api = by_name(collection(*query))["addUser"]
    assert (argument(api, "do").enum, argument(api, "page").enum) == (("addUser",), ())


def test_values_that_do_not_name_the_operation_choose_nothing() -> None:
    items = [
        request(f"Create user {n}", "{{b}}/users", "POST", body={"name": name})
        for n, name in enumerate(("ada", "bob"))
    ]
    assert all(argument(api, "name").enum == () for api in read(collection(*items)).apis)


def test_the_only_request_to_a_url_is_pinned_by_a_field_that_chooses_elsewhere() -> None:
    root = hub("fetch-kpis", "restart-app")
    root["item"].append(
        request("summarise", "{{base_url}}/api/llm_af", "POST", body={"request_type": "summarise"})
    )
    assert argument(by_name(root)["summarise"], "request_type").enum == ("summarise",)


def test_body_fields_take_types_and_examples_from_their_values() -> None:
    body = {
        "n": 3,
        "x": 1.5,
        "on": True,
        "s": "a",
        "list": [{"id": 1}, {"id": 2, "tag": "t"}],
        "none": None,
        "empty": "",
    }
    api = only(collection(request("r", method="POST", body=body)))
    assert {p.name: (p.type, p.required) for p in api.parameters} == {
        "n": ("integer", True), "x": ("number", True), "on": ("boolean", True), "s": ("string", True),
        "list": ("array", True), "none": ("any", False), "empty": ("string", False),
    }  # fmt: skip
    assert argument(api, "n").default == 3
    assert argument(api, "list").schema["items"]["properties"] == {
        "id": {"type": "integer", "examples": [1]},
        "tag": {"type": "string"},
    }


def test_a_body_that_is_json_once_its_variables_are_quoted_is_read() -> None:
    text = '{"id": {{id}}, "name": "{{name}}", "list": [{{a}}, 2], "note": "keep {{this}}"} '
    api = only(collection(request("r", method="POST", body=text)))
    assert [(p.name, p.type, p.default) for p in api.parameters] == [
        ("id", "any", None), ("name", "string", None), ("list", "array", [2]), ("note", "string", "keep {{this}}"),
    ]  # fmt: skip


def test_placeholders_that_stand_unquoted_are_variables_and_said() -> None:
    text = '{"to": <recipient id>, "by": ${user}, "sum": AMOUNT, "open": True, "day": 2024-01-31, "n": [1, <<n>>]}'
    catalog = read(collection(request("r", method="POST", body=text)))
    assert [(p.name, p.type, p.default) for p in catalog.apis[0].parameters] == [
        ("to", "any", None), ("by", "any", None), ("sum", "any", None), ("open", "boolean", True),
        ("day", "any", None), ("n", "array", [1]),
    ]  # fmt: skip
    assert codes(catalog) == ["lenient_json"]
    held = read(collection(request("r", method="POST", body='{"at": {lat: 1, lng: 2}, "by": { }, "id": ID}')))
    assert [(p.name, p.type) for p in held.apis[0].parameters] == [
        ("at", "object"),
        ("by", "object"),
        ("id", "any"),
    ]


def test_a_word_that_stands_unquoted_is_not_kept() -> None:
    body = '{"auth": {"password": hunter2, "user": "ann"}, "to": {"id": <your id>}}'
    api = only(collection(request("r", method="POST", body=body)))
    assert argument(api, "auth").default == {"password": "{{value}}", "user": "ann"}
    assert argument(api, "to").default == {"id": "{{your id}}"}


def test_a_body_with_comments_and_trailing_commas_is_read() -> None:
    api = only(
        collection(request("r", method="POST", body='{\n// the name\n"name": "ada", /* age */ "age": 3,}'))
    )
    assert [p.name for p in api.parameters] == ["name", "age"]


@pytest.mark.parametrize("text", ["<a>b</a>", "plain words", "{{body}}", '{"a": '])
def test_a_body_that_is_no_json_is_one_opaque_parameter(text: str) -> None:
    body = argument(only(collection(request("r", method="POST", body=text))), "body")
    assert (body.type, body.location, body.required) == ("string", "body", True)


def test_a_variable_that_stands_for_whole_fields_is_left_out_and_said() -> None:
    raw = '{"name": "{{name}}",\n{{linksJson}}\n{{moreJson}}\n"kind": "pool", {{lastJson}} }'
    catalog = read(collection(request("Make", method="POST", body=raw)))
    assert [p.name for p in catalog.apis[0].parameters] == ["name", "kind"]
    assert codes(catalog) == ["fields_left_out"]


def test_a_list_as_body_is_one_parameter() -> None:
    body = argument(only(collection(request("r", method="POST", body=[{"id": 1}]))), "body")
    assert body.schema == {
        "type": "array",
        "items": {"type": "object", "properties": {"id": {"type": "integer", "examples": [1]}}},
    }


@pytest.mark.parametrize(
    ("url", "path", "variables", "query"),
    [
        ("{{base}}/a/:id/b/{{slug}}?x=1&y=", "{{base}}/a/:id/b/{{slug}}", ["id", "slug"], ["x", "y"]),
        ({"raw": "https://h/a/{id}"}, "https://h/a/{id}", ["id"], []),
        ({"protocol": "https", "host": ["api", "x"], "port": "8", "path": ["v1", ":id"]}, "https://api.x:8/v1/:id", ["id"], []),
        ({"host": "{{host}}", "path": "a/b", "query": [{"key": "q", "value": "1"}]}, "{{host}}/a/b", [], ["q"]),
        ({"raw": "{{base}}/v1/x:cancel"}, "{{base}}/v1/x:cancel", [], []),
        ({"path": [{"type": "string", "value": "a"}, ":b"]}, "/a/:b", ["b"], []),
    ],
)  # fmt: skip
def test_urls_are_read_in_every_form(url: Any, path: str, variables: list[str], query: list[str]) -> None:
    api = only(collection(request("r", url)))
    assert api.path == path
    assert [p.name for p in api.parameters if p.location == "path"] == variables
    assert [p.name for p in api.parameters if p.location == "query"] == query
    assert all(p.required == (p.location == "path") for p in api.parameters)


def test_path_variables_keep_what_is_said_of_them() -> None:
    url = {
        "raw": "{{b}}/a/:id",
        "variable": [{"key": "id", "value": "42", "description": {"content": "Which one"}}],
    }
    found = argument(only(collection(request("r", url))), "id")
    assert (found.default, found.description, found.required) == ("42", "Which one", True)


@pytest.mark.parametrize(
    "header",
    [
        "X-Trace: on\nAccept: */*",
        [{"key": "X-Trace", "value": "on"}, {"key": "content-type", "value": "a/b"}],
        ["X-Trace: on"],
    ],
)
def test_headers_are_read_as_text_or_list_without_transport_noise(header: Any) -> None:
    api = only(collection(request("r", header=header)))
    assert [(p.name, p.location, p.required, p.default) for p in api.parameters] == [
        ("X-Trace", "header", False, "on")
    ]


def test_disabled_rows_are_left_out_with_a_diagnostic() -> None:
    url = {
        "raw": "{{b}}/a?x=1&y=2",
        "query": [{"key": "x", "value": "1"}, {"key": "y", "value": "2", "disabled": True}],
    }
    catalog = read(collection(request("r", url)))
    assert [p.name for p in catalog.apis[0].parameters] == ["x"]
    assert [(d.code, d.where) for d in catalog.diagnostics] == [("disabled", "r")]
    assert "y" in catalog.diagnostics[0].message


def test_a_query_key_that_stands_twice_is_a_list() -> None:
    found = argument(only(collection(request("r", "{{b}}/a?t=1&t=2"))), "t")
    assert (found.type, found.default) == ("array", ["1", "2"])


def test_descriptions_say_what_is_required_or_optional() -> None:
    url = {
        "raw": "{{b}}/a",
        "query": [
            {"key": "a", "value": "1", "description": "Required. The first"},
            {"key": "b", "value": "1", "description": "not required"},
        ],
    }
    body = {
        "mode": "urlencoded",
        "urlencoded": [{"key": "c", "value": "1"}, {"key": "d", "value": "1", "description": "(optional)"}],
    }
    api = only(collection(request("r", url, "POST", body=body)))
    assert {p.name: p.required for p in api.parameters} == {"a": True, "b": False, "c": True, "d": False}


def test_forms_keep_files_as_binary_and_never_their_path() -> None:
    rows = [
        {"key": "f", "type": "file", "src": "/home/ada/secret.txt"},
        {"key": "n", "value": "3", "type": "text"},
    ]
    catalog = read(collection(request("r", method="POST", body={"mode": "formdata", "formdata": rows})))
    (api,) = catalog.apis
    assert argument(api, "f").schema == {"type": "string", "format": "binary"}
    assert (argument(api, "n").type, argument(api, "n").default) == ("integer", 3)
    assert "ada" not in repr(catalog)


def test_graphql_variables_are_the_parameters_and_the_operation_name_chooses() -> None:
    query = "query Find($id: ID!, $n: Int = 3, $tags: [String!], $in: FindInput!) { find(id: $id) { name } }"
    body = {"mode": "graphql", "graphql": {"query": query, "variables": '{"id": "7", "in": {"a": {{x}}}}'}}
    api = only(collection(request("r", "{{b}}/graphql", "POST", body=body)))
    assert [(p.name, p.type, p.required, p.default) for p in api.parameters] == [
        ("operationName", "string", True, "Find"),
        ("id", "string", True, "7"),
        ("n", "integer", False, 3),
        ("tags", "array", False, None),
        ("in", "object", True, {"a": "{{x}}"}),
    ]


def test_graphql_arguments_written_out_are_the_parameters_of_an_anonymous_operation() -> None:
    query = 'mutation { addUser(name: "ada", team: {{team}}, age: 3) { id } }'
    api = only(
        collection(request("r", "{{b}}", "POST", body={"mode": "graphql", "graphql": {"query": query}}))
    )
    assert [(p.name, p.type, p.default) for p in api.parameters] == [
        ("operationName", "string", "addUser"), ("name", "string", "ada"), ("team", "string", None), ("age", "integer", 3),
    ]  # fmt: skip


def test_graphql_sent_as_raw_json_is_graphql_too() -> None:
    api = only(
        collection(
            request("r", method="POST", body={"query": "query A($x: Int!) {a(x: $x)}", "variables": {"x": 1}})
        )
    )
    assert [p.name for p in api.parameters] == ["operationName", "x"]


def test_graphql_that_cannot_be_read_is_opaque_with_a_diagnostic() -> None:
    catalog = read(
        collection(request("r", method="POST", body={"mode": "graphql", "graphql": {"query": "query {{{"}}))
    )
    assert [p.name for p in catalog.apis[0].parameters] == ["query"]
    assert codes(catalog) == ["graphql_unreadable"]


def test_malformed_items_are_told_one_by_one_and_the_rest_is_kept() -> None:
    root = collection(
        request("a", method=None), request("b", method="  "), {"name": "c"}, "junk", {"name": "d", "request": "https://h/x"},
        {"name": "e", "request": {"url": None, "body": 7}},
    )  # fmt: skip
    catalog = read(root)
    assert [(api.name, api.method) for api in catalog.apis] == [
        ("a", "GET"),
        ("b", "GET"),
        ("d", "GET"),
        ("e", "GET"),
    ]
    assert sorted(codes(catalog)) == [
        "malformed_body", "malformed_item", "malformed_item", "missing_method", "missing_method", "missing_method",
        "missing_method", "missing_url",
    ]  # fmt: skip


def test_requests_of_one_name_that_differ_in_a_value_keep_apart_and_none_is_lost() -> None:
    catalog = read(collection(*[request("same", f"{{{{b}}}}/x?page={page}") for page in range(3)]))
    assert len({api.name for api in catalog.apis}) == 3


def test_v20_with_a_string_url_and_a_dictionary_of_auth_is_read() -> None:
    root = collection(
        request("r", "{{b}}/a/:id"),
        schema=V20,
        auth={"type": "bearer", "bearer": {"token": "t0k3n-t0k3n-t0k3n"}},
    )
    catalog = read(root)
    assert [p.name for p in catalog.apis[0].parameters] == ["id"]
    assert codes(catalog) == ["auth_left_out"]
    assert "t0k3n" not in repr(catalog)


def test_the_download_wrapper_is_unwrapped() -> None:
    assert only({"collection": collection(request("r"))}).name == "r"


def test_scripts_variables_and_cookies_are_dropped_whole_and_said() -> None:
    event = [{"listen": "test", "script": {"exec": ["pm.environment.set('x', 'very-hidden-value')"]}}]
    root = collection(
        request("r", header="Cookie: very-hidden-value"),
        event=event,
        variable=[{"key": "password", "value": "very-hidden-value"}],
    )
    catalog = read(root)
    assert sorted(codes(catalog)) == ["cookie_left_out", "scripts_left_out", "variables_left_out"]
    assert "very-hidden-value" not in repr(catalog)


def test_a_shape_of_success_comes_from_successful_examples() -> None:
    examples = [
        {"code": 404, "body": '{"error": 1}'},
        {
            "code": 200,
            "body": '{"id": 1, "items": [{"sku": "a"}]}',
            "header": [{"key": "Set-Cookie", "value": "x"}],
        },
        {"code": 201, "body": '{"id": 1.5, "next": null}'},
    ]
    shape = only(collection(request("r", response=examples))).responses
    assert shape["properties"]["id"] == {"type": "number"}
    assert shape["properties"]["items"]["items"]["properties"] == {"sku": {"type": "string"}}
    assert "error" not in shape["properties"]


def test_folders_may_hold_requests_with_other_scripts_names_and_levels() -> None:
    root = collection(folder("Größe & Maß", request("日本語の名前"), request("日本語")))
    names = [api.name for api in read(root).apis]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"Grosse_Mass\.[A-Za-z]{4,}", name) for name in names)


def test_requests_that_differ_only_in_what_they_accept_have_it_as_an_argument() -> None:
    def get(name: str, url: str, accept: str) -> dict[str, Any]:
        return request(name, url=url, header=[{"key": "Accept", "value": accept}])

    catalog = read(
        collection(
            get("Report as json", "https://h/report", "application/json"),
            get("Report as csv", "https://h/report", "text/csv"),
            get("Other", "https://h/other", "text/csv"),
            get("Other again", "https://h/other", "text/csv"),
        )
    )
    assert {api.name: [(p.name, p.location, p.enum) for p in api.parameters] for api in catalog.apis} == {
        "Report_as_json": [("Accept", "header", ("application/json",))],
        "Report_as_csv": [("Accept", "header", ("text/csv",))],
        "Other": [],
        "Other_again": [],
    }
