"""What a credential is replaced by, and the replacing of `name=value` pairs in free text."""

from __future__ import annotations

import re

from shared.catalog.scrub_names import NameKind, name_kind, words_of

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
_OPTION = re.compile(r"(?:-u|-U|--user|--proxy-user)[ =]{0,3}[\"']?")
_MASK = re.compile(r"[*xX.•…_\- ]+")
_ASSIGNMENT = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{1,60})"
    r"(?P<mid>[\"'`\]]{0,2}\s{0,3}(?:=>|:=|=|:)\s{0,3}(?:(?i:bearer|basic|token) )?)"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|`[^`\n]{1,500}`|[^\s\"'`,;&<>(){}\[\]]{4,500})"
)
_ELEMENT = re.compile(r"<((?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{1,60}))(\s[^<>]{0,300})?>([^<>]{1,500})</\1>")
_ESCAPED = re.compile(r"(\\\"([A-Za-z][\w.-]{1,60})\\\"\s{0,3}:\s{0,3}\\\")((?:[^\"\\]){1,500})(?=\\\")")
_MENTIONS_SECRET = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cred|cookie|sig|sas|jwt|otp|cvv|cvc|pin|assertion|conn|bearer|code"
)


def placeholder_for(text: str) -> str:
    """The placeholder that keeps an authentication scheme; the text itself if it only stands for a value."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if is_stand_in(rest):
        return text
    return f"{scheme.group(1)} {PLACEHOLDER}" if scheme else PLACEHOLDER


def is_pointer(text: str, name: str) -> bool:
    """Whether a value in a credential's place points elsewhere: a schema, a path of words, its own name."""
    return text.startswith("#/") or _PATH.fullmatch(text) is not None or words_of(text) == words_of(name)


def is_stand_in(text: str) -> bool:
    """Whether `text` holds no value of its own: variables, `<…>`, masks and words such as `string`."""
    rest = _PLACEHOLDER.sub("", _VARIABLE.sub("", text)).strip(" \"'`:;,.")
    return not rest or rest.lower() in _STAND_INS or _MASK.fullmatch(rest) is not None


def kept_prefix(found: str) -> str:
    """What stays of a match: the name of `name=value`, the scheme of `Bearer value`, the option of `-u user:word`."""
    named = _OPTION.match(found) or _NAMED.match(found) or _SCHEME.match(found)
    return named.group() if named else ""


def scrub_assignments(text: str) -> str:
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
        or is_stand_in(bare)
        or bare.startswith(("//", "$", "{{"))
    ):
        return match.group()
    if not quote and not _is_assigned(match, bare):
        return match.group()
    if quote and " " in bare and ":" in match["mid"] and not _is_member(match):
        return match.group()
    return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"


def _is_assigned(match: re.Match[str], bare: str) -> bool:
    """Whether an unquoted value is one and not the next word of a sentence (`token: the value to send`)."""
    if any(ch.isdigit() for ch in bare) and len(bare) >= 6:
        return True
    rest = match.string[match.end() : match.end() + 1]
    tight = "=" in match["mid"] and " " not in match["mid"].strip("\"'`")
    return tight or (rest in ("", "\n", "\r", "&", ";") and len(bare) >= 6 and not bare.endswith((".", ":")))


def _is_member(match: re.Match[str]) -> bool:
    """Whether a pair stands in an object and not in a sentence that quotes something."""
    return match.string[max(0, match.start() - 8) : match.start()].rstrip().endswith(("{", ",", '"'))


def _scrub_escaped(match: re.Match[str]) -> str:
    if name_kind(match[2]) is NameKind.SECRET and not is_stand_in(match[3]):
        return f"{match[1]}{PLACEHOLDER}"
    return match.group()


def _scrub_element(match: re.Match[str]) -> str:
    tag, name, attributes, value = match.groups()
    if name_kind(name) is NameKind.SECRET and not is_stand_in(value):
        return f"<{tag}{attributes or ''}>{PLACEHOLDER}</{tag}>"
    return match.group()
