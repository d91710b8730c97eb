"""Credentials that sentences, lists and tables give to a name (`the password is …`), and phrases of wallets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.identifiers import words_of
from shared.scrub.chosen import looks_chosen
from shared.scrub.looks import looks_made_up, looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.plain import lowered
from shared.scrub.rules import Rule, replacing, without_value
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in
from shared.scrub.suspects import is_short_code, kind_of, suspects
from shared.scrub.vocabulary import KEYS

_DIGIT = re.compile(r"\d")
_MARKUP = r"(?:[\"'`*_\])]|</?[a-z][a-z0-9]{0,7}(?: [^<>]{0,60})?>)"
# What follows a word of a name: signs of a sentence, a list or a table, and a value.
_TOLD = re.compile(
    rf"[\w.-]{{0,40}}+(?P<mid>(?:</t[dh]>\s{{0,3}}<t[dh]>|{_MARKUP}{{0,6}}+\s{{0,2}}+(?P<sign>[:：]\s?\.{{2,16}}|[:：]|[-=]{{1,3}}>|=|→|⇒|➜|➔|—|–|\.{{2,16}}|"
    r"\|(?:[^|\n\d]{0,24}\|)?|\(|(?:(?i:for|of|in|on|für|von|pour|de|para|per|di)\s[\w\s-]{1,40}?\s?)?"
    r"(?::|=|[–—]|(?i:\b(?:is|to|equals|ist|lautet|est|es|to jest|é|è)\b\s?:?))))"
    rf"(?:\s?{_MARKUP}){{0,6}}\s{{0,2}})"
    r"(?P<value>(?<=`)[^`\n]{3,300}(?=`)|(?<=\")[^\"\n]{3,300}(?=\")|(?<=')[^'\n]{3,300}(?=')|"
    r"(?<=>)[^<>\n]{3,300}(?=<)|[^\s\"'`,;<>(){}\[\]|*]{3,300})"
)
# A value right behind a name, as in notes (`use pw x`): only what can be nothing but a password is taken for one.
_BESIDE = re.compile(
    r"[\w.-]{0,40}+(?P<mid>[\"'`]?\s{1,12}(?i:value|val)\s?[:=]\s{0,2}[\"'`]?|"
    r",?\s(?i:like|such\sas|e\.?g\.?|for\sexample|z\.\s?B\.|i\.e\.):?\s[\"'`*]{0,2}|"
    r"(?:[\"'`]?\s?[,;]\s?|\s{1,3}(?:[-–—]{1,2}\s{1,2})?)[\"'`*]{0,2}|"
    # In the next line or element: `Password:`, then the word; `Field: password`, then `Value: …`.
    rf"{_MARKUP}{{0,6}}+\s{{0,2}}:?{_MARKUP}{{0,6}}(?:\s?[|>][+-]?)?\s{{0,3}}\n\s{{0,12}}{_MARKUP}{{0,6}}|"
    r"(?:\s{0,4}</[a-z0-9]{1,8}>){1,2}\s{0,8}(?:<[a-z][^<>]{0,60}>\s{0,8}){1,3})"
    r"(?P<value>[^\s\"'`,;<>(){}\[\]|*:=]{3,64})"
)
# What the answer to a security question is.
_ANSWER = re.compile(
    r"(?i)(?P<start>\b(?:security|secret|recovery|challenge)[ -]questions?\b[^\n.]{0,60}?(?::|=|\bis)\s{1,3}[\"'`]?)"
    r"(?P<value>[^\s\"'`,;<>(){}\[\]|*]{3,64})"
)
# A name, read from its end.
_NAME_BACKWARD = re.compile(r"[\w.-]{0,60}[A-Za-z]")
# Words with digits that describe a value and are none.
_TECHNICAL = re.compile(
    r"(?i)(?:oauth|base|sha|md|rfc|utf|hs|rs|es|ps|iso|https?|aes|rsa|des|x|v|p|pkcs|tls|ssl|ipv|ascii|ed|curve|step|"
    r"table|section|fig|note|level|version|id|openid)[-_/. ]?\d[\w./-]*|\d+[- ]?[a-z]{1,12}|[\d.,–-]+[a-z%]{0,3}"
)
# Twelve words or more, as wallets show them.
_SEED_WORDS = re.compile(
    r"(?i)(?P<start>\b(?:mnemonic|(?:seed|recovery|backup|wallet|secret)[ _-]?(?:phrase|seed)|seed[ _-]?words)\W{1,12}"
    r"(?:is\W{1,4})?)"
    r"(?P<value>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8}\b)"
)
# A key by itself, and no sort key or foreign key.
_THIS_KEY = re.compile(r"(?i)(?:\A|[.:;!?,(\n]\s*|\b(?:the|your|our|my|a|this|test|sandbox|demo|api)\s)\Z")
# Behind a name of these a word with a number is a password.
_PASSWORDS = frozenset(
    "password passwd pwd pw passphrase passwort kennwort contrasena clave senha mdp passe".split()
)
_APART = re.compile(r"[,;\n]")
# Ids and hashes, which are credentials only where a name says so.
_DRAWN = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{20,128}|\d{12,40}")
_QUOTED_WORD = re.compile(r"[^\W\d_]+|[a-z]+(?:-[a-z]+){2,7}")
_SHORTEST_CODE, _SHORTEST_NUMBER, _LONGEST_CODE = 4, 6, 10
_CARD_CODES = frozenset("cvv cvc csc cvv2 cvc2".split())
_PHRASE_WORDS = frozenset("passphrase phrase mnemonic seed answer".split())
_SETTING_SOMETHING = re.compile(r"(?i)\bset\W{1,4}(?:(?:the|your) )?\Z")


def scrub_sentences(text: str) -> str:
    """`text` without the values that its sentences, lists and tables give to names of credentials."""
    for start, end in reversed(list(_told(text))):
        text = f"{text[:start]}{PLACEHOLDER}{text[end:]}"
    return text


def _scrub_answer(match: re.Match[str]) -> str:
    value = match["value"].rstrip(".:!?")
    if not (looks_made_up(value) or match["start"][-1] in "\"'`") or is_stand_in(value):
        return match.group()
    return f"{match['start']}{PLACEHOLDER}{match['value'][len(value) :]}"


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Where the values stand that sentences, lists and tables give to names of credentials."""
    end = 0
    for begin, stop in suspects(lowered(text)):
        if begin < end:
            continue
        before = _NAME_BACKWARD.match(text[max(end, begin - 60) : stop][::-1])
        start = stop - before.end() if before else begin
        for pattern, tells in ((_TOLD, _is_told), (_BESIDE, _is_beside)):
            match = pattern.match(text, stop)
            if match is not None and tells(text, start, match, value := match["value"].rstrip(".:!?")):
                end = match.start("value") + len(value)
                yield match.start("value"), end
                break


