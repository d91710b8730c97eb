"""Tells from a parameter's name whether its value is a credential."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from urllib.parse import unquote

_LETTERS = re.compile(r"[^\W\d_]+|\d+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

# Words that make a name secret wherever they stand, unless the last word says it is about the secret only.
_SECRET_WORDS = frozenset(
    "password passwords passwd pwd passphrase passcode passkey secret secrets credential credentials creds "
    "apikey authkey appkey privatekey accesskey secretkey authtoken accesstoken userpass jwt cookie cookies "
    "otp totp otpauth cvv cvc cvv2 csc authorization userpwd sas sastoken xsrf csrf "
    # The word for a password in other languages.
    "kennwort passwort contrasena contrasenya motdepasse senha parola wachtwoord losenord passord adgangskode "
    "salasana heslo haslo hasło jelszo sifre пароль 密码 密碼 口令 パスワード 暗証番号 비밀번호".split()
)
# Nothing but a credential is called by a word that ends so: `pgpassword`, `clientsecret`, `csrfmiddlewaretoken`.
_SECRET_ENDINGS = ("password", "passwd", "passphrase", "secret", "apikey")
# Words after a name that do not change what it names: `api_key_prod`, `tokenValue`, `password_new`.
_NEUTRAL = frozenset(
    "v value val string prod production dev development test testing live sandbox staging stage uat qa new old "
    "current primary secondary default".split()
)
# `x_key` is a credential for these x; any other key is judged by its value.
_KEY_KINDS = frozenset(
    "aes api auth access account admin app application cipher client consumer crypt db database deploy developer enc "
    "encryption function functions gpg host hmac instrumentation integration jwt license licence live master "
    "merchant partner pgp private publishable rapidapi restricted sandbox secret security server service session "
    "shared signing ssh storage subscription system user webhook wep wifi wpa write".split()
)
# `base_url_code`: the key of a function app is sent as `?code=`.
_CODE_KINDS = frozenset(
    "url function functions host access auth security verification login unlock sms mfa factor backup recovery pin "
    "passwd tan".split()
)
# `x_pin` is a place on a map or a board for these x.
_OTHER_PINS = frozenset(
    "map drop gpio input output data analog digital pwm tx rx led board push rolling".split()
)
_PHRASE_KINDS = frozenset("seed recovery backup wallet secret pass mnemonic".split())
_SEED_KINDS = frozenset("mfa wallet secret master hd private".split())
_CURSORS = frozenset(
    "page next previous prev continuation cursor sync delta skip paging pagination resume start end".split()
)
_TOKEN_QUALIFIERS_KEPT = _CURSORS | frozenset(
    "max min stop bos eos pad unk mask prompt completion input output cached number num total used vote csv "
    "design color colour theme style syntax".split()
)
# Last words that say the value describes a credential and is none.
_ABOUT = frozenset(
    "type types kind policy name names length size count counts limit expires expiry expiration expiring expired "
    "expire at enabled disabled required url uri urls endpoint version hint format min max algorithm alg rotation "
    "location in status state scope scopes ttl days hours minutes seconds age strength id ids method mode "
    "schema header prefix field fields path file label labels description title created updated changed "
    "provider issuer audience usage options settings config set valid reset link page ref refs reference "
    "parameter params budget price cost per requirements rules list mapping mappings sid arn urn uuid guid alias "
    "question manager engine template strategy source placeholder pattern regex history attempts rate amount percent "
    "percentage total currency".split()
)
_EXACT = frozenset(
    "authorization proxy-authorization cookie set-cookie x-auth x-auth-token token tokens key-secret sig pin "
    "bearer auth-header client-assertion assertion samlresponse saml-response saml-assertion code-verifier "
    "auth-code authorization-code awsaccesskeyid x-amz-credential x-amz-signature x-goog-signature "
    "x-goog-credential x-hub-signature connectionstring connection-string conn-str connstr connection-strings "
    "pass user-pass db-pass smtp-pass ftp-pass login-pass admin-pass root-pass private-pem pem jsessionid "
    "phpsessid connect-sid asp-net-session-id laravel-session one-time-code recovery-codes mnemonic token-auth psk "
    "pre-shared-key pin-number security-answer secret-answer challenge-answer basic-auth http-auth "
    "card-verification-value card-verification-number".split()
)
# Names that are credentials only if the value looks like one: `?code=` of a function app, `key` of a map service.
_WEAK_WORDS = frozenset(
    "key keys code auth signature hmac token tokens cert certificate sid session pat".split()
)
_WEAK_EXACT = frozenset("key code signature x-signature appid sessionid".split())
_CURSOR_WORDS = frozenset(
    "pagetoken nextpagetoken nexttoken synctoken continuationtoken cursortoken maxtoken".split()
)
_IDENTIFIER_WORDS = frozenset(
    "id ids uuid guid hash hashes sha md5 sha1 sha256 sha512 digest checksum etag fingerprint thumbprint cursor "
    "slug commit revision rev version marker oid cid ref arn urn image photo picture avatar thumbnail icon logo "
    "base64 embedding vector nonce after before since integrity boundary".split()
)


class NameKind(Enum):
    """What a name says of its value."""

    SECRET = "secret"  # noqa: S105 - a kind of name
    WEAK = "weak"
    PLAIN = "plain"
    IDENTIFIER = "identifier"


@lru_cache(maxsize=32_768)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a `snake_case`, `kebab-case`, `camelCase` or `Title Case` name, in lower case, without accents."""
    name = unquote(name[:200]) if "%" in name else name[:200]
    if not name.isascii():
        plain = "".join([ch for ch in unicodedata.normalize("NFKD", name) if not unicodedata.combining(ch)])
        if not plain.isascii():  # another script
            return tuple([word.lower() for word in _LETTERS.findall(name)])
        name = plain
    return tuple([word.lower() for word in _WORD.findall(name)])


