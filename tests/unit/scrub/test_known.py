"""Credentials that a document names itself do not survive, wherever they stand in it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.ingest import ingest
from shared.catalog.serialize import to_json
from shared.scrub.known import KnownSecrets
from tests.builders.documents import collection, folder, json_document, only, openapi, read, request, swagger

SECRET = "fake-shop-value-12"
V21_AUTH = {
    "type": "apikey",
    "apikey": [{"key": "key", "value": "X-Shop"}, {"key": "value", "value": "{{v}}"}],
}
V20_AUTH = {"type": "apikey", "apikey": {"key": "X-Shop", "value": "{{v}}"}}


def stored(root: Any) -> str:
    return to_json(read(root)).decode()


def header(name: str = "X-Shop", value: str = SECRET) -> dict[str, Any]:
    return {"header": [{"key": name, "value": value}]}


@pytest.mark.parametrize("auth", [V20_AUTH, V21_AUTH], ids=["v2.0", "v2.1"])
@pytest.mark.parametrize(
    "build",
    [
        lambda auth: collection(request("a", **header()), auth=auth),
        lambda auth: collection(folder("f", request("b", auth=auth), auth=None), request("a", **header())),
        lambda auth: collection(folder("f", request("a", **header("x-shop")), auth=auth)),
        lambda auth: collection(request("a", f"https://h.test/a?X-Shop={SECRET}"), auth=auth),
        lambda auth: collection(
            request("a", "https://h.test/a", "POST", body={"x": {"X-Shop": SECRET}}), auth=auth
        ),
        lambda auth: collection(request("a", description=f"Send `X-Shop: {SECRET}`."), auth=auth),
    ],
    ids=["collection", "request", "folder", "query", "body", "description"],
)
def test_a_name_in_an_authentication_block_names_a_credential(auth: Any, build: Any) -> None:
    text = stored(build(auth))
    assert SECRET not in text
    assert "hop" in text


def test_without_such_a_block_the_value_stays() -> None:
    assert SECRET in stored(collection(request("a", **header())))


@pytest.mark.parametrize("word", ["default", "example"])
def test_a_name_in_a_security_scheme_names_a_credential(word: str) -> None:
    row = {"name": "X-Shop", "in": "header", "required": True, "schema": {"type": "string"}, word: SECRET}
    scheme = {"shop": {"type": "apiKey", "in": "header", "name": "X-Shop"}}
    found = only(
        openapi({"/a": {"get": {"parameters": [row]}}}, components={"securitySchemes": scheme})
    ).parameters[0]
    assert (found.default, found.required) == ("<secret:string>", False)
    row = {"name": "X-Shop", "in": "query", "type": "string", word: SECRET}
    assert SECRET not in stored(swagger({"/a": {"get": {"parameters": [row]}}}, securityDefinitions=scheme))


def test_a_weak_word_in_a_security_scheme_is_an_ordinary_field_of_a_body() -> None:
    scheme = {"k": {"type": "apiKey", "in": "query", "name": "key"}}
    body = {
        "content": {
            "application/json": {"schema": {"properties": {"key": {"type": "string", "default": "colour"}}}}
        }
    }
    row = {"name": "key", "in": "query", "schema": {"type": "string", "default": "short7"}}
    nodes = {"post": {"requestBody": body}, "get": {"parameters": [row]}}
    post, get = read(openapi({"/a": nodes}, components={"securitySchemes": scheme})).apis
    assert (post.parameters[0].default, get.parameters[0].default) == ("colour", "<secret:string>")


@pytest.mark.parametrize(
    "variable",
    [{"key": "shop", "value": SECRET, "type": "secret"}, {"key": "shop_password", "value": SECRET}],
)
@pytest.mark.parametrize("place", ["url", "query", "header", "body", "deep", "text", "description", "name"])
def test_the_value_of_a_secret_variable_is_replaced_everywhere(variable: Any, place: str) -> None:
    made = {
        "url": lambda: request("a", f"https://h.test/{SECRET}/x"),
        "query": lambda: request("a", f"https://h.test/x?q={SECRET}"),
        "header": lambda: request("a", **header("X-Trace")),
        "body": lambda: request("a", method="POST", body={"q": SECRET}),
        "deep": lambda: request("a", method="POST", body={"q": {"r": [f"x {SECRET} y"]}}),
        "text": lambda: request("a", method="POST", body=f"say {SECRET} now"),
        "description": lambda: request("a", description=f"Say {SECRET}, then go."),
        "name": lambda: request(f"say {SECRET}"),
    }[place]()
    text = stored(collection(made, variable=[variable]))
    assert SECRET not in text


def test_a_short_value_of_a_secret_variable_stays_where_it_is_a_word() -> None:
    root = collection(
        request("a", description="Order a shop."), variable=[{"key": "pw", "value": "shop", "type": "secret"}]
    )
    assert only(root).description == "Order a shop."


def test_names_of_one_document_say_nothing_of_another() -> None:
    one = json_document(collection(request("a", **header()), auth=V20_AUTH), "one")
    other = json_document(collection(request("b", **header(value="of-another-13")), name="other"), "two")
    for documents in ([one, other], [other, one]):
        defaults = {api.original_name: api.parameters[0].default for api in ingest(documents).apis}
        assert defaults == {"a": "<secret:string>", "b": "of-another-13"}


def test_the_value_of_a_variable_behind_an_authentication_block_is_replaced_everywhere() -> None:
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": "{{shop}}"}]}
    made = request("a", "https://h.test/a", "POST", body={"q": SECRET})
    assert SECRET not in stored(collection(made, auth=auth, variable=[{"key": "shop", "value": SECRET}]))
    assert SECRET in stored(collection(made, variable=[{"key": "shop", "value": SECRET}]))


def test_a_secret_variable_is_found_in_an_encoded_url() -> None:
    root = collection(
        request("a", f"https://h.test/Basic%20{SECRET}"),
        variable=[{"key": "shop", "value": f"Basic {SECRET}", "type": "secret"}],
    )
    assert SECRET not in stored(root)


@pytest.mark.parametrize(
    "row", [{"header": "X-Own", "value": "zanzibar"}, {"name": "X-Own", "example": "zanzibar"}]
)
def test_a_named_credential_is_found_in_rows_of_every_form(row: dict[str, str]) -> None:
    assert "zanzibar" not in str(KnownSecrets(["X-Own"]).value([row], "rows", "body"))


def test_names_and_values_over_the_limit_are_counted() -> None:
    assert KnownSecrets((), [f"own-value-{n:04}" for n in range(2_010)]).left_out == 10
