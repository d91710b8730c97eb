"""Passwords that a text gives beside a user, without a name: `log in as robot / x`, `demo account robot:x`."""

from __future__ import annotations

import re

from shared.scrub.patterns import looks_made_up
from shared.scrub.stand_ins import PLACEHOLDER

# A digit beside something else, as in any word that looks made up.
_MIXED = re.compile(r"[^\s\d]\d|\d[^\s\d.,:;)]")
# Said somewhere before a user and a password.
_INTRODUCED = (
    r"log(?:ged|ging)?[ -]?(?:in|on)s?|sign(?:ing|ed)?[ -]?(?:in|on)|authenticat\w+|credentials?|creds|"
    r"(?:test|demo|admin|service|guest|sample|user)[ -]?(?:account|user|login)s?|accounts?|access|users?|username|"
    r"zugang(?:sdaten)?|anmeld\w*|benutzer\w*|zugriff|connexion|identifiants?|utilisateur|acc[eè]s\w*|usuario|sesi[oó]n|"
    r"utente|accesso|demo|basic auth"
)
_LOGIN = re.compile(
    rf"(?i)(?P<start>\b(?:{_INTRODUCED})\b[^\n]{{0,40}}?(?<![\w.@+-])[A-Za-z][\w.@+\\-]{{0,60}}"
    r"(?:\s?:\s?|\s{1,2}[/|,]\s{1,2}|\s{1,2}(?:and|with|und|et|y|e)\s{1,2}|/))"
    r"(?P<quote>[\"'`*]{0,2})(?P<value>[^\s\"'`,;<>(){}\[\]|*]{6,64})"
)


def scrub_logins(text: str) -> str:
    """`text` without passwords that stand behind a user where it is about logging in."""
    if _MIXED.search(text) is None:
        return text
    return _LOGIN.sub(_scrub_login, text)


def _scrub_login(match: re.Match[str]) -> str:
    value = match["value"].rstrip(".:!?")
    # A part of a path (`users/a1b2c3`) is none.
    is_path = (
        match["start"].endswith("/") and "/" in match.string[match.end("value") : match.end("value") + 1]
    )
    if is_path or not looks_made_up(value) or "/" in value:
        return match.group()
    return f"{match['start']}{match['quote']}{PLACEHOLDER}{match['value'][len(value) :]}"
