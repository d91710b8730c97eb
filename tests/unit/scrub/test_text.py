import json

import pytest

from shared.scrub.find import find_secrets
from shared.scrub.personal import find_personal, scrub_personal
from shared.scrub.text import PLACEHOLDER, scrub_shown, scrub_text, scrub_url, scrub_value
from tests.builders.planted import Innocent, Planted, innocents, planted

FAKES = planted()
KEPT = innocents()
BY_VALUE = ("header", "query", "body", "plain", "variable", "auth")


def scrubbed(one: Planted) -> str:
    if one.position in BY_VALUE:
        location = one.position if one.position in ("header", "query") else "body"
        name = "token" if one.position == "auth" else one.name
        return str(scrub_value(one.value, name=name, location=location))
    return scrub_url(one.value) if one.position == "url" else scrub_text(one.value)


def test_the_corpora_are_large_enough():
    assert len(FAKES) >= 80
    assert len(KEPT) >= 150


@pytest.mark.parametrize(
    "one", [f for f in FAKES if f.position != "script"], ids=lambda f: f"{f.position}:{f.name}"
)
def test_no_planted_credential_survives(one: Planted):
    assert one.secret not in scrubbed(one)


@pytest.mark.parametrize(
    "one", [f for f in FAKES if f.position != "script"], ids=lambda f: f"{f.position}:{f.name}"
)
def test_scrubbing_twice_changes_nothing_more_and_placeholders_are_no_secrets(one: Planted):
    once = scrubbed(one)
    assert scrub_text(once) == once
    assert find_secrets(once) == []


@pytest.mark.parametrize(
    "one", [f for f in FAKES if f.position in ("plain", "url", "raw")], ids=lambda f: f.name or f.position
)
def test_credentials_are_found_without_a_name(one: Planted):
    assert find_secrets(one.value)


@pytest.mark.parametrize("kind", sorted({one.kind for one in KEPT}))
def test_innocent_values_stay(kind: str):
    of_kind = [one for one in KEPT if one.kind == kind]
    lost = [one for one in of_kind if not stays(one)]
    assert len(lost) <= 0.05 * len(of_kind), lost


def stays(one: Innocent) -> bool:
    return scrub_value(one.value, name=one.name, location=one.location) == one.value


def test_a_secret_name_in_a_schema_scrubs_its_examples_and_keeps_the_schema():
    schema = {
        "properties": {"password": {"type": "string", "minLength": 8, "example": "hunter2"}},
        "required": ["password"],
    }
    scrub = scrub_value(schema)
    assert scrub["properties"]["password"] == {"type": "string", "minLength": 8, "example": PLACEHOLDER}
    assert scrub["required"] == ["password"]


def test_rows_of_key_and_value_are_read_as_name_and_value():
    rows = [
        {"key": "client_secret", "value": "fake-1"},
        {"name": "X-Api-Key", "in": "header", "example": "fake-2"},
    ]
    assert scrub_value(rows) == [
        {"key": "client_secret", "value": PLACEHOLDER},
        {"name": "X-Api-Key", "in": "header", "example": PLACEHOLDER},
    ]


def test_a_variable_typed_secret_loses_its_value_whatever_its_name():
    assert scrub_value({"key": "colour", "value": "fake", "type": "secret"})["value"] == PLACEHOLDER


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("{{token}}", "token"),
        ("Bearer {{token}}", "Authorization"),
        ("{{user}}:{{password}}", "password"),
        ("", "pwd"),
    ],
)
def test_variable_references_stay(value: str, name: str):
    assert scrub_value(value, name=name) == value


def test_a_url_of_variables_keeps_them_and_an_authentication_scheme_stays():
    assert scrub_url("{{base_url}}/x?code={{code}}&q=1") == "{{base_url}}/x?code={{code}}&q=1"
    assert scrub_url("https://{{user}}:{{pass}}@h/x") == "https://{{user}}:{{pass}}@h/x"
    assert scrub_value("Bearer fake123456", name="Authorization") == f"Bearer {PLACEHOLDER}"


def test_a_number_in_a_secret_place_stays_a_number():
    assert scrub_value({"pin": 4711, "max_tokens": 100, "tokens": 7}) == {
        "pin": 0,
        "max_tokens": 100,
        "tokens": 7,
    }


def test_personal_data_becomes_the_same_fake_each_time():
    text = "Write to bob@contoso.com or call +49 30 901820, card 4539 1488 0343 6467."
    fake = scrub_text(text)
    assert fake == scrub_text(text) == scrub_text(fake)
    assert "contoso" not in fake
    assert "901820" not in fake
    assert "4539" not in fake
    assert find_personal(text) == ["card", "email", "phone"]
    assert find_personal(fake) == []


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Pay to DE44500105175407324931 today", "324931"),
        ("Pay to GB82 WEST 1234 5698 7654 32 today", "5698 7654"),
        ("SSN 536-90-4399 on file", "90-4399"),
        ("Ring 0043 316 873-0 first", "316 873"),
        ("mobile=+43 660 1234567", "1234567"),
        ("Ring +1-212-867-5309x12 first", "867-5309"),
        ("Ask ünn.lee@bücher-mail.de first", "bücher-mail"),
        ("See https://h.test/u/ann.lee@corp-mail.de/x", "corp-mail"),
    ],
)
def test_numbers_of_accounts_insurances_and_phones_become_fakes_that_stay(text: str, gone: str):
    fake = scrub_text(text)
    assert gone not in fake
    assert scrub_text(fake) == fake
    assert find_personal(text) != []
    assert find_personal(fake) == []


