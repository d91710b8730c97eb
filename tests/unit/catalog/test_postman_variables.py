"""Which declared values of variables become types and examples of what a body sends."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Parameter
from tests.builders.documents import codes, collection, only, read, request


def declared(**values: Any) -> list[dict[str, Any]]:
    return [{"key": name, "value": value} for name, value in values.items()]


def sent(body: Any, **values: Any) -> Parameter:
    (parameter,) = only(
        collection(request("r", method="POST", body=body), variable=declared(**values))
    ).parameters
    return parameter


@pytest.mark.parametrize(
    ("text", "type_", "default"),
    [
        ("14", "integer", 14), ("0.5", "number", 0.5), ("true", "boolean", True), ("weekly", "string", "weekly"),
        (14, "integer", 14), (True, "boolean", True), ('["a"]', "array", ["a"]),
    ],
)  # fmt: skip
def test_a_bare_variable_has_the_type_and_value_it_is_declared_with(
    text: Any, type_: str, default: Any
) -> None:
    found = sent('{"days": {{days}}}', days=text)
    assert (found.type, found.default, found.required) == (type_, default, True)


def test_a_quoted_variable_stays_text() -> None:
    found = sent('{"days": "{{ days }}"}', days="14")
    assert (found.type, found.default) == ("string", "14")


def test_variables_inside_objects_and_lists_are_filled_too() -> None:
    found = sent('{"window": {"days": {{days}}, "units": ["{{unit}}"]}}', days="14", unit="day")
    assert found.default == {"days": 14, "units": ["day"]}
    assert found.schema["properties"]["days"] == {"type": "integer", "examples": [14]}


def test_a_form_field_takes_the_declared_value() -> None:
    form = {"mode": "urlencoded", "urlencoded": [{"key": "days", "value": "{{days}}"}]}
    found = sent(form, days="14")
    assert (found.location, found.type, found.default) == ("form", "integer", 14)


@pytest.mark.parametrize("body", ['{"a": {{n}}}', '{"a": "{{n}}"}'])
def test_a_variable_that_is_not_declared_says_nothing(body: str) -> None:
    assert sent(body, other="14").default is None


def test_a_text_that_holds_more_than_a_variable_stays_as_it_is() -> None:
    assert sent('{"a": "for {{n}} days"}', n="14").default == "for {{n}} days"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api_key", "plain-words"), ("password", "plain-words"), ("code", "plain-words"),
        ("owner", "ada.lovelace@corp-mail.com"), ("callback", "https://ada:hunter2@corp.io/x"),
        ("handle", "a1B2c3D4e5F6g7H8i9J0"), ("tenant", "7b0e9b8e-51d7-4f62-9df4-0f2c7c1d2a11"),
        ("nested", "{{other}}"), ("empty", ""), ("long", "word " * 60),
    ],
)  # fmt: skip
def test_a_value_that_may_be_secret_or_personal_is_never_used(name: str, value: str) -> None:
    root = collection(
        request("r", method="POST", body=f'{{"a": "{{{{{name}}}}}"}}'), variable=declared(**{name: value})
    )
    catalog = read(root)
    assert catalog.apis[0].parameters[0].default is None
    assert codes(catalog) == ["variables_left_out"]


def test_variables_of_kind_secret_and_disabled_ones_are_never_used() -> None:
    rows = [
        {"key": "a", "value": "plain-words", "type": "secret"},
        {"key": "b", "value": "plain-words", "disabled": True},
    ]
    root = collection(request("r", method="POST", body='{"x": "{{a}}", "y": "{{b}}"}'), variable=rows)
    assert [p.default for p in only(root).parameters] == [None, None]


@pytest.mark.parametrize(
    "place",
    [
        {"auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{word}}"}]}},
        {"header": [{"key": "x-functions-key", "value": "{{word}}"}]},
        {"url": "https://h/x?api_key={{word}}"},
        {"body": '{"client_secret": "{{word}}"}'},
    ],
)
def test_a_variable_that_is_a_credential_anywhere_is_an_example_nowhere(place: dict[str, Any]) -> None:
    other: dict[str, Any] = {"name": "other", "request": {"method": "POST", "url": "https://h/y", **place}}
    if "body" in place:
        other["request"]["body"] = {"mode": "raw", "raw": place["body"]}
    root = collection(
        request("r", "https://h/z", "POST", body='{"note": "{{word}}"}'),
        other,
        variable=declared(word="open-sesame"),
    )
    assert "open-sesame" not in repr(read(root))


def test_what_is_left_out_and_what_is_used_is_said() -> None:
    root = collection(
        request("r", method="POST", body='{"a": {{days}}}'),
        variable=declared(days="14", password="x", unused="y"),
    )
    (note,) = read(root).diagnostics
    assert (
        note.message
        == "The values of 2 variables are left out; those of 1 more are examples of what bodies send."
    )


def test_declared_values_change_no_name() -> None:
    requests = [request("same", method="POST", body=f'{{"a": {{{{v{n}}}}}}}') for n in range(3)]
    plain = [api.name for api in read(collection(*requests)).apis]
    assert plain == [
        api.name
        for api in read(collection(*requests, variable=declared(v0="create", v1="drop", v2="list"))).apis
    ]
