"""Tells from a parameter's name whether its value is a credential."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from shared.identifiers import words_of
from shared.scrub.vocabulary import (
    ABOUT,
    ABOUT_ENDINGS,
    ANSWER_KINDS,
    ANSWERS,
    CODE_KINDS,
    CODES,
    COMMUNITY_KINDS,
    CURSOR_WORDS,
    CURSORS,
    EXACT,
    IDENTIFIER_WORDS,
    KEY_KINDS,
    KEYS,
    NEUTRAL,
    OTHER_HEADER_KEYS,
    OTHER_PINS,
    PASS_KINDS,
    PHRASE_KINDS,
    SECRET_ENDINGS,
    SECRET_LAST_WORDS,
    SECRET_STARTS,
    SECRET_STEMS,
    SECRET_WORDS,
    SEED_KINDS,
    TOKEN_QUALIFIERS_KEPT,
    WEAK_EXACT,
    WEAK_WORDS,
)

_SHORTEST_TOGETHER = 4


class NameKind(Enum):
    """What a name says of its value."""

    SECRET = "secret"  # noqa: S105 - a kind of name
    WEAK = "weak"
    PLAIN = "plain"
    IDENTIFIER = "identifier"


@lru_cache(maxsize=32_768)
def name_kind(name: str, location: str = "") -> NameKind:
    """What the name of a parameter, variable, header or field says of its value.

    SECRET: always a credential. WEAK: a credential if the value is opaque. IDENTIFIER: names an id,
    a hash or binary content, whose values look random and are none. PLAIN: anything else.
    `location` is where the request carries it (`query`, `header`, `body`, …), "" if unknown.
    """
    words = words_of(name)
    kind = _kind_of(words, location)
    if kind is NameKind.SECRET or not words:
        return kind
    bare = len(words)
    while bare > 1 and (words[bare - 1] in NEUTRAL or words[bare - 1].isdigit()):
        bare -= 1
    if bare < len(words) and _kind_of(words[:bare], location) is NameKind.SECRET:
        return NameKind.SECRET
    return kind


def _kind_of(words: tuple[str, ...], location: str) -> NameKind:
    if not words:
        return NameKind.PLAIN
    joined = "-".join(words)
    if joined in EXACT or "".join(words) in EXACT:
        return _tokens_or_secret(joined)
    if joined in WEAK_EXACT or (location in ("query", "header") and joined == "auth"):
        return NameKind.WEAK
    last = words[-1]
    if _is_answer(words):
        return NameKind.SECRET
    if last in ABOUT:
        return _kind_about(words)
    if _names_secret(words):
        return NameKind.SECRET
    if last in IDENTIFIER_WORDS or _names_cursor(words) or _names_public_key(words):
        return NameKind.IDENTIFIER
    return NameKind.WEAK if not WEAK_WORDS.isdisjoint(words) and last != "tokens" else NameKind.PLAIN


def _kind_about(words: tuple[str, ...]) -> NameKind:
    """The kind of a name that ends in a word such as `type`, `url` or `id`; a session id is a WEAK name."""
    if words[-1] not in ("id", "ids"):
        return NameKind.PLAIN
    return NameKind.WEAK if words[-2:] == ("session", "id") else NameKind.IDENTIFIER


def _tokens_or_secret(joined: str) -> NameKind:
    # A bare plural counts language-model tokens as often as it lists credentials.
    return NameKind.WEAK if joined == "tokens" else NameKind.SECRET


def _names_cursor(words: tuple[str, ...]) -> bool:
    return words[-1] == "token" and not CURSORS.isdisjoint(words)


def _names_public_key(words: tuple[str, ...]) -> bool:
    return words[-1] == "key" and words[-2:-1] in (("public",), ("pub",))


def _is_answer(words: tuple[str, ...]) -> bool:
    """Whether the value proves an identity: an answer to a security question, a community string of SNMP."""
    if words[-1] in ("id", "ids", "type", "count", "length"):
        return False
    if "memorable" in words:
        return True
    if not ANSWERS.isdisjoint(words):
        return not ANSWER_KINDS.isdisjoint(words)
    if "snmp" in words and words[-1] in ("ro", "rw", "read", "write"):
        return True
    return "maiden" in words or (
        ("community" in words or "communities" in words) and not COMMUNITY_KINDS.isdisjoint(words)
    )


def _names_secret(words: tuple[str, ...]) -> bool:
    if not SECRET_WORDS.isdisjoint(words) or words[-1] in SECRET_LAST_WORDS:
        return True
    if (
        any(map(_is_run_together, words))
        or "".join(words[-3:]) in SECRET_WORDS
        or "".join(words[-2:]) in SECRET_WORDS
    ):
        return True
    return _is_code(words) or _is_key(words) or _is_qualified(words[-1], words[:-1])


def _is_code(words: tuple[str, ...]) -> bool:
    """Whether a code opens something: `access_code`, `codigo_de_seguridad`."""
    return (words[-1] in CODES or words[0] in CODES) and not CODE_KINDS.isdisjoint(words)


def _is_key(words: tuple[str, ...]) -> bool:
    """Whether a key is one of cryptography: `api_key`, `chave secreta`."""
    if words[0] == "x" and words[-1] == "key" and len(words) > 2:
        return OTHER_HEADER_KEYS.isdisjoint(words)
    if words[-1] in KEYS:
        own = [word for word in words[:-1] if word not in NEUTRAL and not word.isdigit()]
        return any(word in KEY_KINDS for word in (*words[-2:-1], *own[-1:]))
    return words[0] in KEYS and words[0] not in ("key", "keys") and words[1] in KEY_KINDS


def _is_qualified(last: str, qualifiers: tuple[str, ...]) -> bool:
    """Whether the words before the last one make it a credential."""
    match last:
        case "token":
            return TOKEN_QUALIFIERS_KEPT.isdisjoint(qualifiers)
        case "tok":
            return bool(qualifiers) and TOKEN_QUALIFIERS_KEPT.isdisjoint(qualifiers)
        case "pass":
            return not PASS_KINDS.isdisjoint(qualifiers)
        case "pin":
            return OTHER_PINS.isdisjoint(qualifiers)
        case "phrase":
            return not PHRASE_KINDS.isdisjoint(qualifiers)
        case "seed":
            return not SEED_KINDS.isdisjoint(qualifiers)
        case "signature":
            return qualifiers[:1] == ("x",)
    return False


@lru_cache(maxsize=32_768)
def _is_run_together(word: str) -> bool:
    """Whether one word is made of several that name a credential: `pgpassword`, `dbpw`, `passwordtext`, `seckey`."""
    if len(word) < _SHORTEST_TOGETHER or word in CURSOR_WORDS or word.endswith(ABOUT_ENDINGS):
        return False
    if word.endswith((*SECRET_ENDINGS, *SECRET_STEMS)) or word.startswith(SECRET_STARTS):
        return True
    head = word[:-4]
    return (
        word.endswith("pw")
        or (word.endswith("token") and word != "token")
        or (word.endswith("pass") and head in PASS_KINDS)
        or (word.endswith("code") and head in CODE_KINDS and head != "pin")  # which is an address in India
        or (word.endswith("key") and word[:-3] in KEY_KINDS)
    )