@pytest.mark.parametrize(
    "value",
    [
        {"Telefon": "030 901820"},
        {"telefono": "612345678"},
        {"contact_no": "9876543210"},
        {"手机号": "13812345678"},
        {"phones": [{"type": "home", "number": "2128675309"}]},
        {"note": "ann.lee [at] corp-mail [dot] de"},
        {"iban": "de89370400440532013000"},
    ],
)
def test_personal_data_is_told_by_names_in_any_language_and_in_any_writing(value: dict[str, object]):
    assert scrub_value(value) != value


@pytest.mark.parametrize("text", ["logo@2x.png", "vue@next.prod.js", "pkg@1.2.3", "git@github.com:a/b.git"])
def test_files_and_versions_are_no_addresses(text: str):
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "text", ["XX44500105175407324931", "AT621904300234573201", "000-12-3456", "1234-56-7890", "0011223344"]
)
def test_numbers_that_nobody_was_given_stay(text: str):
    assert scrub_text(text) == text


def test_a_number_under_the_name_of_an_insurance_or_a_phone_is_personal_in_any_form():
    number = "536 904 399".replace(" ", "")
    assert scrub_value(number, name="ssn") != number
    assert scrub_value("0660 / 123 45 67", name="phone").startswith("202-555-")
    assert scrub_value(number, name="order_number") == number


def test_a_number_under_a_phone_name_becomes_a_fictional_number_of_the_same_type():
    assert str(scrub_value(436641234567, name="phone")).startswith("1202555")
    assert scrub_value("06641234567", name="mobile_number").startswith("1202555")
    assert scrub_personal("06641234567", "order_number") == "06641234567"


def test_a_credential_place_accepts_only_placeholders_and_variables():
    assert find_secrets("swordfish", name="password") == ["credential"]
    assert find_secrets(PLACEHOLDER, name="password") == []
    assert find_secrets("${steps.1.token}", name="token") == []
    assert find_secrets("{{api_key}}", name="api_key") == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "Password=" * 7_000,
        "eyJ" * 20_000,
        "sk-" + "a-" * 30_000,
        "<a>" * 20_000,
        "://" * 20_000,
    ],
)
def test_long_hostile_text_is_scrubbed_without_error(text: str):
    assert isinstance(scrub_text(text), str)


def test_values_of_other_types_pass():
    value = {"a": None, "b": True, "c": 1.5, "d": [], "e": {}}
    assert scrub_value(value) == value
    assert json.dumps(scrub_value((1, 2))) == "[1, 2]"


def test_ordinary_values_of_a_plan_are_no_secrets():
    flagged = [one for one in KEPT if isinstance(one.value, str) and find_secrets(one.value, name=one.name)]
    assert len(flagged) <= 0.01 * len(KEPT), flagged


@pytest.mark.parametrize(
    "name", ["N2sVpnGateways_GetN2sVpnConnectionHealth", "GetSecurityRulesV2Details_Ec2InstanceId"]
)
def test_a_long_name_of_words_and_numbers_is_kept(name: str) -> None:
    assert scrub_text(name) == name


@pytest.mark.parametrize("half", ["\ud800", "\udfff"])
def test_half_a_character_beside_a_credential_hides_nothing(half: str):
    """JSON can write one (`\\ud800`); the searches for fixed words work on well-formed text."""
    text = f"{half} password=fake-hunter-2222"
    assert "hunter" not in scrub_text(text)
    assert "assignment" in find_secrets(text)
    assert scrub_text(f"a {half} of nothing") == f"a {half} of nothing"


def test_what_a_schema_shows_of_a_value_is_what_scrubbing_all_of_it_gives() -> None:
    """What is not shown still says what the rest is: the second row that the first is a `code` of a grant."""
    value = {
        "rows": [{"key": "code", "value": "fake-hunter-2222"}, {"key": "grant_type", "value": "code"}],
        "user": {"name": "ann@example.com", "password": "fake-hunter-2222", "note": "x" * 400},
        "left": {"out": "password=fake-hunter-2222"},
    }
    text = {"type": "string"}
    row = {"properties": {"key": text, "value": text}}
    user = {"properties": {"name": text, "password": text, "note": text}}
    shown = scrub_shown(value, {"properties": {"rows": {"items": row}, "user": user}})
    whole = scrub_value(value)
    assert shown == {"rows": whole["rows"][:1], "user": {**whole["user"], "note": ""}}
    assert "hunter" not in str(shown)


@pytest.mark.parametrize("text", ["&sig= hunter2 = hunter2", "Bearer bob@corp.iopassword=hunter2"])
def test_what_a_placeholder_lays_open_is_scrubbed_too(text: str):
    kept = scrub_text(text)
    assert kept != text
    assert scrub_text(kept) == kept


@pytest.mark.parametrize("space", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u3000"])
def test_any_white_space_stands_between_words(space: str):
    for text in ("use~ann: Tr0ub4dor3!x", "Please try~ann / Tr0ub4dor3!x now", "u: ann p~: Tr0ub4dor3!x"):
        assert "Tr0ub4dor3" not in scrub_text(text.replace("~", space))


def test_a_row_of_a_table_may_begin_with_an_empty_cell():
    table = "|Env|User|Password|\n|-|-|-|\n|prod|ann|dragon99|\n||bob|letmein1|\n|test|eve|sunshine|"
    assert scrub_text(table).count("<secret:string>") == 3
