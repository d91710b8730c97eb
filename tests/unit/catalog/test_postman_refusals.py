"""Requests of a collection that test refusals are no operations where another one is served."""

import time
from typing import Any

import pytest

from tests.builders.documents import codes, collection, read, request


def named(
    name: str, test: str = "", method: str = "POST", url: str = "{{b}}/users", **body: Any
) -> dict[str, Any]:
    event = [{"listen": "test", "script": {"exec": [test]}}] if test else []
    return {**request(name, url, method, body=body or None), "event": event}


def names(*requests: dict[str, Any]) -> list[str]:
    return [api.name for api in read(collection(*requests)).apis]


@pytest.mark.parametrize(
    "refused",
    [
        "Create user (400)", "Create user - missing name (HTTP 422 expected)", "Create user - 409", "Create returns 404",
        "Create user: 403 Forbidden", "Create user - Invalid", "Create with wrong password", "Create (missing field)",
        "Create should fail",
    ],
)  # fmt: skip
def test_a_request_whose_name_says_that_it_is_refused_is_no_operation(refused: str) -> None:
    catalog = read(collection(named("Create", login="a", mail="b"), named(refused, login="a")))
    assert [api.name for api in catalog.apis] == ["Create"]
    assert codes(catalog) == ["refusal_left_out"]
    assert all(parameter.required for parameter in catalog.apis[0].parameters)


@pytest.mark.parametrize(
    "kept",
    [
        "Create 500 users", "Create user without login", "Report missing item", "Create (200)", "Invalid invoices", "V404",
        "Top up - 500", "Get 500 users", "Revoke expired tokens", "Find duplicate emails", "Area code 415", "Set state - failed",
        "Should not translate", "Model (Peugeot 508)",
    ],
)  # fmt: skip
def test_other_names_and_numbers_are_operations(kept: str) -> None:
    assert len(names(named("Create", a="1"), named(kept, a="1"))) == 2


def test_what_a_name_says_of_a_request_with_fields_of_its_own_is_no_refusal() -> None:
    assert len(names(named("Create", a="1"), named("Import - duplicate emails", a="1", merge=True))) == 2
    calls = [
        named("Create token", op="createToken", user="a"),
        named("Drop token - not found", op="dropToken", user="a"),
    ]
    assert len(names(*calls)) == 2


def test_what_scripts_assert_goes_before_names() -> None:
    refused = "pm.test('x', () => pm.response.to.have.status(401));"
    served = "pm.expect(pm.response.code).to.be.oneOf([200, 400]); // .have.status(404)"
    assert names(
        named("A", a="1"), named("B", refused, a="2"), named("C - invalid token", served, a="3")
    ) == ["A", "C_-_invalid_token"]


@pytest.mark.parametrize(
    "test",
    ["pm.response.to.be.notFound;", "pm.response.to.not.be.ok;", "pm.expect(pm.response).to.have.property('code', 404)",
     "tests['is refused'] = responseCode.code === 400;"],
)  # fmt: skip
def test_statuses_are_asserted_in_many_ways(test: str) -> None:
    assert names(named("A", a="1"), named("B", test, a="2")) == ["A"]


@pytest.mark.parametrize(
    "test",
    ["pm.expect(pm.response.code).to.be.below(400)", "pm.response.to.not.have.status(500);", "pm.response.to.not.be.error",
     "pm.expect(pm.response.code).to.not.equal(404);", "pm.expect(pm.response).to.not.have.property('code', 404);"],
)  # fmt: skip
def test_what_a_status_is_not_is_no_refusal(test: str) -> None:
    assert names(named("A", a="1"), named("B", test, a="2")) == ["A", "B"]


def test_a_refusal_that_nothing_else_stands_for_stays() -> None:
    assert len(names(named("List", method="GET"), named("Create - 409", a="1"))) == 2


def test_variables_of_other_names_are_one_path() -> None:
    served, refused = (
        named("Get", method="GET", url="{{b}}/users/{{id}}"),
        named("Get (404)", method="GET", url="{{b}}/users/:gone"),
    )
    assert names(served, refused) == ["Get"]


def test_a_name_of_spaces_takes_linear_time() -> None:
    started = time.process_time()
    assert len(names(named("A"), named(f"(400{' ' * 20_000}x"))) == 2
    assert time.process_time() - started < 2.0
