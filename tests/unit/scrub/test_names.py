import pytest

from shared.scrub.names import NameKind, name_kind


@pytest.mark.parametrize(
    "name",
    [
        *("contraseña", "contrase%C3%B1a", "hasło", "пароль", "パスワード", "mot_de_passe", "Kennwort"),
        *("PGPASSWORD", "clientsecret", "csrfmiddlewaretoken", "rapidapikey"),
        *("api_key_v2", "API_KEY_PROD", "tokenValue", "access_token_2", "password_new"),
        *("card_pin", "pinCode", "sms_code", "cardVerificationValue", "ASP.NET_SessionId", "connect.sid"),
        *("mfa_seed", "recovery_phrase", "securityAnswer", "aesKey", "license_key", "X-Parse-REST-API-Key"),
    ],
)
def test_a_name_of_a_credential_is_told_in_any_language_and_notation(name: str) -> None:
    assert name_kind(name) is NameKind.SECRET


@pytest.mark.parametrize(
    "name",
    [
        *("max_tokens", "map_pin", "pincode", "passenger", "password_policy", "secretArn"),
        *("token_type", "secret_question", "answer", "seed", "phrase", "spin", "secretary", "monkey"),
    ],
)
def test_a_name_that_only_sounds_like_one_says_nothing(name: str) -> None:
    assert name_kind(name) is NameKind.PLAIN


@pytest.mark.parametrize(
    "name", ["page_token", "nextPageToken", "continuationToken", "public_key", "integrity"]
)
def test_cursors_public_keys_and_checksums_are_identifiers(name: str) -> None:
    assert name_kind(name) is NameKind.IDENTIFIER


@pytest.mark.parametrize(
    "name", ["session_id", "appid", "design_token", "account_partition_key", "user_sort_key", "cache_key"]
)
def test_a_key_is_told_by_the_word_before_it_and_else_judged_by_its_value(name: str) -> None:
    assert name_kind(name, "query") is NameKind.WEAK


@pytest.mark.parametrize("name", ["maxPreAuthorizationGrowthRate", "authorization_amount", "token_total"])
def test_a_measure_of_a_credential_is_none(name: str) -> None:
    assert name_kind(name) is NameKind.PLAIN
