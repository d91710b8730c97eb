"""Takes credentials and personal data out of what a catalog document says."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from shared.catalog.personal import scrub_personal
from shared.catalog.scrub_names import NameKind, name_kind, words_of
from shared.catalog.scrub_patterns import looks_opaque, secret_spans

PLACEHOLDER = "<secret:string>"

_VARIABLE = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|%\{[^{}]*\}")
_PLACEHOLDER = re.compile(r"<[^<>]{1,80}>")
_SCHEME = re.compile(r"(?i)(bearer|basic|digest|token|apikey|negotiate|hmac|sharedkey|oauth)[ ]+(?=\S)")
# Words that stand for a value in documentation.
_STAND_INS = frozenset(
    "string str text value required optional none null true false undefined redacted hidden secret password token "
    "key apikey api_key integer number object array boolean bearer basic header query body cookie".split()
)
_PATH = re.compile(r"/[\w.-]{1,40}(?:/[\w.{}-]{1,60}){2,20}")
_NAMED = re.compile(r"[A-Za-z_-]{2,40}\s*=\s*(?=[^=\s])")
# A long word of small and capital letters and digits, as keys in queries and headers are.
_KEY_LIKE = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+%~-]{24,400}=*")
_MASK = re.compile(r"[*xX.•…_\- ]+")
# Keys of a schema, an example or a Postman row whose values belong to the name one level up.
_CARRIERS = frozenset(
    "example examples default const value values initial current schema x-example sample samples items".split()
)
_SCHEMA_KEYS = frozenset(
    "type $ref properties allof anyof oneof enum format items schema in description".split()
)
_ASSIGNMENT = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{1,60})(?P<mid>[\"'`\]]{0,2}\s{0,3}(?:=>|:=|=|:)\s{0,3}(?:(?i:bearer|basic|token) )?)"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|`[^`\n]{1,500}`|[^\s\"'`,;&<>(){}\[\]]{4,500})"
)
_ELEMENT = re.compile(r"<((?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{1,60}))(\s[^<>]{0,300})?>([^<>]{1,500})</\1>")
_ESCAPED = re.compile(r"(\\\"([A-Za-z][\w.-]{1,60})\\\"\s{0,3}:\s{0,3}\\\")((?:[^\"\\]){1,500})(?=\\\")")
_MENTIONS_SECRET = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cred|cookie|sig|sas|jwt|otp|cvv|cvc|pin|assertion|conn|bearer|code"
)
_QUERY_PAIR = re.compile(r"(?<=[?&;#])([^=&;#\s]{1,80})=((?:\{\{[^{}]*\}\}|[^&#\s\"'<>])*)")
_USERINFO = re.compile(r"(?<=://)([^\s/?#@\"'<>]+)@")


def scrub_value(value: Any, *, name: str = "", location: str = "") -> Any:
    """`value` without credentials and personal data; the structure, keys and `{{variable}}` references stay.

    Keys of objects count as names, and so do `name`/`key` beside `value`, `example` or `default`. A
    credential becomes `<secret:string>` (0 where it was a number); e-mail addresses, phone and card
    numbers become fakes that depend only on what they replace. Scrubbing twice changes nothing more.
    """
    if isinstance(value, str):
        return _scrub_string(value, name, location)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return _scrub_object(value, name, location)
    if isinstance(value, list | tuple):
        return [scrub_value(item, name=name, location=location) for item in value]
    if isinstance(value, int | float):
        return _scrub_number(value, name, location)
    return value


def _scrub_number(value: float, name: str, location: str) -> Any:
    if name_kind(name, location) is NameKind.SECRET and "token" not in name.lower():
        return type(value)(0)
    if isinstance(value, int) and value > 99_999_999:
        fake = scrub_personal(str(value), name)
        return int(fake) if fake.isdigit() else value
    return value


def _scrub_object(value: dict[Any, Any], name: str, location: str) -> dict[Any, Any]:
    described = value.get("key", value.get("name"))
    is_row = isinstance(described, str) and any(
        key in value for key in ("value", "in", "schema", "example", "default")
    )
    inner = described if is_row else name
    if is_row and value.get("type") == "secret":
        inner = "secret"
    where = value.get("in", location) if is_row else location
    return {key: _scrub_member(key, item, inner, str(where), value) for key, item in value.items()}


def _scrub_member(key: Any, item: Any, name: str, location: str, owner: dict[Any, Any]) -> Any:
    if not isinstance(key, str):
        return scrub_value(item, name=name, location=location)
    if key.lower() in _CARRIERS and name and not (isinstance(item, dict) and key == "examples"):
        return scrub_value(item, name=name, location=location)
    if key in ("examples", "enum", "required", "type") and not isinstance(item, str):
        return scrub_value(item, name=name if key == "examples" else "", location=location)
    inside_secret = name and isinstance(item, str) and name_kind(name, location) is NameKind.SECRET
    if inside_secret and _SCHEMA_KEYS.isdisjoint(owner) and looks_opaque(item, shortest=12, suspect=True):
        return PLACEHOLDER
    return scrub_value(item, name=key, location=location)


def _scrub_string(text: str, name: str, location: str) -> str:
    if not text or text.isspace():
        return text
    if len(text) > 512:
        return _scrubbed(text, name, location)
    return _scrubbed_cached(text, name, location)


def _scrubbed(text: str, name: str, location: str) -> str:
    kind = name_kind(name, location)
    if kind is NameKind.SECRET and not _is_pointer(text, name):
        return _placeholder_for(text)
    if kind is NameKind.WEAK and _is_weakly_secret(text, location):
        return _placeholder_for(text)
    if "://" in text:
        text = scrub_url(text)
    text = _replace_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 32)
    return scrub_personal(_scrub_assignments(text), name)


_scrubbed_cached = lru_cache(maxsize=16_384)(_scrubbed)


def scrub_text(text: str) -> str:
    """Free text (a description, an opaque body) without credentials and personal data."""
    return _scrub_string(text, "", "")


def scrub_url(url: str) -> str:
    """`url` (or text with urls) without user info, signatures, keys and tokens; `{{variables}}` and parameter names stay."""
    without_user = _USERINFO.sub(lambda m: m.group() if _is_stand_in(m.group(1)) else "", url)
    return _scrub_assignments(_replace_spans(_QUERY_PAIR.sub(_scrub_pair, without_user), opaque_from=40))


def find_secrets(text: str, *, name: str = "") -> list[str]:
    """Kinds of credentials found in `text`, sorted; empty for our placeholders, fakes, ids, hashes and ordinary words.

    With the `name` of the argument that holds it, any value of its own in a credential's place is one, and
    random words in an identifier's place are none.
    """
    kind = name_kind(name) if name else NameKind.PLAIN
    spans = secret_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 40)
    kinds = {found for start, end, found in spans if not _is_stand_in(_value_of(text[start:end]))}
    if kind is NameKind.SECRET and not _is_pointer(text, name) and _placeholder_for(text) != text:
        kinds.add("credential")
    if "://" in text and scrub_url(text) != text:
        kinds.add("url_credential")
    if _scrub_assignments(text) != text:
        kinds.add("assignment")
    return sorted(kinds)


def _value_of(found: str) -> str:
    return found[len(_kept_prefix(found)) :]


def _scrub_pair(match: re.Match[str]) -> str:
    name, value = match.groups()
    kind = name_kind(name, "query")
    if kind is NameKind.SECRET or (kind is NameKind.WEAK and _is_weakly_secret(value, "query")):
        return f"{name}={_placeholder_for(value)}"
    return match.group()


def _is_weakly_secret(text: str, location: str) -> bool:
    if _is_stand_in(text):
        return False
    if location not in ("query", "header"):
        return looks_opaque(text.rstrip("="), shortest=20, suspect=True)
    return looks_opaque(text.rstrip("="), shortest=12, suspect=True) or _KEY_LIKE.fullmatch(text) is not None


def _placeholder_for(text: str) -> str:
    """The placeholder that keeps an authentication scheme; the text itself if it only stands for a value."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if _is_stand_in(rest):
        return text
    return f"{scheme.group(1)} {PLACEHOLDER}" if scheme else PLACEHOLDER


