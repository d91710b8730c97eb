from collections.abc import Callable

import orjson
import pytest

from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.serialize import to_json
from shared.scrub.find import find_secrets
from shared.scrub.text import scrub_text
from tests.builders.documents import collection, openapi, read, request, zipped
from tests.builders.planted import (
    innocent_document,
    innocents,
    openapi_document,
    planted,
    postman_document,
    simple_document,
)


@pytest.mark.parametrize(
    ("name", "build"),
    [("postman", postman_document), ("openapi", openapi_document), ("simple", simple_document)],
    ids=["postman", "openapi", "simple"],
)
def test_no_planted_credential_reaches_the_catalog(name: str, build: Callable[[], bytes]):
    catalog = ingest([Document(name, build())])
    assert len(catalog.apis) >= 80
    stored = to_json(catalog).decode()
    assert [
        one for one in planted() if one.secret in stored or one.secret.replace("\n", "\\n") in stored
    ] == []


def test_innocent_values_are_kept_by_ingestion():
    catalog = ingest([Document("innocents", innocent_document())])
    kept = [api.parameters[0].default for api in catalog.apis]
    expected = [one.value for one in innocents()]
    assert len(kept) == len(expected)
    assert sum(a == b for a, b in zip(kept, expected, strict=True)) >= 0.97 * len(expected)


_TOKEN = "ghp_" + "F4keFakeFakeFakeFakeFakeFakeFake1234"
_BODY = {"info": {_TOKEN: 1, "plain": {"bob@corp.test.com": [{_TOKEN: "x"}]}}, _TOKEN: {"a": 1}}


def test_a_key_of_a_body_or_an_answer_that_is_a_credential_is_replaced():
    answer = [{"code": 200, "body": orjson.dumps(_BODY).decode()}]
    root = collection(request("a", method="POST", body=_BODY, response=answer))
    stored = to_json(read(root)).decode()
    assert [secret for secret in (_TOKEN, "bob@corp") if secret in stored] == []
    assert "plain" in stored
    media = {"content": {"application/json": {"example": _BODY}}}
    node = {"requestBody": media, "responses": {"200": media}}
    stored = to_json(read(openapi({"/a": {"post": node}}))).decode()
    assert [secret for secret in (_TOKEN, "bob@corp") if secret in stored] == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("curl -u bob:hunter2 https://h.test/x", "curl -u <secret:string> https://h.test/x"),
        ("curl -u 'bob:hunter 2' h", "curl -u '<secret:string>' h"),
        ('curl --user "bob:hunter2" h', 'curl --user "<secret:string>" h'),
        ("curl -ubob:hunter2 h", "curl -u<secret:string> h"),
        ("curl --user=bob:hunter2 h", "curl --user=<secret:string> h"),
        ("curl h -U bob:hunter2", "curl h -U <secret:string>"),
        ("curl h -X POST --proxy-user bob:hunter2", "curl h -X POST --proxy-user <secret:string>"),
    ],
)
def test_the_user_of_a_curl_command_is_replaced(text: str, kept: str):
    assert scrub_text(text) == kept
    assert scrub_text(kept) == kept
    assert (find_secrets(text) != [], find_secrets(kept)) == (True, [])
    assert read(collection(request("a", description=text))).apis[0].description == kept


@pytest.mark.parametrize(
    "text",
    [
        "curl -u {{user}}:{{pass}} h",
        "curl -u $USER:$PASS h",
        "curl -u <user>:<pass> h",
        "docker run -u 10:20 x",
    ],
)
def test_a_curl_command_without_a_value_of_its_own_is_kept(text: str):
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "personal",
    ["bob@corp.test.com", "bob%40corp.test.com", "+4915112345678", "4539 1488 0343 6467".replace(" ", "")],
)
def test_personal_data_in_a_path_is_replaced(personal: str):
    for root in (
        collection(request("a", f"https://h.test/users/{personal}/orders?x=1")),
        collection(request("a", {"raw": f"{{{{base}}}}/users/{personal}"})),
        {"apis": [{"name": "a", "description": "b", "path": f"/users/{personal}/orders?mail={personal}"}]},
    ):
        (api,) = read(root).apis
        assert personal not in to_json(read(root)).decode()
        assert "/users/" in api.path


SEEN_ELSEWHERE = "Zt8-mQ2v-Lk5x"


def test_a_credential_that_is_the_name_of_a_field_elsewhere_goes() -> None:
    body = {"password": SEEN_ELSEWHERE, "users": {SEEN_ELSEWHERE: {"role": "admin"}}}
    catalog = read(collection(request("Add", "{{b}}/x", "POST", body=body)))
    assert SEEN_ELSEWHERE not in str(catalog)
    assert [p.name for p in catalog.apis[0].parameters] == ["password", "users"]


def test_a_credential_that_is_the_name_of_a_property_goes() -> None:
    schema = {"properties": {"a": {"type": "object", "properties": {SEEN_ELSEWHERE: {"type": "string"}}}}}
    media = {"content": {"application/json": {"schema": schema, "example": {"password": SEEN_ELSEWHERE}}}}
    node = {"requestBody": media, "responses": {"200": media}}
    assert SEEN_ELSEWHERE not in str(read(openapi({"/a": {"post": node}})))


def test_a_credential_that_a_later_document_tells_goes_from_an_earlier_one() -> None:
    first = collection(
        request(
            f"Use {SEEN_ELSEWHERE} here",
            f"{{{{b}}}}/x/{SEEN_ELSEWHERE}",
            "POST",
            body={"note": SEEN_ELSEWHERE},
        )
    )
    later = collection(request("Log in", "{{b}}/y", "POST", body={"password": SEEN_ELSEWHERE}))
    catalog = ingest([zipped(a=first, b=later)])
    assert len(catalog.apis) == 2
    assert SEEN_ELSEWHERE not in str(catalog)


def test_a_table_in_a_body_loses_the_cells_of_its_secret_columns_before_its_fields_part() -> None:
    table = {"columns": ["user", "password"], "rows": [["ada", "tulip"]]}
    media = {"application/json": {"schema": {"properties": {"columns": {}, "rows": {}}}, "example": table}}
    for root in (
        collection(request("Add", "{{b}}/x", "POST", body=table)),
        openapi({"/a": {"post": {"requestBody": {"content": media}}}}),
    ):
        catalog = read(root)
        assert "tulip" not in str(catalog)
        assert "ada" in str(catalog)
