"""Replaces the values that a text gives names of credentials, whatever the notation."""

from __future__ import annotations

import re
from functools import lru_cache

from shared.scrub.commands import COMMANDS, NAMED_OPTIONS
from shared.scrub.logins import LOGINS
from shared.scrub.looks import looks_opaque
from shared.scrub.markup import scrub_markup
from shared.scrub.names import NameKind, name_kind
from shared.scrub.plain import lowered
from shared.scrub.rules import Rule, Rules, replacing
from shared.scrub.sentences import ANSWER, SEED_PHRASE, scrub_sentences
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in, placeholder_for
from shared.scrub.suspects import (
    is_opaque_under,
    is_secret_under,
    is_short_code,
    kind_of,
    names_suspect,
)
from shared.scrub.tables import scrub_tables
from shared.scrub.told import TOLD

_ASSIGNMENT = re.compile(
    r"(?<![\w.-])(?P<name>_{0,2}[^\W\d_][\w.-]{1,60})"
    r"(?P<mid>[\"'`\]]{0,2}\s{0,3}(?::\s?[A-Za-z][\w.<>?]{0,30}\s?(?==))?(?:=>|:=|<-|=|[:：＝])\s{0,3}"
    r"(?:(?i:bearer|basic|token) )?(?:[rbfuL@$]{1,2}(?=[\"']))?"
    r"(?:\[\s{0,2}|\{\s{0,2}[\"']?(?:value|raw|text|default|example)[\"']?\s?:\s?)?)"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|`[^`\n]{1,500}`|[^\s\"'`,;&<>(){}\[\]]{3,500})"
)
# A line of settings: everything after the sign is the value.
_SETTING = re.compile(
    r"(?m)^(?P<start>\s{0,8}(?:export |set )?(?P<name>[A-Za-z][\w.-]{1,60})\s{0,3}[:=][ \t]{0,3})"
    r"(?P<value>[^\s\"'`{$].{2,500})$"
)
_FORM_PAIR = re.compile(r"&[\w.%\[\]-]{1,60}=")
_CURL_HEADER = re.compile(
    r"(?P<start>(?:-H|--header)[ =]?\s{0,2}\\?(?P<quote>[\"'])(?P<name>[\w.-]{2,60})\s{0,2}:\s{0,2})"
    r"(?P<value>(?:(?!(?P=quote))[^\n]){1,2000})"
)
_CURL_DATA = re.compile(
    r"(?P<start>(?:-d|--data[a-z-]{0,12}|-F|--form)[ =]\s{0,2}(?P<quote>[\"'])(?P<name>[^\W\d_][\w.-]{1,60})=)"
    r"(?P<value>[^\"'&\n]{1,500})(?=(?P=quote))"
)
_ROW = re.compile(
    r"(?P<start>[\"'](?:\w{0,20}[nN]ame|\w{0,12}[kK]ey|\w{0,12}[fF]ield|[hH]eader|id|label|title|type|k|n|param\w{0,8})[\"']\s?:\s?[\"'](?P<name>[^\"'\n]{2,80})[\"']\s?,\s{0,8}"
    r"(?:[\"']\w{1,20}[\"']\s?:\s?(?:[\"'][^\"'\n]{0,80}[\"']|\w{1,10})\s?,\s{0,8}){0,2}[\"'](?:\w{0,20}[vV]alue|val|v|text|content|data|default)[\"']\s?:\s?[\"'])"
    r"(?P<value>[^\"'\n]{1,1000})"
)
# The same in YAML, as settings of containers are written.
_LINES = re.compile(
    r"(?m)(?P<start>^[ \t-]{0,16}(?:\w{0,20}[nN]ame|[kK]ey|id|label|title|field)[\"']?:[ \t]{1,4}[\"']?"
    r"(?P<name>[\w .-]{2,80}?)[\"']?[ \t]{0,4}\n[ \t]{0,16}(?:\w{0,20}[vV]alue|val|default)[\"']?:[ \t]{1,4}[\"']?)"
    r"(?P<value>[^\s\"'{$<][^\n\"']{1,500})"
)
_CONTINUED = re.compile(r"(?<![ \t])[ \t]*+\\\n[ \t]*+")
_ESCAPED = re.compile(r"(\\?\"?([A-Za-z][\w.-]{1,60})\\\"\s{0,3}:\s{0,3}\\\")((?:[^\"\\]){1,500})(?=\\\")")
_LONGEST_CACHED = 512


