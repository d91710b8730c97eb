"""A quick look that spares most texts and examples the full search for credentials and personal data."""

from __future__ import annotations

import re

from shared.catalog.scrub_names import NameKind, name_kind

_SHORTEST = 16
_LONG_WORD = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]{16})[A-Za-z_-]*\d"  # a run as long as the shortest keys, with a digit
    r"|(?<![\w+/~-])(?=[\w+/~-]{32})[A-Za-z+/_~-]*\d"  # one that may be base64
    r"|[A-Z]{16}|[A-Za-z0-9_-]{30}"  # formats that can do without digits
    r"|eyJ|xox|xapp|Q~|AKC|SG\.|_live_|_test_|whsec_|-us\d"
)
_INTRODUCERS = ("bearer", "basic", "token", "apikey", "api key")
_INTRODUCED = re.compile(
    r"(?i)(?:bearer|basic|token|apikey|api key)[ +]+(?=[^\s]{6})[\w.~+/=-]*(?:\d|[\w.~+/=-]{16})"
)
_SEPARATOR = re.compile(r"[:=]")
_LAST_WORD = re.compile(r"[\w.-]+\Z")
_MAX_NAME = 80
_SECRET_WORD = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cred|cookie|sig|sas|jwt|otp|cvv|cvc|pin|assertion|conn|bearer|code"
)
_DIGIT = re.compile(r"\d")
# Card numbers and phone numbers as they stand in a text.
_NUMBER = re.compile(r"\+\d|\d{3}\)? ?[-. ]?\d{3}[-. ]\d{4}|\d(?:[ -]?\d){12}")
_LONG_NUMBER = re.compile(r"\d(?:[ ().+-]{0,3}\d){6}")
_PHONE_NAME = re.compile(r"(?i)phone|mobile|tel|cell|fax|msisdn|whatsapp|sms")
_QUOTED = re.compile(r'"([^"\\]{1,64})"')
_HARMLESS = (NameKind.PLAIN, NameKind.IDENTIFIER)


def may_hold_secret(text: str) -> bool:
    """False only for a text that `scrub_text` and `scrub_url` give back as it is."""
    if "@" in text or "</" in text or "PRIVATE KEY" in text:
        return True
    if _DIGIT.search(text) and _NUMBER.search(text):
        return True
    long_words = [word for word in text.split() if len(word) >= _SHORTEST]
    if long_words and _LONG_WORD.search(" ".join(long_words)):
        return True
    if (":" in text or "=" in text) and _assigns_secret(text):
        return True
    lower = text.lower()
    return any(word in lower for word in _INTRODUCERS) and _INTRODUCED.search(text) is not None


def _assigns_secret(text: str) -> bool:
    """Whether a word that may name a credential stands before a colon or an equals sign."""
    if _SECRET_WORD.search(text) is None:
        return False
    for separator in _SEPARATOR.finditer(text):
        end = separator.start()
        name = _LAST_WORD.search(text[max(0, end - _MAX_NAME) : end].rstrip(" \t\n\r\"'`]\\>"))
        if name is not None and _SECRET_WORD.search(name.group()):
            return True
    return False


def value_may_hold_secret(text: str, name: str, location: str) -> bool:
    """False only for the value of an argument, or an object as JSON text, that `scrub_value` gives back as it is."""
    if name_kind(name, location) not in _HARMLESS or may_hold_secret(text):
        return True
    if _LONG_NUMBER.search(text) and _PHONE_NAME.search(f"{name} {text}"):
        return True
    # Keys say what their values are, and so do the names in rows of `key` and `value`.
    return any(name_kind(word, location) not in _HARMLESS for word in _QUOTED.findall(text))