@lru_cache(maxsize=32_768)
def name_kind(name: str, location: str = "") -> NameKind:
    """What the name of a parameter, variable, header or field says of its value.

    SECRET: always a credential. WEAK: a credential if the value is opaque. IDENTIFIER: names an id,
    a hash or binary content, whose values look random and are none. PLAIN: anything else.
    `location` is where the request carries it (`query`, `header`, `body`, …), "" if unknown.
    """
    words = words_of(name)
    kind = _kind_of(words, location)
    if kind is NameKind.SECRET or not words:
        return kind
    bare = len(words)
    while bare > 1 and (words[bare - 1] in _NEUTRAL or words[bare - 1].isdigit()):
        bare -= 1
    if bare < len(words) and _kind_of(words[:bare], location) is NameKind.SECRET:
        return NameKind.SECRET
    return kind


def _kind_of(words: tuple[str, ...], location: str) -> NameKind:
    if not words:
        return NameKind.PLAIN
    joined = "-".join(words)
    if joined in _EXACT or "".join(words) in _EXACT:
        return _tokens_or_secret(joined)
    if joined in _WEAK_EXACT or (location in ("query", "header") and joined == "auth"):
        return NameKind.WEAK
    last = words[-1]
    if last in _ABOUT:
        return _kind_about(words)
    if _names_secret(words):
        return NameKind.SECRET
    if last in _IDENTIFIER_WORDS or _names_cursor(words) or _names_public_key(words):
        return NameKind.IDENTIFIER
    return NameKind.WEAK if not _WEAK_WORDS.isdisjoint(words) and last != "tokens" else NameKind.PLAIN


def _kind_about(words: tuple[str, ...]) -> NameKind:
    """What a name says that ends in a word such as `type`, `url` or `id`: the id of a session opens it."""
    if words[-1] not in ("id", "ids"):
        return NameKind.PLAIN
    return NameKind.WEAK if words[-2:] == ("session", "id") else NameKind.IDENTIFIER


def _tokens_or_secret(joined: str) -> NameKind:
    # A bare plural counts language-model tokens as often as it lists credentials.
    return NameKind.WEAK if joined == "tokens" else NameKind.SECRET


def _names_cursor(words: tuple[str, ...]) -> bool:
    return words[-1] == "token" and not _CURSORS.isdisjoint(words)


def _names_public_key(words: tuple[str, ...]) -> bool:
    return words[-1] == "key" and words[-2:-1] in (("public",), ("pub",))


def _names_secret(words: tuple[str, ...]) -> bool:
    if not _SECRET_WORDS.isdisjoint(words) or "".join(words) in _SECRET_WORDS:
        return True
    last = words[-1]
    if last.endswith(_SECRET_ENDINGS):
        return True
    qualifiers = words[:-1]
    match last:
        case "token":
            return _TOKEN_QUALIFIERS_KEPT.isdisjoint(words)
        case "code":
            return not _CODE_KINDS.isdisjoint(qualifiers)
        case "key":
            own = [word for word in qualifiers if word not in _NEUTRAL and not word.isdigit()]
            return bool(own) and own[-1] in _KEY_KINDS
        case "pin":
            return _OTHER_PINS.isdisjoint(qualifiers)
        case "phrase":
            return not _PHRASE_KINDS.isdisjoint(qualifiers)
        case "seed":
            return not _SEED_KINDS.isdisjoint(qualifiers)
        case "signature":
            return words[0] == "x" and len(words) > 1
    return last.endswith("token") and last not in _CURSOR_WORDS