def _is_pointer(text: str, name: str) -> bool:
    """Whether a value in a credential's place points elsewhere: a schema, a path of words, its own name."""
    return text.startswith("#/") or _PATH.fullmatch(text) is not None or words_of(text) == words_of(name)


def _is_stand_in(text: str) -> bool:
    """Whether `text` holds no value of its own: variables, `<…>`, masks and words such as `string`."""
    rest = _PLACEHOLDER.sub("", _VARIABLE.sub("", text)).strip(" \"'`:;,.")
    return not rest or rest.lower() in _STAND_INS or _MASK.fullmatch(rest) is not None


def _replace_spans(text: str, *, opaque_from: int) -> str:
    for start, end, _ in reversed(secret_spans(text, opaque_from=opaque_from)):
        kept = _kept_prefix(text[start:end])
        if not _is_stand_in(text[start + len(kept) : end]):
            text = f"{text[:start]}{kept}{PLACEHOLDER}{text[end:]}"
    return text


def _kept_prefix(found: str) -> str:
    """What stays of a match: the name of `name=value`, the scheme of `Bearer value`."""
    named = _NAMED.match(found) or _SCHEME.match(found)
    return named.group() if named else ""


def _scrub_assignments(text: str) -> str:
    """`text` with the values of `password=…`, `"token": "…"` and `<Password>…</Password>` replaced."""
    if not ("=" in text or ":" in text or "</" in text) or not _MENTIONS_SECRET.search(text):
        return text
    text = _ASSIGNMENT.sub(_scrub_assignment, text)
    if '\\"' in text:
        text = _ESCAPED.sub(_scrub_escaped, text)
    return _ELEMENT.sub(_scrub_element, text) if "</" in text else text


