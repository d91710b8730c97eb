"""A quick look at a text that spares most descriptions the full search for credentials."""

from __future__ import annotations

import re

_SHORTEST = 16
_LONG_WORD = re.compile(
    r"[A-Za-z0-9_]{16}"  # one run of letters and digits as long as the shortest key formats
    r"|(?:^|(?<=[\s\"'<>(,]))(?=[^\s\"'<>,]{16})[^\s\"'<>,\d]*\d"  # a long word with a digit in it
    r"|eyJ|xox|xapp|Q~"
)
_INTRODUCERS = ("bearer", "basic", "token", "apikey", "api key")
_INTRODUCED = re.compile(
    r"(?i)(?:bearer|basic|token|apikey|api key)[ +]+(?=[^\s]{6})[\w.~+/=-]*(?:\d|[\w.~+/=-]{16})"
)
_ASSIGNED = re.compile(
    r"(?i)(?:pass|pwd|secret|token|key|auth|cred|cookie|sig|sas|jwt|otp|cvv|cvc|pin|assertion|conn|bearer|code)"
    r"[\w.-]{0,60}[\"'`\]\\]{0,3}\s{0,3}[:=]"
)
_NUMBER = re.compile(r"\d(?:[ ().+-]{0,3}\d){6}")


def may_hold_secret(text: str) -> bool:
    """False only for a text that `scrub_text` and `scrub_url` give back as it is."""
    if "@" in text or "</" in text or "PRIVATE KEY" in text or _NUMBER.search(text):
        return True
    words = text.split()
    if words and max(map(len, words)) >= _SHORTEST and _LONG_WORD.search(text):
        return True
    if (":" in text or "=" in text) and _ASSIGNED.search(text):
        return True
    lower = text.lower()
    return any(word in lower for word in _INTRODUCERS) and _INTRODUCED.search(text) is not None
