"""Passwords that a text gives beside a user, without a name: `log in as robot / x`, `demo account robot:x`."""

from __future__ import annotations

import re

from shared.scrub.chosen import looks_chosen
from shared.scrub.looks import looks_made_up
from shared.scrub.rules import Rule, replacing_made_up
from shared.scrub.stand_ins import PLACEHOLDER

_WORD = r"[^\s\"'`,;<>(){}\[\]|*]{6,64}"
_DIGIT_OR_SIGN = re.compile(r"\d|\w!")
# Said somewhere before a user and a password, and words of which each of these has one.
_INTRODUCED = (
    r"log(?:ged|ging)?[ -]?(?:in|on)s?|sign(?:ing|ed)?[ -]?(?:in|on)|authenticat\w+|credentials?|creds|"
    r"(?:test|demo|admin|service|guest|sample|user)[ -]?(?:account|user|login)s?|accounts?|access|users?|username|"
    r"zugang(?:sdaten)?|anmeld\w*|benutzer\w*|zugriff|connexion|identifiants?|utilisateur|acc[eè]s\w*|usuario|sesi[oó]n|"
    r"utente|accesso|demo|basic auth"
)
_INTRODUCING = tuple(
    "log sign auth cred acc user zugang anmeld benutzer zugriff connexion identifiant utilisateur usuario sesi utente "
    "demo basic".split()
)
_LOGIN = re.compile(
    rf"(?i)(?P<start>\b(?:{_INTRODUCED})\b[^\n]{{0,40}}?(?<![\w.@+/-])[A-Za-z][\w.@+\\-]{{0,60}}"
    r"(?:\s?:\s?|\s{1,2}[/|,]\s{1,2}|\s{1,2}(?:and|with|und|et|y|e)\s{1,2}|/|\s?\()[\"'`*]{0,2})"
    rf"(?P<value>{_WORD})"
)


_ENTERING = ("unlock", "log", "sign", "authenticate", "decrypt", "enter")
# The same said in other orders, and without a word of it: `u: ann p: x`, `ann:x@host`, `unlock with x`; by the words
# of which a text with one of them has one.
_OTHERS = tuple(
    (words, re.compile(rf"(?i)(?P<start>{before}[\"'`*]{{0,2}})(?P<value>{_WORD}){after}"))
    for words, before, after in (
        (
            ("p:", "p=", "p ", "pw", "pass"),
            r"\bu(?:sr|ser|sername)?\s?[:=]\s?\S{1,60}[\s,;/|]{1,3}p(?:w|wd|ass)?\s?[:=]\s?",
            "",
        ),
        (
            ("use ", "using ", "try ", "as "),
            r"\b(?:use|using|try|as)\s[a-z][\w.@+-]{0,60}(?::\s?|\s[/|]\s)",
            "",
        ),
        (
            ("log", "sign", "account"),
            r"\b(?:log ?in|sign ?in|account)\s?[:=]\s?[a-z][\w.@+-]{0,60}\s?[,;/|]\s?",
            "",
        ),
        (("/p",), r"\bu(?:ser(?:name)?)?/p(?:w|wd|ass(?:word)?)?\s?[:=]?\s?[a-z][\w.@+-]{0,60}\s?/\s?", ""),
        (("p/w",), r"\bp/w\b\s?[:=]?\s?", ""),
        (
            ("@",),
            r"(?<![\w/:@.-])[a-z][\w.+-]{0,60}:",
            r"(?=@(?:[\w-]{1,60}(?:\.[\w-]{1,60})+|(?:tcp|udp|unix)\(|[\w-]{1,60}:\d))",
        ),
        (
            _ENTERING,
            r"\b(?:unlock|log ?in|sign ?in|authenticate|decrypt|enter)\b(?: \w{1,20}){0,3} (?:with|using|by|mit)\s",
            "",
        ),
        (
            _ENTERING,
            r"\b(?:with|and|use|using)\s",
            r"(?=[\"'`*]{0,2}\sto\s(?:log|sign|unlock|enter|authenticate|decrypt))",
        ),
        (
            ("login", "logon", "credential"),
            r"\b(?:login|credentials?|logon)s?\s?(?::|are|is)\s[a-z][\w.@+-]{0,60}\s{1,2}",
            "",
        ),
    )
)
# Said so clearly that a word and a number are a password.
_SURE = re.compile(
    r"(?i)(?P<start>\b(?:log(?:ged)? ?in (?:with|as|using)|log ?in:|sign ?in (?:with|as)|credentials?:?|creds:?|"
    r"(?:test|demo|admin|default)[ -](?:account|user|login)s?:?|zugangsdaten:?)\s{1,2}[\"'`*]{0,2}[a-z][\w.@+-]{0,60}"
    r"(?:\s?:\s?|\s{1,2}/\s{1,2})[\"'`*]{0,2})(?P<value>[^\s\"'`,;<>(){}\[\]|*]{5,64})"
)


def _scrub_said(text: str) -> str:
    return _SURE.sub(_scrub_sure, text) if _DIGIT_OR_SIGN.search(text) else text


def _scrub_sure(match: re.Match[str]) -> str:
    value = match["value"].rstrip(".:?")
    if not looks_chosen(value) or "/" in value:
        return match.group()
    return f"{match['start']}{PLACEHOLDER}{match['value'][len(value) :]}"


def _scrub_login(match: re.Match[str]) -> str:
    value = match["value"].rstrip(".:!?")
    # A part of a path (`users/a1b2c3`) is none.
    is_path = (
        match["start"].rstrip("\"'`*").endswith("/")
        and "/" in match.string[match.end("value") : match.end("value") + 1]
    )
    is_said_more = match["start"].endswith("(") and "=" in value  # `(count=0)`
    if is_path or is_said_more or not looks_made_up(value) or "/" in value:
        return match.group()
    return f"{match['start']}{PLACEHOLDER}{match['value'][len(value) :]}"


# Passwords behind a user where a text is about logging in.
LOGINS = (
    Rule(_INTRODUCING, _scrub_said),
    Rule(_INTRODUCING, replacing_made_up(_LOGIN, _scrub_login)),
    *(Rule(words, replacing_made_up(pattern, _scrub_login)) for words, pattern in _OTHERS),
)
