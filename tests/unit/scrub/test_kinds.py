"""Credentials of every kind, in whatever form a document gives them, and secrets that are found again elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.catalog.serialize import to_json
from shared.scrub.text import scrub_value
from tests.builders.documents import collection, folder, openapi, read, request
from tests.builders.planted import innocents, kinds, planted

# Made up by a person, drawn at random (where only the look of a part of a url tells), and a word like any other.
CHOSEN, DRAWN, WORD = "V1oletHarb0r77", "q7Yz81LmNo92PrStUv03WxYz", "violetharbour"
KINDS = kinds(CHOSEN, DRAWN)
WORDS = [one for one in kinds(WORD, DRAWN) if one[0] in ("name", "row")]


def holds(found: Any, *secrets: str) -> bool:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return any(secret in text for secret in secrets or (CHOSEN, DRAWN, WORD))


def stored(root: Any) -> str:
    return to_json(read(root)).decode()


def test_there_are_enough_of_them() -> None:
    assert len(KINDS) >= 250
    assert len(KINDS) + len(planted()) >= 420
    assert len(innocents()) >= 300


@pytest.mark.parametrize(("kind", "value"), [*KINDS, *WORDS], ids=lambda one: str(one)[:60])
def test_a_credential_is_replaced_in_any_value(kind: str, value: Any) -> None:
    kept = scrub_value(value)
    assert not holds(kept)
    assert type(kept) is type(value)
    assert scrub_value(kept) == kept


def test_none_reaches_a_catalog_of_openapi() -> None:
    paths = {}
    for number, (_, value) in enumerate(KINDS):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        sample = {"type": "object", "properties": {"held": {}}, "example": {"held": value}}
        field = {"type": "object", "properties": {"note": {"example": value}, "other": {"default": value}}}
        paths[f"/{number}"] = {
            "post": {
                "summary": text,
                "description": text,
                "tags": [text],
                "parameters": [{"name": "q", "in": "query", "description": text, "example": value}],
                "requestBody": {
                    "content": {"application/json": {"schema": field, "example": {"note": value}}}
                },
                "responses": {"200": {"content": {"application/json": {"schema": sample, "example": value}}}},
            }
        }
    root = openapi(paths)
    assert len(read(root).apis) == len(KINDS)
    assert not holds(stored(root))


def test_none_reaches_a_catalog_of_postman() -> None:
    items = []
    for number, (_, value) in enumerate(KINDS):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        body = {"held": value, "number": number}
        row = {"key": "memo", "value": text, "description": text}
        form = {"mode": "urlencoded", "urlencoded": [row]}
        answer = {"code": 200, "body": json.dumps(body), "originalRequest": {"url": text, "header": [row]}}
        raw = request(f"a{number}", "https://h.test/a", "POST", body=body, header=[row], description=text)
        items.append(folder(text, {**raw, "response": [answer]}, description=text))
        items.append(request(text, f"https://h.test/{number}", "POST", body=form))
        items.append(request(f"b{number}", f"https://h.test/b{number}", "POST", body=text))
    assert not holds(stored(collection(*items)))


def test_none_reaches_a_catalog_of_the_simple_form() -> None:
    entries = []
    for number, (_, value) in enumerate(KINDS):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parameter = {"name": "note", "type": "string", "default": value, "description": text}
        entries.append({"name": f"a{number}", "description": text, "path": "/a", "parameters": [parameter]})
    assert not holds(stored({"apis": entries}))


AUTH = [
    {"type": "bearer", "bearer": [{"key": "token", "value": CHOSEN}]},
    {"bearer": [{"key": "token", "value": CHOSEN}]},
    {"type": "noauth", "bearer": [{"key": "token", "value": CHOSEN}]},
    {"type": "noauth", "basic": {"username": "ann", "password": CHOSEN}},
    {
        "type": "basic",
        "basic": [{"key": "password", "value": CHOSEN}],
        "apikey": [{"key": "key", "value": "X"}],
    },
    {"type": "apikey", "apikey": [{"key": "value", "value": CHOSEN}, {"key": "key", "value": "X-Shelf"}]},
    {"type": "oauth2", "oauth2": [{"key": "clientSecret", "value": CHOSEN}]},
    {"type": "awsv4", "awsv4": {"secretKey": CHOSEN, "region": "eu-west-1"}},
    {"type": "hawk", "hawk": [{"key": "authKey", "value": CHOSEN}]},
]


@pytest.mark.parametrize("auth", AUTH, ids=range(len(AUTH)))
@pytest.mark.parametrize("place", ["collection", "folder", "request", "example"])
def test_a_secret_of_an_authentication_block_is_found_again_anywhere(auth: Any, place: str) -> None:
    elsewhere = request(
        "a", f"https://h.test/{CHOSEN}/x", "POST", body={"memo": CHOSEN}, description=f"Is {CHOSEN}."
    )
    holder = request("b")
    more: dict[str, Any] = {}
    if place == "request":
        holder = request("b", auth=auth)
    elif place == "example":
        holder["response"] = [{"code": 200, "body": "{}", "originalRequest": {"auth": auth}}]
    elif place == "collection":
        more = {"auth": auth}
    items = [folder("f", holder, auth=auth)] if place == "folder" else [holder]
    assert not holds(stored(collection(*items, elsewhere, **more)))


@pytest.mark.parametrize(
    "told",
    [
        {"header": [{"key": "Authorization", "value": f"Bearer {CHOSEN}"}]},
        {"header": [{"key": "X-Api-Key", "value": CHOSEN, "disabled": True}]},
        {"header": f"X-Api-Key: {CHOSEN}"},
        {"body": {"password": CHOSEN}},
        {"body": f"user=ann&password={CHOSEN}"},
        {"body": f'<login user="ann" pw="{CHOSEN}"/>'},
        {"description": f"Log in as ann / {CHOSEN}."},
        {"url": f"https://ann:{CHOSEN}@h.test/a"},
        {"url": f"https://h.test/a?api_key={CHOSEN}"},
    ],
    ids=lambda told: next(iter(told)),
)
def test_a_secret_told_in_one_request_is_found_again_in_another(told: dict[str, Any]) -> None:
    url = told.pop("url", "https://h.test/a")
    one = request("a", url, "POST", **told)
    other = request("b", f"https://h.test/b/{CHOSEN}", "POST", body={"memo": f"as {CHOSEN} says"})
    assert not holds(stored(collection(one, other)))


TOGETHER = [
    {"mode": "formdata", "formdata": [{"key": "grant_type", "value": "authorization_code"}, {"key": "code", "value": CHOSEN}]},
    {"mode": "urlencoded", "urlencoded": [{"key": "fieldName", "value": "password"}, {"key": "fieldValue", "value": CHOSEN}]},
    {"mode": "urlencoded", "urlencoded": [{"key": "securityQuestion", "value": "Pet?"}, {"key": "answer", "value": CHOSEN}]},
    {"mode": "graphql", "graphql": {"query": "query($p: String){ login(pw: $p) { id } }", "variables": json.dumps({"p": CHOSEN})}},
    {"mode": "raw", "raw": json.dumps({"securityQuestion": "Pet?", "answer": CHOSEN})},
    {"mode": "raw", "raw": json.dumps({"grantType": "authorization_code", "code": CHOSEN})},
    {"mode": "raw", "raw": f"user,password\nann,{CHOSEN}\n"},
    {"mode": "raw", "raw": f"| user | password |\n|---|---|\n| ann | {CHOSEN} |"},
]  # fmt: skip


@pytest.mark.parametrize("body", TOGETHER, ids=range(len(TOGETHER)))
def test_what_is_sent_together_says_what_is_a_credential(body: Any) -> None:
    made = request("a", "https://h.test/a", "POST", body=body)
    assert not holds(stored(collection(made, request("b", f"https://h.test/{CHOSEN}"))))


ROWS = [
    {"name": "password", "value": WORD},
    {"key": "api_key", "data": WORD},
    {"isSecret": True, "name": "x", "value": WORD},
    {"securityQuestion": "Pet?", "answer": WORD},
    {"op": "replace", "path": "/password", "value": WORD},
]


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_a_body_that_is_one_row_loses_its_value_before_its_fields_part(row: dict[str, Any]) -> None:
    media = {"application/json": {"schema": {"properties": {key: {} for key in row}}, "example": row}}
    for root in (
        collection(request("a", "https://h.test/a", "POST", body=row)),
        openapi({"/a": {"post": {"requestBody": {"content": media}}}}),
    ):
        assert len(read(root).apis[0].parameters) == len(row)
        assert not holds(stored(root))


def test_what_a_diagnostic_cuts_is_searched_whole() -> None:
    pattern = f"{'(' * 9} password={CHOSEN}" + "x" * 90
    rows = [{"name": "q", "in": "query", "schema": {"type": "string", "pattern": pattern}}]
    assert not holds(stored(openapi({"/a": {"get": {"parameters": rows}}})))


def test_the_password_of_a_login_in_a_query_is_told_by_the_user_beside_it() -> None:
    assert not holds(stored(collection(request("a", f"https://h.test/a?u=ann&p={CHOSEN}"))))


def test_a_short_code_of_a_grant_is_replaced_where_it_stands_and_nowhere_else() -> None:
    fields = {"grant_type": {"type": "string"}, "code": {"type": "string", "example": "ab12"}}
    content = {
        "application/json": {"schema": {"properties": fields}, "example": {"grant_type": "x", "code": "ab12"}}
    }
    node = {"description": "Room ab12.", "requestBody": {"content": content}}
    (api,) = read(openapi({"/a": {"post": node}})).apis
    assert api.description == "Room ab12."
    assert api.parameters[1].default == "<secret:string>"


@pytest.mark.parametrize(
    "told",
    [
        {"header": [{"key": "Set-Cookie", "value": f"sid={CHOSEN}; Path=/"}]},
        {"cookie": [{"key": "sid", "value": CHOSEN}]},
        {"body": json.dumps({"session_token": CHOSEN})},
        {
            "originalRequest": {
                "header": [{"key": "Authorization", "value": "Basic YW5uOlYxb2xldEhhcmIwcjc3"}]
            }
        },
    ],
    ids=lambda told: next(iter(told)),
)
def test_a_secret_of_a_saved_example_is_found_again(told: dict[str, Any]) -> None:
    one = request("a", response=[{"code": 200, **told}])
    assert not holds(stored(collection(one, request("b", method="POST", body={"memo": f"was {CHOSEN}"}))))


def test_the_header_of_a_security_scheme_says_what_is_a_credential_anywhere() -> None:
    row = {"name": "X-Shop", "in": "header", "schema": {"type": "string"}, "example": CHOSEN}
    node = {"parameters": [row], "description": f"As {CHOSEN} says."}
    schemes = {"securitySchemes": {"shop": {"type": "apiKey", "in": "header", "name": "X-Shop"}}}
    assert not holds(stored(openapi({f"/a/{CHOSEN}": {"get": node}}, components=schemes)))


@pytest.mark.parametrize(
    "script", [f"pm.environment.set('token', '{CHOSEN}')", f'const password = "{CHOSEN}";']
)
def test_a_secret_of_a_script_is_found_again_in_a_body(script: str) -> None:
    event = [{"listen": "prerequest", "script": {"exec": ["// first", script]}}]
    assert not holds(stored(collection(request("a", method="POST", body={"x": CHOSEN}), event=event)))


def test_a_word_under_the_name_of_a_credential_is_not_taken_out_of_texts() -> None:
    made = request("a", method="POST", body={"password": "lighthouse"}, description="Visits the lighthouse.")
    (api,) = read(collection(made)).apis
    assert api.description == "Visits the lighthouse."
    assert api.parameters[0].default == "<secret:string>"


@pytest.mark.parametrize("word", ["format", "type", "title"])
def test_no_keyword_of_a_schema_carries_a_credential(word: str) -> None:
    token = "sk_" + "live_51HxYzAbCdEfGhIjKlMnOp"
    rows = [{"name": "q", "in": "query", "schema": {"type": "string", word: token}}]
    assert token not in stored(openapi({"/a": {"get": {"parameters": rows}}}))


@pytest.mark.parametrize(
    "value",
    [
        {"required": ["password", "address1"]},
        ["password", "client_credentials"],
        {"columns": ["name", "password", "lastLogin2"]},
        {"question": "What is the capital of Styria?", "answer": "Graz"},
        {"grants": ["authorization_code", "password"]},
        {"id": "theme", "value": "dark2024Blue"},
        {"label": "Colour", "value": "R4L9010x"},
        {"code": "ORDER_NOT_FOUND", "grant": "x"},
        {"community": "gardeners"},
        {"clave_producto": "L4mp01a"},
    ],
)
def test_what_only_looks_like_a_row_or_a_pair_stays(value: Any) -> None:
    assert scrub_value(value) == value


TOLD = [
    "Use password `§`.",
    "with password §",
    "The password is §.",
    "Login: bob / §",
    "credentials bob:§",
    "| user | password |\n|--|--|\n| bob | § |",
    "user,password\nbob,§",
    "curl -u bob:§ h",
]


@pytest.mark.parametrize(
    "word", ["hun" + "ter2", "ad" + "min123", "Wel" + "come1", "win" + "ter-2024", "Sup3rS3" + "cret!"]
)
def test_a_word_with_a_number_is_a_password_where_nothing_else_can_stand(word: str) -> None:
    assert [text for text in TOLD if word in scrub_value(text.replace("§", word))] == []


@pytest.mark.parametrize(
    "text",
    [
        "password field2",
        "password SHA256",
        "with password policy3",
        "login with Google / Facebook",
        "log in with OAuth2 / SAML2",
        "| name | password |\n|--|--|\n| type | string |",
        "id, password, address1",
        "The password is case-sensitive.",
    ],
)
def test_words_that_describe_a_password_stay(text: str) -> None:
    assert scrub_value(text) == text
