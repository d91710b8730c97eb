"""Telephone numbers, replaced by fictional ones that depend only on what they replace."""

from __future__ import annotations

import re

from shared.identifiers import words_of
from shared.scrub.drawn import drawn

_PHONE_WORDS = frozenset(
    "phone phones mobile tel telephone cell cellphone fax msisdn whatsapp sms phonenumber mobilephone "
    "telephones telefon telefono telefone telefoon telefonnummer telefax handy handynummer mobil mobilnummer movil "
    "celular puhelin телефон 電話 電話番号 电话 手机 手机号 手机号码 전화 전화번호 휴대폰".split()
)
# A bare number right behind a word that says what it is, in a text or a path: `phone=14155552671`, `/sms/4155552671`.
_CALLED = re.compile(
    r"(?i)(?P<start>(?<![a-z])"
    r"(?:phones?|tel|telephone|mobile|cell|cellphone|fax|sms|whatsapp|msisdn|dial|calls?|callers?)"
    r"(?:[_ -]?(?:numbers?|no|nr))?[\"'`]?(?:[\s:=/#_.]|-(?=\d)){1,4})"
    r"(?P<number>\+?(?!(?:19|20)\d{12}(?!\d))\d{10,15})(?![\w-])"
)
_PHONE = re.compile(
    r"(?<![^\W_]|[.+/-])(?:(?:\+|00(?=[1-9]\d{0,2}[ ./(-]))\d[\d ()./-]{6,20}\d"
    r"|(?:1[-. ]?)?\(\d{3}\)[ -]?\d{3}[-. ]\d{4}|(?<!=)(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4})"
    r"(?!(?!x\d{1,5}\b)[\w-]|\.\d)"
)
# Area code and exchange start with 2 to 9 (North American Numbering Plan).
_NORTH_AMERICAN = re.compile(r"(?:1[-. ]?)?\(?[2-9]\d{2}\)?[-. ]? ?[2-9]\d{2}[-. ]\d{4}")
_DIALLED = re.compile(r"[+(]?\d[\d ()./-]{4,26}\d")
# 555-0100 to 555-0199 are set aside for fiction (North American Numbering Plan).
_FICTION = re.compile(r"55501\d\d$")


def scrub_phones(text: str, name: str) -> str:
    """`text`, the value of a field of this name, with telephone numbers replaced."""
    text = _PHONE.sub(lambda m: fake_phone(m.group(), sure=is_phone_name(name)), text)
    return scrub_called(text)


def scrub_called(text: str) -> str:
    """`text`, or a path, with bare numbers replaced that follow a word for a telephone."""
    return _CALLED.sub(lambda m: m["start"] + fake_phone(m["number"], sure=True), text)


def holds_phone(text: str) -> bool:
    """Whether a text holds a telephone number other than the fictional ones written here."""
    return any(fake_phone(m.group(), sure=False) != m.group() for m in _PHONE.finditer(text))


def is_dialled(text: str) -> bool:
    """Whether a text is nothing but a number as people dial it."""
    return _DIALLED.fullmatch(text) is not None


def is_phone_name(name: str) -> bool:
    """Whether a field of this name holds phone numbers."""
    words = words_of(name)
    if words[-2:-1] == ("contact",) and words[-1] in ("no", "number", "num"):
        return True
    return bool(words) and not _PHONE_WORDS.isdisjoint(words) and words[-1] not in ("id", "ids", "type")


def fake_phone(text: str, *, sure: bool) -> str:
    """A fictional number instead of `text`; `text` itself if it is no telephone number (not checked if `sure`)."""
    digits = re.sub(r"\D", "", text)
    if _FICTION.search(digits) or not (sure or _may_be_phone(text)):
        return text
    ending = f"{100 + drawn(digits, 'phone') % 100:04d}"
    if not text.startswith(("+", "00")):
        return f"202-555-{ending}" if not text.isdigit() else f"1202555{ending}"
    return f"+1202555{ending}" if text[1:].isdigit() else f"+1 202-555-{ending}"


def _may_be_phone(text: str) -> bool:
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if not text.startswith("+"):
        return _NORTH_AMERICAN.fullmatch(text) is not None
    # Imported at first use: most catalogs hold no phone number, and the import costs 0.1 s.
    import phonenumbers

    try:
        # Whether a number is assigned would need the tables of every region of its country code.
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False
