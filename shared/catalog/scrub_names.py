"""Tells from a parameter's name whether its value is a credential."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

# Words that make a name secret wherever they stand, unless the last word says it is about the secret only.
_SECRET_WORDS = frozenset(
    "password passwords passwd pwd passphrase passcode passkey secret secrets credential credentials creds "
    "apikey authkey appkey privatekey accesskey secretkey authtoken accesstoken userpass jwt cookie cookies "
    "otp totp cvv cvc cvv2 kennwort passwort contrasena authorization userpwd sas sastoken xsrf csrf".split()
)
# `x_key` is a credential for these x; any other key is judged by its value.
_KEY_KINDS = frozenset(
    "api auth access account admin app application client consumer db database developer encryption function "
    "functions host hmac instrumentation license master private rapidapi secret service session shared "
    "signing storage subscription system user webhook".split()
)
# `base_url_code`: the key of a function app is sent as `?code=`.
_CODE_KINDS = frozenset("url function functions host access auth security verification login unlock".split())
_TOKEN_QUALIFIERS_KEPT = frozenset(
    "page next previous prev continuation cursor sync delta skip paging pagination resume start end max min "
    "stop bos eos pad unk mask prompt completion input output cached number num total used vote csv".split()
)
# Last words that say the value describes a credential and is none.
_ABOUT = frozenset(
    "type types kind policy name names length size count counts limit expires expiry expiration expiring expired "
    "expire at enabled disabled required url uri urls endpoint version hint format min max algorithm alg rotation "
    "location in status state scope scopes ttl days hours minutes seconds age strength id ids method mode "
    "schema header prefix field fields path file label labels description title created updated changed "
    "provider issuer audience usage options settings config set valid reset link page ref refs reference "
    "parameter params budget price cost per requirements rules list mapping mappings sid".split()
)
_EXACT = frozenset(
    "authorization proxy-authorization cookie set-cookie x-auth x-auth-token token tokens key-secret sig pin "
    "bearer auth-header client-assertion assertion samlresponse saml-response saml-assertion code-verifier "
    "auth-code authorization-code awsaccesskeyid x-amz-credential x-amz-signature x-goog-signature "
    "x-goog-credential x-hub-signature connectionstring connection-string conn-str connstr connection-strings "
    "pass user-pass db-pass smtp-pass ftp-pass login-pass admin-pass root-pass private-pem pem jsessionid "
    "phpsessid one-time-code mfa-code two-factor-code recovery-code recovery-codes mnemonic seed-phrase".split()
)
# Names that are credentials only if the value looks like one: `?code=` of a function app, `key` of a map service.
_WEAK_WORDS = frozenset(
    "key keys code auth signature hmac token tokens cert certificate sid session pat".split()
)
_IDENTIFIER_WORDS = frozenset(
    "id ids uuid guid hash hashes sha md5 sha1 sha256 sha512 digest checksum etag fingerprint thumbprint cursor "
    "slug commit revision rev version marker oid cid ref arn urn image photo picture avatar thumbnail icon logo "
    "base64 embedding vector nonce".split()
)


class NameKind(Enum):
    """What a name says of its value."""

    SECRET = "secret"  # noqa: S105 - a kind of name
    WEAK = "weak"
    PLAIN = "plain"
    IDENTIFIER = "identifier"


@lru_cache(maxsize=32_768)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a `snake_case`, `kebab-case`, `camelCase` or `Title Case` name, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name[:200]))


@lru_cache(maxsize=32_768)
def name_kind(name: str, location: str = "") -> NameKind:
    """What the name of a parameter, variable, header or field says of its value.

    SECRET: always a credential. WEAK: a credential if the value is opaque. IDENTIFIER: names an id,
    a hash or binary content, whose values look random and are none. PLAIN: anything else.
    `location` is where the request carries it (`query`, `header`, `body`, …), "" if unknown.
    """
    words = words_of(name)
    if not words:
        return NameKind.PLAIN
    joined = "-".join(words)
    if joined in _EXACT or "".join(words) in _EXACT:
        return _tokens_or_secret(joined)
    if joined in ("key", "code", "signature", "x-signature") or (
        location in ("query", "header") and joined == "auth"
    ):
        return NameKind.WEAK
    last = words[-1]
    if last in _ABOUT:
        return NameKind.IDENTIFIER if last in ("id", "ids") else NameKind.PLAIN
    if _names_secret(words):
        return NameKind.SECRET
    if last in _IDENTIFIER_WORDS:
        return NameKind.IDENTIFIER
    return NameKind.WEAK if not _WEAK_WORDS.isdisjoint(words) and last != "tokens" else NameKind.PLAIN


def _tokens_or_secret(joined: str) -> NameKind:
    # A bare plural counts language-model tokens as often as it lists credentials.
    return NameKind.WEAK if joined == "tokens" else NameKind.SECRET


def _names_secret(words: tuple[str, ...]) -> bool:
    if not _SECRET_WORDS.isdisjoint(words) or "".join(words) in _SECRET_WORDS:
        return True
    last = words[-1]
    if last == "token":
        return _TOKEN_QUALIFIERS_KEPT.isdisjoint(words)
    if last == "code":
        return any(word in _CODE_KINDS for word in words[:-1])
    if last == "key":
        return any(word in _KEY_KINDS for word in words[:-1])
    if last.isdigit() and words[-2:-1] == ("key",):
        return any(word in _KEY_KINDS for word in words[:-1])
    return len(words) > 1 and last == "signature" and words[0] == "x"
