"""Values that a text gives to names of credentials vanish, whatever the notation; ordinary sentences stay."""

import orjson
import pytest

from shared.scrub.text import PLACEHOLDER, scrub_text, scrub_url, scrub_value
from tests.builders.planted import Innocent, innocents

VALUE = "fk7SommerZug9x2"
OPAQUE = "".join(("b1946a", "c92492", "d2347c", "6235b4", "d26111", "84"))


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'X-Api-Key: {v}' -d '{{}}' h",
        "curl -H \"Authorization: Digest username='u', response='{v}'\" h",
        "curl -b 'sid={v}' h",
        "curl --data-urlencode 'passphrase=one {v} two' h",
        "| name | value | |---|---| | api_key | {v} |",
        "| api_key | string | {v} | yours |",
        "<tr><td>auth_token</td><td>{v}</td></tr>",
        "<b>apiKey</b>: <code>{v}</code>",
        "**token:** `{v}`",
        "The password for the sandbox is {v}.",
        'The password is "swordfish{v}".',
        "Set `client_secret` to `{v}`.",
        "your API key ({v}) must be sent",
        "api_key -> {v}",
        "- secret — {v}",
        "Headers: {{'passphrase': 'one {v} two'}}",
        '[{{"name": "client_secret", "type": "text", "value": "{v}"}}',
        "<login><w:Password>\n<![CDATA[{v}]]></w:Password></login>",
        '<add key="client_secret" value="{v}"/>',
        "<param name='db_password'>{v}</param>",
        "a = 1\npassphrase = one {v} two\nb = 2",
        "пароль: {v}",
    ],
)
def test_the_value_of_a_credential_is_replaced_however_it_is_told(text: str) -> None:
    text = text.format(v=VALUE)
    kept = scrub_text(text)
    assert VALUE not in kept
    assert PLACEHOLDER in kept
    assert scrub_text(kept) == kept


@pytest.mark.parametrize("text", [f"integration_ref key: {OPAQUE}", f'{{"cipher": {{"key": "{OPAQUE}"}}}}'])
def test_a_weak_name_gives_away_a_value_that_looks_random(text: str) -> None:
    assert OPAQUE not in scrub_text(text)


def test_the_words_of_a_wallet_are_replaced_as_a_whole() -> None:
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    assert scrub_text(f"The seed phrase is {words}.") == f"The seed phrase is {PLACEHOLDER}."


@pytest.mark.parametrize(
    "one", [one for one in innocents() if one.kind == "prose"], ids=lambda one: one.value[:30]
)
def test_a_sentence_about_credentials_stays(one: Innocent) -> None:
    assert scrub_text(one.value) == one.value


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_json_in_the_text_of_json_is_read_as_json(levels: int) -> None:
    inner: object = {"password": VALUE, "n": 1}
    for _ in range(levels):
        inner = {"payload": orjson.dumps(inner).decode()}
    assert VALUE not in str(scrub_value(inner))


def test_json_without_a_credential_keeps_its_spaces() -> None:
    text = '{ "colour" :  "red" }'
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "url",
    [
        "https://h.test/go?next=https%3A%2F%2Fbob%3A{v}%40h.test",
        "https://h.test/go?next=https%253A%252F%252Fbob%253A{v}%2540h.test",
        "https://h.test/go?next=https://x.test/run?code={v}{v}",
        "https://h.test/Bearer%20{v}/x",
        "redis://:{v}@h.test/0",
        "postgres://bob:a@{v}@h.test/0",
        "/run?contrase%C3%B1a={v}",
    ],
)
def test_a_credential_in_an_encoded_part_of_a_url_is_replaced(url: str) -> None:
    assert VALUE not in scrub_url(url.format(v=VALUE))


def test_a_form_in_a_text_is_read_as_a_form() -> None:
    assert scrub_text(f"a=b%20c&db_password=x%26{VALUE}&d=e") == f"a=b%20c&db_password={PLACEHOLDER}&d=e"


@pytest.mark.parametrize(
    "names", [("Name", "Value"), ("field", "content"), ("header", "val"), ("key", "text")]
)
def test_a_row_names_its_value_in_any_words(names: tuple[str, str]) -> None:
    name, value = names
    assert scrub_value([{name: "client_secret", value: VALUE}]) == [
        {name: "client_secret", value: PLACEHOLDER}
    ]
    assert scrub_value([{name: "colour", value: VALUE}]) == [{name: "colour", value: VALUE}]