def _is_beside(text: str, start: int, match: re.Match[str], value: str) -> bool:
    """Whether what stands right behind the name at `start` can be nothing but a password."""
    name = text[start : match.start("mid")].strip("_")
    is_near = not _APART.search(match["mid"])
    is_password = is_near and not _PASSWORDS.isdisjoint(words_of(name)[-1:])
    if value.isdigit() and not (is_password and _LONGEST_CODE >= len(value) >= _SHORTEST_NUMBER):
        is_code = (len(value) >= _SHORTEST_CODE or name.lower() in _CARD_CODES) and is_short_code(name, value)
        return is_code and len(value) <= _LONGEST_CODE and kind_of(text, start, name) is NameKind.SECRET
    if is_password and (value.isdigit() or looks_chosen(value)):
        return True
    is_key = name.lower() in KEYS and "\n" not in match["mid"]
    if not looks_made_up(value) and not (is_near and _DRAWN.fullmatch(value)):
        return False
    return is_key or kind_of(text, start, name) is NameKind.SECRET


def _is_told(text: str, start: int, match: re.Match[str], value: str) -> bool:
    """Whether what a sentence or a table says of the name at `start` is the value of a credential."""
    has_digit = _DIGIT.search(value) is not None
    is_quoted = match["mid"][-1] in "\"'`>" and _says_value(text, start, _bare(match["sign"] or ""))
    name = text[start : match.start("mid")].strip("_")
    if " " in value:
        is_phrase = is_quoted and not _PHRASE_WORDS.isdisjoint(words_of(name))
        return is_phrase and name_kind(name) is NameKind.SECRET and not is_stand_in(value)
    if not (has_digit or (is_quoted and _QUOTED_WORD.fullmatch(value)) or looks_chosen(value)):
        return False
    kind = kind_of(text, start, name)
    if kind is NameKind.WEAK:
        if (
            name.lower() in KEYS
            and (looks_made_up(value) or _DRAWN.fullmatch(value))
            and _THIS_KEY.search(text, max(0, start - 24), start)
        ):
            return True
        return looks_opaque(value.rstrip("="), shortest=16, suspect=True)
    if kind is not NameKind.SECRET or is_stand_in(value):
        return False
    if not has_digit and name_kind(value) is not NameKind.PLAIN:
        return False  # it names a header or a field
    if value.startswith(("$", "{{", "//", "http")):
        return False
    if value.isdigit():
        return len(value) >= 6 or is_short_code(name, value)
    return len(value) >= 6 and any(ch.isalpha() for ch in value) and not _is_technical(value)


def _bare(sign: str) -> str:
    return sign.lower().rstrip(" :") or sign


def _is_technical(value: str) -> bool:
    return _TECHNICAL.fullmatch(value) is not None and not looks_made_up(value)


def _says_value(text: str, start: int, sign: str) -> bool:
    """Whether a sign says that a quoted word after it is a value (`the password is "…"`, `set the password to "…"`)."""
    if sign == "to":
        return _SETTING_SOMETHING.search(text, max(0, start - 16), start) is not None
    return sign in (":", "=") or sign.endswith(("is", "equals"))


SEED_PHRASE = Rule(("mnemonic", "phrase", "seed"), replacing(_SEED_WORDS, without_value))
ANSWER = Rule(("question",), replacing(_ANSWER, _scrub_answer))