def scrub_assignments(text: str) -> str:
    """`text` without the values that it gives names of credentials, whatever the notation.

    `password=…`, `"token": "…"`, `<Password>…</Password>`, headers of curl commands, cells beside a name, `pin is …`.
    Lines that a backslash continues are one where that tells a credential.
    """
    if "\\\n" in text:
        joined = _CONTINUED.sub(" ", text)
        kept = _scrubbed(joined)
        if kept != joined:
            return kept
    return _scrubbed_cached(text) if len(text) <= _LONGEST_CACHED else _scrubbed(text)


def _scrubbed(text: str) -> str:
    text = _UNNAMED.scrubbed(text)
    if not names_suspect(lowered(text)):
        return text
    return scrub_markup(scrub_sentences(_NAMED.scrubbed(scrub_tables(text))))


# A text is looked at when the credentials of its document are collected, and when it is kept: all short texts of a
# large document have to fit, some 10 MB in all; 70 MB where each is as long as may be and not of Latin letters.
_scrubbed_cached = lru_cache(maxsize=65_536)(_scrubbed)


def _scrub_assignment(match: re.Match[str]) -> str:
    value = match["value"]
    quote = value[0] if value[0] in "\"'`" else ""
    bare = value.strip(quote) if quote else value
    if not any(map(str.isalnum, bare)):
        return match.group()
    kind = kind_of(match.string, match.start(), match["name"])
    if kind is NameKind.WEAK and is_opaque_under(match["name"], bare):
        return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"
    if kind is not NameKind.SECRET or is_stand_in(bare) or bare.startswith(("//", "$", "{{")):
        return match.group()
    if not quote and not _is_assigned(match, bare):
        return match.group()
    if quote and " " in bare and ":" in match["mid"] and not _is_member(match):
        return match.group()
    return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"


def _is_assigned(match: re.Match[str], bare: str) -> bool:
    """Whether an unquoted value is one and not the next word of a sentence (`token: the value to send`)."""
    if any(ch.isdigit() for ch in bare) and (len(bare) >= 6 or is_short_code(match["name"], bare)):
        return True
    rest = match.string[match.end() : match.end() + 1]
    if rest and rest in "`\"'" and match.string[max(0, match.start() - 1) : match.start()] == rest:
        rest = ""  # the pair stands in quotes
    tight = "=" in match["mid"] and " " not in match["mid"].strip("\"'`")
    return tight or (rest in ("", "\n", "\r", "&", ";") and len(bare) >= 6 and not bare.endswith((".", ":")))


def _is_member(match: re.Match[str]) -> bool:
    """Whether a pair stands in an object and not in a sentence that quotes something."""
    return (
        match.string[max(0, match.start() - 8) : match.start()]
        .rstrip()
        .endswith(("{", ",", '"', "{'", ", '"))
    )


def _scrub_settings(text: str) -> str:
    return _SETTING.sub(_scrub_setting, text) if "\n" in text else text


def _scrub_setting(match: re.Match[str]) -> str:
    value = match["value"]
    if name_kind(match["name"]) is not NameKind.SECRET or is_stand_in(value) or _FORM_PAIR.search(value):
        return match.group()
    return f"{match['start']}{PLACEHOLDER}"


def _scrub_header(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"]
    kind = name_kind(name, "header")
    weak = kind is NameKind.WEAK and looks_opaque(value.rstrip("="), shortest=12, suspect=True)
    if not weak and kind is not NameKind.SECRET:
        return match.group()
    return f"{match['start']}{placeholder_for(value)}"


def _scrub_named(match: re.Match[str]) -> str:
    if is_secret_under(match["name"], match["value"]):
        return f"{match['start']}{PLACEHOLDER}"
    return match.group()


def _scrub_escaped(match: re.Match[str]) -> str:
    if is_secret_under(match[2], match[3]):
        return f"{match[1]}{PLACEHOLDER}"
    return match.group()


# What is told by what stands around it, whatever it is called.
UNNAMED = (*COMMANDS, *TOLD, *LOGINS)
# What is given to the name of a credential.
NAMED = (
    *NAMED_OPTIONS,
    Rule(("-h", "--header"), replacing(_CURL_HEADER, _scrub_header)),
    SEED_PHRASE,
    Rule((":",), replacing(_LINES, _scrub_named)),
    Rule((":", "="), _scrub_settings),
    Rule(("=", ":", "：", "<-"), replacing(_ASSIGNMENT, _scrub_assignment)),
    Rule((":",), replacing(_ROW, _scrub_named)),
    Rule(("-d", "--data", "-f", "--form"), replacing(_CURL_DATA, _scrub_named)),
    Rule(('\\"',), replacing(_ESCAPED, _scrub_escaped)),
    ANSWER,
)
_UNNAMED, _NAMED = Rules(UNNAMED), Rules(NAMED)
