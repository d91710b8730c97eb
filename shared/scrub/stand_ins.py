"""Stand-ins for credentials: our placeholder, variables, masks and words of documentation."""

from __future__ import annotations

import re

from shared.identifiers import words_of

PLACEHOLDER = "<secret:string>"

_VARIABLE = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|%\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*")
_PLACEHOLDER = re.compile(r"<[^<>]{1,80}>|\[[A-Za-z][A-Za-z _-]{0,40}\]")
_SCHEME = re.compile(
    r"(?i)(bearer|basic|digest|token|apikey|negotiate|hmac|sharedkey|sharedkeylite|oauth|hawk|ssws|aws|mac|signature|"
    r"geniekey|aws4-hmac-sha256)[ ]+(?=\S)"
)
# Words that stand for a value in documentation.
_STAND_INS = frozenset(
    "string str text value required optional none null true false undefined redacted hidden secret password pass token "
    "key apikey api_key integer number object array boolean bearer basic header query body cookie".split()
)
_PATH = re.compile(r"/[\w.-]{1,40}(?:/[\w.{}-]{1,60}){2,20}")
# Keys and certificates that anybody may have.
_PUBLIC = re.compile(
    r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}) AAAA[\w+/=]+(?: [\w.@-]{1,80})?\s*|"
    r"\s*-----BEGIN (?:[A-Z0-9]+ )?(?:PUBLIC KEY|CERTIFICATE)(?: REQUEST| BLOCK)?-----(?:(?!PRIVATE KEY)[\s\S])*"
)
# How documentation names a value to fill in: `YOUR_API_KEY`, `<your-token>`.
_YOURS = re.compile(r"(?i)your[_ -]?(?:[a-z]{2,20}[_ -]?){1,5}")
_NAMED = re.compile(r"[A-Za-z_-]{2,40}\s*=\s*(?=[^=\s])")
_OPTION = re.compile(r"(?:-u|-U|--user|--proxy-user|-b|--cookie)[ =]{0,3}[\"']?")
_MASK = re.compile(r"[*xX.•…_\- ]+")


def placeholder_for(text: str) -> str:
    """The placeholder, after the authentication scheme if `text` has one; `text` itself if it is a stand-in."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if is_stand_in(rest):
        return text
    return f"{scheme.group(1)} {PLACEHOLDER}" if scheme else PLACEHOLDER


def is_pointer(text: str, name: str) -> bool:
    """Whether a value under the name of a credential is public, a reference, a path of words or its own name."""
    if text.startswith("#/") or words_of(text) == words_of(name):
        return True
    return _PATH.fullmatch(text) is not None or _PUBLIC.fullmatch(text) is not None


def is_stand_in(text: str) -> bool:
    """Whether `text` is no real value: variables, `<…>`, masks and words such as `string`."""
    rest = _PLACEHOLDER.sub("", _VARIABLE.sub("", text)).strip(" \"'`:;,.")
    return (
        not rest
        or rest.lower() in _STAND_INS
        or _MASK.fullmatch(rest) is not None
        or _YOURS.fullmatch(rest) is not None
    )


def kept_prefix(found: str) -> str:
    """The part of a match to keep: the name in `name=value`, the scheme in `Bearer value`, the option of `-u a:b`."""
    named = _OPTION.match(found) or _NAMED.match(found) or _SCHEME.match(found)
    return named.group() if named else ""