def _scrub_assignment(match: re.Match[str]) -> str:
    value = match["value"]
    quote = value[0] if value[0] in "\"'`" else ""
    bare = value.strip(quote) if quote else value
    if (
        name_kind(match["name"]) is not NameKind.SECRET
        or _is_stand_in(bare)
        or bare.startswith(("//", "$", "{{"))
    ):
        return match.group()
    if not quote and not _is_assigned(match, bare):
        return match.group()
    if (
        quote
        and (" " in bare and ":" in match["mid"])
        and not match.string[: match.start()].rstrip().endswith(("{", ",", '"'))
    ):
        return match.group()
    return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"


def _is_assigned(match: re.Match[str], bare: str) -> bool:
    """Whether an unquoted value is one and not the next word of a sentence (`token: the value to send`)."""
    if any(ch.isdigit() for ch in bare) and len(bare) >= 6:
        return True
    rest = match.string[match.end() : match.end() + 1]
    tight = "=" in match["mid"] and " " not in match["mid"].strip("\"'`")
    return tight or (rest in ("", "\n", "\r", "&", ";") and len(bare) >= 6 and not bare.endswith((".", ":")))


def _scrub_escaped(match: re.Match[str]) -> str:
    if name_kind(match[2]) is NameKind.SECRET and not _is_stand_in(match[3]):
        return f"{match[1]}{PLACEHOLDER}"
    return match.group()


def _scrub_element(match: re.Match[str]) -> str:
    tag, name, attributes, value = match.groups()
    if name_kind(name) is NameKind.SECRET and not _is_stand_in(value):
        return f"<{tag}{attributes or ''}>{PLACEHOLDER}</{tag}>"
    return match.group()
