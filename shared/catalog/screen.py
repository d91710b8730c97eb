"""A quick look that spares most texts and examples the full search for credentials and personal data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from shared.catalog.personal import is_personal_name
from shared.catalog.scrub import ROW_NAMES, may_be_opaque, row_name, scrub_text
from shared.catalog.scrub_assignments import tells_secret
from shared.catalog.scrub_names import NameKind, name_kind
from shared.catalog.suspects import has_trace, hints_at_secret, lowered, names_suspect

# What every credential and all personal data have: one of these characters, or a long word.
_SIGNS = b"@:=<%"
_QUOTES = b"\"'`>"
_MARKS = b"0123456789" + _SIGNS + _QUOTES
# As numbers, since looking for bytes in bytes takes ten times as long.
_AT_SIGN, _PERCENT, _EQUALS, _COLON = b"@%=:"
_UNMARKED = bytes(byte for byte in range(128) if byte not in _MARKS)
_MARK_OF_VALUE = re.compile(r"[@:=<%\s]")
_SHORTEST = 16
# A text as runs of words, and one that may be as long as the shortest keys.
_RUNS = bytes(32 if chr(byte).isspace() and byte < 128 else 120 for byte in range(256))
_LONG_RUN = b"x" * _SHORTEST
_PREFIXES = r"eyJ|xox|xapp|Q~|AKC|SG\.|_live_|_test_|whsec_"
_FORMATS = rf"[A-Z]{{16}}|[A-Za-z0-9_-]{{30}}|{_PREFIXES}"
_WITHOUT_DIGIT = re.compile(_FORMATS)
_LONG_WORD = re.compile(
    r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]{16})[A-Za-z_-]*\d"  # a run as long as the shortest keys, with a digit
    r"|(?<![\w+/~-])(?=[\w+/~-]{32})[A-Za-z+/_~-]*\d"  # one that may be base64
    rf"|{_FORMATS}|-us\d"
)
# Words that a person made up, one after the other, in any of the usual cases, and at most one number among them.
# What is drawn at random has single letters or several numbers between its words.
_WORD = r"[A-Z][a-z]{1,15}(?![a-z])|[a-z]{2,15}(?![a-z])|[A-Z]{2,15}(?![A-Z])|[vV](?=\d)"
_NUMBER_WORD = r"(?:\d{1,8}(?!\d))?"
_NAME = rf"(?:{_WORD}|[._/{{}}-]++)*+"
_SPOKEN = re.compile(rf"{_NAME}{_NUMBER_WORD}{_NAME}")
# The same with any punctuation, for the words of a text: numbers of their own and UUIDs among it say nothing.
_APART = (
    r"[^A-Za-z0-9]++|(?<![A-Za-z0-9])(?:\d{1,8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![A-Za-z0-9])"
)
_WORDS = rf"(?:{_WORD}|{_APART})*+"
_SPOKEN_WORDS = re.compile(rf"{_WORDS}{_NUMBER_WORD}{_WORDS}")
_LONGEST_SPOKEN = 200
# Of longer words nothing is remembered, so that what is takes a few MiB at most.
_LONGEST_KEPT = 256
_PREFIX = re.compile(rf"{_PREFIXES}|-us\d|AKIA|ASIA")
_INTRODUCED = re.compile(
    r"(?i)(?:bearer|basic|token|apikey|api key)[ +]++(?=[^\s]{6})[\w.~+/=-]*(?:\d|[\w.~+/=-]{16})"
    r"|\bbasic +[A-Z0-9+/]{6}|xox[a-z]-|xapp-"  # formats that may have neither a digit nor sixteen characters
)
# What follows `://` is never taken for a value.
_SEPARATOR = re.compile(r"=|:(?!//)")
_MAX_NAME = 80
# At least as many stand between the words of a wallet.
_SPACES_OF_A_WALLET = 11
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 7
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
# Numbers of phones, cards, insurances and accounts as they stand in a text.
_NUMBER = re.compile(
    r"\+\d[\d ()./-]{6}|(?<!\w)(?:\d{3}(?:\) ?|[-. ])\d{3}[-. ]\d{4}|[3-6](?:[ -]?\d){12}|00[1-9]\d{0,2}[ ./(-]|"
    r"\d{3}-\d\d-\d{4}|[A-Z]{2}\d\d[ -]?[A-Z0-9]{4}[ -]?[A-Z0-9]{4})"
)
# An address of a person, or user information in a url.
_AT = re.compile(r"[^\s/?#@\"'<>]@")
_CARD_DIGITS = 10**12
# No value shorter than this looks like a credential, whatever its name.
_OPAQUE = 12


def may_hold_secret(text: str) -> bool:
    """False only for a text that `scrub_text` and `scrub_url` give back as it is."""
    if len(text) < _SHORTEST and text.isidentifier():  # a word, no value of a credential
        return False
    if " " not in text and _is_spoken(text):
        return False
    if text[:1] in ("{", "[") and text[:2] != "{{":  # JSON, whose names are names
        return True
    lower, encoded = lowered(text), text.encode("utf-8", "replace")
    is_long = encoded.translate(_RUNS).find(_LONG_RUN) >= 0
    if not is_long and not has_trace(lower) and text.isascii():  # as most texts
        return False
    marks = encoded.translate(None, _UNMARKED)  # all beyond ASCII stays, too
    has_digit = False
    if marks:
        digits = len(marks.translate(None, _SIGNS + _QUOTES))
        has_digit = digits > 0 if marks.isascii() else _DIGIT.search(text) is not None
        if _AT_SIGN in marks and _AT.search(text):
            return True
        if has_digit and digits >= _FEWEST_DIGITS and _NUMBER.search(text):
            return True
        if _PERCENT in marks and _ENCODED.search(text):
            return True
    if is_long and _has_suspect_word(text, has_digit):
        return True
    return hints_at_secret(lower) and _may_be_told(text, lower, marks, has_digit, is_long)


def _may_be_told(text: str, lower: str, marks: bytes, has_digit: bool, is_long: bool) -> bool:
    """Whether a text that names or introduces a credential may say what it is."""
    if "PRIVATE KEY" in text:
        return True
    if "curl" in lower and ("-u" in lower or "-b" in lower or "--" in lower):
        return True
    may_be_phrase = text.count(" ") + text.count(",") >= _SPACES_OF_A_WALLET
    may_be_told = has_digit or may_be_phrase or marks.translate(None, _QUOTES) != marks
    if (may_be_told or _EQUALS in marks or _COLON in marks) and _gives_secret(text, lower, may_be_told):
        return True
    return _introduces_secret(text, lower, is_long=is_long or has_digit)


def is_plain_path(path: str) -> bool:
    """True only for a path that `scrub_url` and `scrub_path` give back as it is; its segments are looked at once."""
    return len(path) <= _LONGEST_KEPT and all(map(_is_plain_segment, path.split("/")))


@lru_cache(maxsize=32_768)
def _is_plain_segment(segment: str) -> bool:
    if (len(segment) < _SHORTEST and segment.isalpha()) or segment in ("http:", "https:"):
        return True
    # A first character that marks a value marks a variable here (`:id`), as there is no name before it.
    return (
        _is_spoken(segment, _SPOKEN_WORDS)
        and _MARK_OF_VALUE.search(segment, 1) is None
        and _NUMBER.search(segment) is None
    )


def _introduces_secret(text: str, lower: str, *, is_long: bool) -> bool:
    """Whether a scheme, or a prefix that vendors use, stands before something like a value.

    `is_long`: the text has a long word or a digit, which all but a few formats have.
    """
    introduces = "basic" in lower or "xox" in lower or "xapp" in lower
    if is_long and not introduces:
        introduces = "bearer" in lower or "token" in lower or "apikey" in lower or "api key" in lower
    return introduces and _INTRODUCED.search(text) is not None


def _is_spoken(word: str, pattern: re.Pattern[str] = _SPOKEN) -> bool:
    """Whether `word` is made of words that people use: nothing random, and no format that vendors use."""
    return (
        len(word) <= _LONGEST_SPOKEN and pattern.fullmatch(word) is not None and _PREFIX.search(word) is None
    )


def _has_suspect_word(text: str, has_digit: bool) -> bool:
    for word in text.split():
        if len(word) >= _SHORTEST:
            known = _is_suspect_cached if len(word) <= _LONGEST_KEPT else _is_suspect
            if known(word, has_digit):
                return True
    return False


def _is_suspect(word: str, has_digit: bool) -> bool:
    if _is_spoken(word, _SPOKEN_WORDS):
        return False
    return (_LONG_WORD if has_digit else _WITHOUT_DIGIT).search(word) is not None


_is_suspect_cached = lru_cache(maxsize=32_768)(_is_suspect)


def _gives_secret(text: str, lower: str, may_be_told: bool) -> bool:
    """Whether a name that may be one of a credential may have a value, in whatever notation."""
    if not names_suspect(lower):
        return False
    is_marked = "</" in text or "/>" in text
    return is_marked or _assigns_secret(lower) or (may_be_told and tells_secret(text))


def _assigns_secret(text: str) -> bool:
    """Whether a word that may name a credential stands before a colon or an equals sign (`text` in lower case)."""
    for separator in _SEPARATOR.finditer(text):
        end = separator.start()
        before = text[max(0, end - _MAX_NAME) : end].rstrip(" \t\n\r\"'`]\\>").rsplit(None, 1)
        if before and names_suspect(before[-1]):
            return True
    return False


class Screen:
    """Looks at the values of one upload, each text once."""

    def __init__(self) -> None:
        self._clean: set[str] = set()
        self._clean_weak: set[str] = set()

    def is_clean(self, value: Any, name: str, location: str) -> bool:
        """True only for the value of an argument (JSON of bounded depth) that `scrub_value` gives back as it is."""
        kind = name_sort(name, location)
        return kind is not NameKind.SECRET and self._is_clean(value, kind is NameKind.WEAK)

    def _is_clean(self, value: Any, is_weak: bool) -> bool:
        """`is_weak`: a name on the way here makes any opaque text a credential."""
        kind = type(value)
        if kind is str:
            return (value in self._clean or self._judge(value)) and not (
                is_weak and len(value) >= _OPAQUE and self._is_weakly_secret(value)
            )
        if kind is dict:
            return self._is_clean_object(value, is_weak)
        if kind is list:
            if not is_weak and {*map(type, value)} == {str}:
                return all(map(self._judge, {*value} - self._clean))
            return all(self._is_clean(item, is_weak) for item in value)
        return kind is not int or -_CARD_DIGITS < value < _CARD_DIGITS

    def _is_clean_object(self, value: dict[Any, Any], is_weak: bool) -> bool:
        if not ROW_NAMES.isdisjoint(value):  # perhaps a row, which says what its value is called
            called = row_name(value)
            if called is not None:
                kind = name_sort(called)
                if kind is NameKind.SECRET or value.get("type") == "secret":
                    return False
                is_weak = is_weak or kind is NameKind.WEAK
        clean = self._clean
        for key, item in value.items():
            kind = name_sort(key) if type(key) is str else NameKind.SECRET
            if kind is NameKind.SECRET:
                return False
            weak = is_weak or kind is NameKind.WEAK
            if (weak or type(item) is not str or item not in clean) and not self._is_clean(item, weak):
                return False
        return True

    def _judge(self, text: str) -> bool:
        # What a plain name leaves as it is, the name of an identifier does too.
        if may_hold_secret(text) and scrub_text(text) != text:
            return False
        self._clean.add(text)
        return True

    def _is_weakly_secret(self, text: str) -> bool:
        if text in self._clean_weak:
            return False
        if may_be_opaque(text):
            return True
        self._clean_weak.add(text)
        return False


def clean_key(key: str) -> str:
    """The key of an object, at most 256 characters, without the credential or personal data that it may be itself."""
    return _clean_key(key[:_LONGEST_KEPT])


@lru_cache(maxsize=32_768)
def _clean_key(key: str) -> str:
    return scrub_text(key) if may_hold_secret(key) else key


@lru_cache(maxsize=32_768)
def name_sort(name: str, location: str = "") -> NameKind:
    """SECRET for a name whose value must be looked at closely, WEAK where opaque texts must be, otherwise PLAIN."""
    kind = name_kind(name, location)
    if kind is NameKind.SECRET or is_personal_name(name) or clean_key(name) != name:
        return NameKind.SECRET
    return NameKind.WEAK if kind is NameKind.WEAK else NameKind.PLAIN
