"""How a word looks: drawn at random, or made up by a person as a password."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from shared.scrub.stand_ins import is_stand_in

HEX = re.compile(r"(?:0x)?[0-9a-f]+|(?:0x)?[0-9A-F]+")
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# First characters of base64 of PNG, JPEG, GIF, WebP/WAV, SVG/XML, PDF, ZIP, BMP, ICO, MP3, TIFF.
_BINARY_PREFIXES = (
    "iVBOR",
    "/9j/",
    "R0lGOD",
    "UklGR",
    "PHN2",
    "PD94",
    "JVBER",
    "UEsDB",
    "Qk",
    "AAAB",
    "SUQz",
    "SUkq",
)
_WORD = re.compile(r"[A-Z]?[a-z]{5,}")
# Readable names have more of their characters in words; of 200,000 random strings of 32 characters in base62, 79 had.
_MOST_IN_WORDS = 0.55
# A long word of small and capital letters and digits, as keys in queries and headers are.
_KEY_LIKE = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+%~-]{24,400}=*")
# Longer ones are contents; tokens of sessions, which may be as long, have beginnings of their own.
_LONGEST_OPAQUE = 256
_FILE_NAME = re.compile(r".*\w\.[a-z]{2,4}\d?")
_DIGITS = frozenset("0123456789")
_LETTER = re.compile(r"[^\W\d_]")
_SIGN = re.compile(r"[!@#$%^&*?+=~]")
# A digit beside a letter or a sign, looked for by the digit: few texts have any.
_MIXED = re.compile(r"\d(?:(?=[^\W\d_]|[!@#$%^&*?+=~])|(?<=[^\W\d_]\d)|(?<=[!@#$%^&*?+=~]\d))")
_LONG_WORDS = re.compile(r"[^\s\"'`,;<>(){}\[\]|*]{6,400}")
_LONGEST_MADE_UP = 64
_BETWEEN_LETTERS = re.compile(r"[^\W\d_]\d{1,3}[^\W\d_]")
_URL_LIKE = re.compile(r"://|^/|[{}<>()\[\]]")
# Names of words and numbers (`orderV2`, `2026-03-02T09:15`, `step-1a`), which are no passwords.
_NUMBERED_NAME = re.compile(r"[A-Za-z]+(?:[._-][A-Za-z]+)*[._-]?\d{1,2}|[\d:.TZ+-]+|\d+[A-Za-z]{1,3}")
# Parts of technical names that hold digits.
_TECHNICAL_PART = re.compile(
    r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:base|oauth|sha|md|utf|hs|rs|es|ps|iso|https?|aes|rsa|des|pkcs|tls|ssl|ipv|ed|"
    r"mp|win|int|uint|float|ec|web|http|sec|curve|api|level|step|version|openapi|swagger|draft|rfc|iec|din|en|us|eu|ap|area)"
    r"-?\d{1,5}(?![a-zA-Z]\d)|(?<![A-Za-z])[hpxvHPXV]-?\d{1,5}(?![a-zA-Z]\d)|"
    r"(?i:[abcemk]2[abcem]|i18n|l10n|a11y|k8s|2fa|3ds?|log4j)|[sS]3(?![a-z])"
)
_DIGIT = re.compile(r"[0-9]")


def looks_opaque(text: str, *, shortest: int = 32, suspect: bool = False) -> bool:
    """Whether `text`, one word, looks drawn at random: mixed classes, many changes, high entropy.

    Base64 of pictures and documents never does; hexadecimal strings (hashes, ids), base64 of printable
    text and words without capital letters only where the place makes them `suspect`. Random base62 changes
    class at 62 % of its places and 32 characters of it carry about 4.4 bits each; readable names change
    class at under 35 %.
    """
    if not shortest <= len(text) <= _LONGEST_OPAQUE or text.startswith(_BINARY_PREFIXES):
        return False
    if not suspect and (_DIGIT.search(text) is None or _words_share(text) > _MOST_IN_WORDS):
        return False
    if HEX.fullmatch(text):
        return suspect and len(set(text)) > 6 and not text.isdigit()
    text = _UUID.sub("", text)
    if not _is_mixed(text, cases=not suspect) or _entropy(text) <= min(4.0, 0.8 * math.log2(len(text))):
        return False
    return suspect or not _is_encoded_text(text)


def is_weakly_secret(text: str, location: str) -> bool:
    """Whether the value of a WEAK name looks like a credential; queries and headers need less evidence."""
    if is_stand_in(text) or any(map(str.isspace, text.strip())) or _FILE_NAME.fullmatch(text) is not None:
        return False
    if location not in ("query", "header"):
        return looks_opaque(text.rstrip("="), shortest=20, suspect=True)
    return may_be_opaque(text)


def may_be_opaque(text: str) -> bool:
    """Whether `text` would count as a credential under a WEAK name in a query or a header."""
    return looks_opaque(text.rstrip("="), shortest=12, suspect=True) or _KEY_LIKE.fullmatch(text) is not None


def may_be_made_up(text: str) -> bool:
    """Whether a text may contain a word, or a part of one, that looks made up."""
    if _MIXED.search(text) is None:
        return False
    return any(
        len(part) > _LONGEST_MADE_UP or looks_made_up(part.rstrip(".:!?"))
        for word in _LONG_WORDS.findall(text)
        if _MIXED.search(word)
        for part in word.split("/")
    )


@lru_cache(maxsize=16_384)  # the words of a document come again and again
def looks_made_up(word: str) -> bool:
    """Whether a word looks like a password that somebody made up, and not like a word, a name or a version.

    It has letters and digits, and besides small and capital letters, a sign, or a digit between letters. Only where
    a text is about logging in is such a word a credential.
    """
    if not 6 <= len(word) <= _LONGEST_MADE_UP or any(ch.isspace() for ch in word) or _URL_LIKE.search(word):
        return False
    rest = _TECHNICAL_PART.sub("", word)
    if _MIXED.search(rest) is None or _LETTER.search(rest) is None:
        return False
    has_both = any(ch.islower() for ch in rest) and any(ch.isupper() for ch in rest)
    return _BETWEEN_LETTERS.search(rest) is not None or (
        (has_both or _SIGN.search(rest) is not None) and _NUMBERED_NAME.fullmatch(rest) is None
    )


def _words_share(text: str) -> float:
    """The share of `text` in words of five small letters or more, with or without a capital."""
    return sum(map(len, _WORD.findall(text))) / len(text)


def _is_mixed(text: str, *, cases: bool) -> bool:
    classes = [1 if ch.islower() else 2 if ch.isupper() else 3 if ch in _DIGITS else 0 for ch in text]
    pairs = [(a, b) for a, b in pairwise(classes) if a and b]
    digits_wanted = 1 if "/" in text or "+" in text else 2
    if not pairs or classes.count(3) < digits_wanted or len(pairs) < 0.6 * len(text):
        return False
    if cases and not (1 in classes and 2 in classes):
        return False
    changes = sum(a != b for a, b in pairs) / len(pairs)
    # Lower-case letters and digits alone change less often: 40 % at random.
    return changes > (0.4 if 2 in classes and 1 in classes else 0.28)


def _entropy(text: str) -> float:
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values())


def _is_encoded_text(text: str) -> bool:
    try:
        decoded = base64.b64decode(
            text + "=" * (-len(text) % 4), altchars=b"-_" if "-" in text or "_" in text else None
        )
    except (binascii.Error, ValueError):
        return False
    try:
        if decoded.decode().isprintable():
            return len(decoded) > 0
    except UnicodeDecodeError:
        pass
    # Of random bytes, 38 % are printable.
    printable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in decoded)
    return len(decoded) > 0 and printable >= 0.8 * len(decoded)
