"""Which fields of a Postman body must be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders.documents import collection, only, read, request

BODY = {"name": "ada", "filter": "x", "k": 3}


def required(body: Any = BODY, **parts: Any) -> set[str]:
    item = request("r", method="POST", body=body, response=parts.pop("response", []))
    item["request"] |= parts
    return {parameter.name for parameter in only(collection(item)).parameters if parameter.required}


@pytest.mark.parametrize(
    "text",
    [
        "Finds. Optional: `filter`, `k`.",
        "Finds.\n- `filter` (optional): by category\n- `k`: how many, optional\n- `name`: required",
        "Optional fields: filter, k",
        "| field | |\n| filter | optional |\n| k | not required |\n| name | required |",
        "`filter` and `k` are optional.",
        "`name` is required, `filter` is optional. `k` may be left out.",
        {"content": "filter: optional\nk: can be omitted"},
    ],
)
def test_a_field_that_the_description_calls_optional_is(text: Any) -> None:
    assert required(description=text) == {"name"}


@pytest.mark.parametrize(
    "text", ["Finds by name and filter.", "Finds within an optional filter.", "Works optionally with k.", ""]
)
def test_other_descriptions_make_nothing_optional(text: str) -> None:
    assert required(description=text) == {"name", "filter", "k"}


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("You can also pass a `filter`.", {"name", "k"}),
        ("Optionally, give `filter` and `k`.", {"name"}),
        ("`filter` is required if `k` is set.", {"name", "k"}),
        ("If `k` is 3, `filter` is optional.", {"name", "k"}),
        ("| `filter` | string | [optional] If 'name' is a list, what to keep of it. |", {"name", "k"}),
        ("The body only needs to contain the values you want to change.", set()),
        ("Needs at least one of the parameters. `name` is required.", {"name"}),
        ("All fields are optional.", set()),
        ("You must provide either `filter` or `k`.", {"name"}),
        ("Either `filter` or `k` is required.", {"name"}),
        ("Only one of the fields you see may be long.", {"name", "filter", "k"}),
    ],
)
def test_a_sentence_tells_what_can_be_given_and_on_what_condition(text: str, needed: set[str]) -> None:
    assert required(description=text) == needed


def test_a_comment_in_the_body_can_call_a_field_optional() -> None:
    assert required('{"name": "ada", // who\n"k": 3 // optional\n}') == {"name"}


def test_fields_without_a_value_are_optional() -> None:
    assert required({"name": "ada", "a": None, "b": "", "c": [], "d": {}}) == {"name"}


def example(body: Any, code: int = 200) -> dict[str, Any]:
    sent = {"method": "POST", "body": {"mode": "raw", "raw": json.dumps(body)}}
    return {"code": code, "originalRequest": sent}


def test_a_field_that_a_successful_example_lacks_is_optional() -> None:
    assert required(response=[example({"name": "bob", "k": 1}), example({"name": "eve"}, 201)]) == {"name"}


def test_a_field_that_a_failed_example_lacks_stays_required() -> None:
    assert required(response=[example({"k": 1}, 400)]) == {"name", "filter", "k"}


def test_a_field_that_another_request_for_the_same_operation_lacks_is_optional() -> None:
    bodies = ({"name": "ada", "k": 3}, {"name": "bob"})
    root = collection(*[request("Add someone", "{{b}}/users", "POST", body=b) for b in bodies])
    assert [{p.name for p in api.parameters if p.required} for api in read(root).apis] == [{"name"}, {"name"}]


def test_requests_told_apart_by_a_choosing_field_are_different_operations() -> None:
    bodies: tuple[dict[str, Any], ...] = ({"op": "create-user", "name": "ada"}, {"op": "drop-user", "id": 3})
    root = collection(*[request(b["op"], "{{b}}/api", "POST", body=b) for b in bodies])
    found = [{p.name for p in api.parameters if p.required} for api in read(root).apis]
    assert found == [{"op", "name"}, {"op", "id"}]


def test_the_choosing_field_stays_required_whatever_is_said_of_it() -> None:
    bodies: tuple[dict[str, Any], ...] = ({"op": "create-user", "name": "ada"}, {"op": "drop-user", "id": 3})
    items = [request(b["op"], "{{b}}/api", "POST", body=b) for b in bodies]
    for item in items:
        item["request"]["description"] = "Optional: `op`."
    assert all(api.parameter("op").required for api in read(collection(*items)).apis)


def test_form_fields_follow_the_same_rules() -> None:
    rows = [{"key": name, "value": str(value)} for name, value in BODY.items()]
    form = {"mode": "urlencoded", "urlencoded": rows}
    assert required(form, description="Optional: `filter`.") == {"name", "k"}


@pytest.mark.parametrize(
    "text",
    [
        "`filter` is required.",
        "Required fields: filter",
        "`filter` must be given, `k` is optional.",
        "| field | type | required |\n|---|---|---|\n| filter | string | yes |\n| k | int | no |",
        "| field | optional |\n|---|---|\n| filter | no |\n| k | ✓ |",
        "<table><tr><th>field</th><th>required</th></tr><tr><td>filter</td><td>yes</td></tr></table>",
        "You must also provide a valid `filter`.",
        "The call requires the `filter` of the list.",
        "The body should contain a `filter`, or it is refused.",
    ],
)
def test_a_field_that_the_description_calls_required_is_though_it_is_sent_without_a_value(text: str) -> None:
    assert "filter" in required({"name": "ada", "filter": ""}, description=text)


@pytest.mark.parametrize(
    "text",
    [
        "To find fewer, you must give a `filter`.",
        "If `k` is given, `filter` is required.",
        "It requires that `filter` exists.",
    ],
)
def test_what_must_be_there_for_some_is_not_required_of_all(text: str) -> None:
    assert "filter" not in required({"name": "ada", "filter": ""}, description=text)


def test_a_table_says_of_each_field_whether_it_is_required() -> None:
    text = "| Parameter | Required | Says |\n|:--|:-:|--|\n| `name` | ✅ | who |\n| filter | No | what |\n| k | optional | n |"
    assert required(description=text) == {"name"}


def test_what_a_patch_sends_may_be_left_out_unless_it_is_all_or_called_required() -> None:
    assert required(method="PATCH") == set()
    assert required(method="PATCH", description="`name` is required.") == {"name"}
    assert required({"name": "ada"}, method="PATCH") == {"name"}


def test_a_patch_that_has_to_send_all_fields_needs_those_that_it_sends() -> None:
    text = "When updating anything else, you need to send all existing parameters."
    assert required(method="PATCH", description=text) == {"name", "filter", "k"}
    assert required(method="PATCH", description="You must provide all the information required.") == set()


def common(*bodies: dict[str, Any]) -> set[str]:
    root = collection(*[request(f"Add {i}", "{{b}}/users", "POST", body=b) for i, b in enumerate(bodies)])
    return {p.name for p in read(root).apis[0].parameters if p.required}


def test_one_misfiled_request_does_not_decide_what_is_required() -> None:
    usual = {"name": "ada", "mail": "a", "k": 3}
    assert common(usual, usual, usual, {"colour": "red", "k": 1}) == {"name", "mail", "k"}
    assert common(*[usual] * 6, {"name": "ada", "k": 3}) == {"name", "mail", "k"}
    assert common(usual, usual, {"name": "ada", "k": 3}) == {"name", "k"}


def test_changes_that_send_other_fields_each_need_none_of_them() -> None:
    bodies: tuple[dict[str, Any], ...] = ({"name": "ada"}, {"mail": "a@example.com"})
    for method, needed in (("PATCH", [set(), set()]), ("POST", [{"name"}, {"mail"}])):
        root = collection(
            *[request(f"{n}", "{{b}}/users/me", method, body=body) for n, body in enumerate(bodies)]
        )
        assert [{p.name for p in api.parameters if p.required} for api in read(root).apis] == needed


def generated(method: str, **fields: str) -> set[str]:
    api = only(collection(request("r", "{{b}}/x", method, body=fields)))
    return {p.name for p in api.parameters if p.required}


def test_of_a_generated_body_the_first_fields_that_are_likely_are_required() -> None:
    fields = {
        "name": "<string>",
        "owner_id": "<long>",
        "is_open": "<boolean>",
        "description": "<string>",
        "size": "<integer>",
    }
    assert generated("POST", **fields) == {"name", "owner_id"}
    assert generated("PATCH", **fields) == set()


def test_what_a_generator_put_before_fields_in_alphabetical_order_is_required() -> None:
    bodies = [
        {
            "notes": "<string>",
            "zone": "<string>",
            "active": "<boolean>",
            "color": "<string>",
            "tags": "<string>",
        },
        *[dict.fromkeys(("alpha", "beta", "gamma", f"x{n}"), "<string>") for n in range(5)],
    ]
    root = collection(
        *[request(f"r{n}", f"{{{{b}}}}/x{n}", "POST", body=body) for n, body in enumerate(bodies)]
    )
    first = read(root).apis[0]
    assert {p.name for p in first.parameters if p.required} >= {"notes", "zone"}


def test_what_stands_before_a_field_that_it_stands_behind_where_it_is_changed_is_required() -> None:
    created = dict.fromkeys(("notes", "colour", "active"), "<string>")
    changed = dict.fromkeys(("active", "colour", "notes"), "<string>")
    items = [
        request("Create", "{{b}}/x", "POST", body=created),
        request("Change", "{{b}}/x/:id", "PATCH", body=changed),
    ]
    first = read(collection(*items)).apis[0]
    assert {p.name for p in first.parameters if p.required} >= {"notes", "colour"}


def test_latin_filler_is_a_placeholder_and_no_example() -> None:
    fields = {
        "name": "aliquip sint",
        "description": "in dolor proident",
        "notes": "ea reprehend",
    }
    api = only(collection(request("Create a thing", "{{b}}/things", "POST", body=fields)))
    assert {p.name for p in api.parameters if p.required} == {"name"}
    assert api.parameter("description").default is None
    kept = only(
        collection(request("Find", "{{b}}/x", "POST", body={"by": "id", "text": "Lorem ipsum, by hand"}))
    )
    assert [p.default for p in kept.parameters] == ["id", "Lorem ipsum, by hand"]
    assert all(p.required for p in kept.parameters)


def test_requests_that_differ_decide_of_an_edited_request_in_a_generated_collection() -> None:
    told = [{"key": name, "value": "x", "description": "(Required)"} for name in ("a", "b")]
    bodies: tuple[dict[str, Any], ...] = (
        {"intent": "x", "description": "y"},
        {"intent": "x", "description": "y", "z": 1},
    )
    items = [request("Told", "{{b}}/x", "POST", body={"mode": "urlencoded", "urlencoded": told})]
    items += [request(f"Order {n}", "{{b}}/orders", "POST", body=body) for n, body in enumerate(bodies)]
    assert {p.name for p in read(collection(*items)).apis[2].parameters if p.required} == {
        "intent",
        "description",
    }


USER = {"email": "ada@example.com", "pass": "x", "bio": "I am"}


@pytest.mark.parametrize(
    ("method", "parts", "needed"),
    [
        ("POST", {}, ["email", "pass", "bio"]),
        ("POST", {"description": "`bio` is optional."}, ["email", "pass"]),
        ("PUT", {}, None),
        ("PUT", {"description": "`email` is required."}, ["email"]),
    ],
)
def test_of_one_object_under_one_name_the_fields_within_are_required_too(
    method: str, parts: dict[str, Any], needed: list[str] | None
) -> None:
    item = request("r", "{{b}}/users", method, body={"user": USER})
    item["request"] |= parts
    (user,) = only(collection(item)).parameters
    assert user.schema.get("required") == needed


def test_a_field_within_that_another_request_lacks_is_optional() -> None:
    items = [
        request(name, "{{b}}/users", "POST", body={"user": body})
        for name, body in (("Whole", USER), ("Short", {"email": "b@example.com", "pass": "y"}))
    ]
    whole = read(collection(*items)).apis[0].parameters[0].schema
    assert whole["required"] == ["email", "pass"]


def test_rows_called_required_tell_that_a_collection_is_generated_and_what_its_forms_need() -> None:
    rows = [
        {"key": name, "value": "x", "description": text}
        for name, text in (("a", "(Required) One"), ("b", "Two"), ("c", "(Required) Three"))
    ]
    rows.append({"key": "d", "type": "file", "description": "Four"})
    api = only(collection(request("r", "{{b}}/x", "POST", body={"mode": "urlencoded", "urlencoded": rows})))
    assert {p.name for p in api.parameters if p.required} == {"a", "c"}
