"""Replaces personal data in examples by realistic fakes that depend only on what they replace."""

from __future__ import annotations

import re

from shared.identifiers import words_of
from shared.scrub.drawn import drawn
from shared.scrub.phones import fake_phone, holds_phone, is_dialled, is_phone_name, scrub_called, scrub_phones

# How names of files end, which may have an at sign in them.
_OF_FILES = r"(?:js|mjs|css|map|json|html|ts|tsx|jsx|png|jpe?g|svg|gif|webp|pdf|gz)"
_EMAIL = re.compile(
    r"(?<![\w.+%-])(?<!//)[^\W_][\w.+%-]{0,63}@(?:[^\W_][\w-]{0,62}\.)+"
    rf"(?!{_OF_FILES}\b)[^\W\d_]{{2,24}}(?![\w-]|\.{_OF_FILES}\b)"
)
# As people hide them from programs: `ann [at] shop.com`.
_SPOKEN_EMAIL = re.compile(
    r"(?i)(?<![\w.+%-])[a-z0-9][\w.+-]{0,63}\s?[\[(]\s?at\s?[\])]\s?(?:[a-z0-9-]{1,63}(?:\s?[\[(]\s?dot\s?[\])]\s?|\.)){1,4}[a-z]{2,24}\b"
)
_SPOKEN_AT = re.compile(r"(?i)[\[(]\s?at\s?[\])]")
# Domains that belong to nobody (RFC 2606, RFC 6761).
_RESERVED = re.compile(
    r"(?i)(?:^|\.)(?:example\.(?:com|org|net)|[^.]+\.(?:example|test|invalid|localhost)|example|test)$"
)
_FIRST = (
    "maria",
    "jonas",
    "aisha",
    "tom",
    "lena",
    "carlos",
    "priya",
    "noah",
    "emma",
    "kenji",
    "olga",
    "samir",
)
_LAST = (
    "keller",
    "lind",
    "okafor",
    "silva",
    "novak",
    "tanaka",
    "meyer",
    "rossi",
    "haddad",
    "jensen",
    "patel",
    "moreau",
)

_CARD = re.compile(
    r"(?<![\w.+-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7})(?![\w-]|\.\d)"
)
_BRANDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|6(?:011|5\d\d)\d{12}|3[068]\d{12}|35\d{14}"
)
# Numbers that card schemes publish for tests.
_TEST_CARDS = (
    "4242424242424242",
    "4111111111111111",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
)
_TEST_AMEX = "378282246310005"
_KNOWN_CARDS = frozenset(
    (*_TEST_CARDS, _TEST_AMEX, "371449635398431", "6011111111111117", "4012888888881881", "30569309025904")
)

# Lengths of the account numbers of the countries that use them (ISO 13616).
_IBAN_LENGTHS = {
    code: int(length)
    for length, codes in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH HR LI LV",
        22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT", 26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ CY DO GT HU LB PL", 29: "BR PS QA UA",
        30: "JO KW MU", 31: "MT",
    }.items()
    for code in codes.split()
}  # fmt: skip
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,6}(?:[ -]?[A-Z0-9]{1,4})?|"
    r"[a-z]{2}\d\d[a-z0-9]{11,27})(?![A-Za-z0-9])"
)
# No bank has such a code.
_NO_BANK = ("0000", "TEST")
_SSN = re.compile(r"(?<![\w.+-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-]|\.\d)")
_SSN_WORDS = frozenset(("ssn", "socialsecuritynumber", "socialsecurityno", "taxpayerssn"))

_SEGMENTS = re.compile(r"([/?&=#]+)")
_PARTS = re.compile(r"([;,:()'\"]+)")
# What all numbers of cards, accounts, phones and insurances hold.
_SEVEN_DIGITS = re.compile(r"\D*+(?:\d\D*+){7}")
# The same with little between them.
_LONG_NUMBER = re.compile(r"\d(?:[ ()./-]{0,3}\d){6}")
_IBAN_START = re.compile(r"(?i)[a-z]{2}\d\d")


def scrub_personal(text: str, name: str = "") -> str:
    """`text` with e-mail addresses and numbers of phones, cards, accounts and insurances replaced.

    `name` is the field's name, "" if unknown.
    """
    if "@" in text:
        text = _EMAIL.sub(_fake_email, text)
    if ("(" in text or "[" in text) and _SPOKEN_AT.search(text):
        text = _SPOKEN_EMAIL.sub(lambda m: _fake_email(m, _as_written(m.group())), text)
    if _SEVEN_DIGITS.match(text) is None:
        return text
    if not _is_identifier(name):
        text = _CARD.sub(_fake_card, text)
        text = _IBAN.sub(_fake_iban, text)
        text = _SSN.sub(_fake_ssn, text)
        text = scrub_phones(text, name)
    if is_phone_name(name) and is_dialled(text):
        return fake_phone(text, sure=True)
    if len(text) == 9 and text.isdigit() and "".join(words_of(name)) in _SSN_WORDS:
        return f"98765432{drawn(text, 'ssn') % 10}"
    return text


def scrub_path(url: str) -> str:
    """`url` (no user info) with e-mail addresses, phone and card numbers in its segments replaced."""
    if not ("@" in url or "%40" in url or "(" in url or "[" in url or _SEVEN_DIGITS.match(url)):
        return url
    url = scrub_called(url)
    return "".join(
        [
            _scrub_segment(part)
            for segment in _SEGMENTS.split(url)
            for part in _PARTS.split(scrub_personal(segment))
        ]
    )


def _scrub_segment(part: str) -> str:
    plain = part.replace("%40", "@").replace("%2B", "+").replace("%2b", "+")
    kept = scrub_personal(plain)
    if plain == part or kept == plain:
        return kept if plain == part else part
    return kept.replace("@", "%40").replace("+", "%2B")


def find_personal(text: str) -> list[str]:
    """Kinds of personal data in `text` (`email`, `phone`, `card`, `iban`, `ssn`), sorted.

    Addresses of reserved domains, fictional phone numbers and test cards are none.
    """
    found: set[str] = set()
    if "@" in text:
        found |= {"email" for m in _EMAIL.finditer(text) if _fake_email(m) != m.group()}
    if _IBAN_START.search(text):
        found |= {"iban" for m in _IBAN.finditer(text) if _fake_iban(m) != m.group()}
    if _LONG_NUMBER.search(text):
        found |= {"card" for m in _CARD.finditer(text) if _fake_card(m) != m.group()}
        found |= {"ssn" for m in _SSN.finditer(text) if _fake_ssn(m) != m.group()}
        if holds_phone(text):
            found.add("phone")
    return sorted(found)


def _is_identifier(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in ("id", "ids", "uuid", "guid", "hash", "timestamp", "date")


def _as_written(spoken: str) -> str:
    return re.sub(
        r"(?i)\s?[\[(]\s?(at|dot)\s?[\])]\s?", lambda m: "@" if m[1].lower() == "at" else ".", spoken
    )


def _fake_email(match: re.Match[str], written: str = "") -> str:
    address = written or match.group()
    if address.startswith(("git@", "hg@", "svn@")):  # the login of a repository
        return address
    if _RESERVED.search(address.rpartition("@")[2]):
        return match.group()
    number = drawn(address.lower(), "email")
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // 64 % len(_LAST)]
    return f"{first}.{last}{number // 4096 % 90 + 10}@example.com"


def _fake_card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if digits in _KNOWN_CARDS or not _BRANDS.fullmatch(digits) or not _passes_luhn(digits):
        return match.group()
    fake = _TEST_AMEX if len(digits) == 15 else _TEST_CARDS[drawn(digits, "card") % len(_TEST_CARDS)]
    if len(fake) != len(digits):
        return fake
    source = iter(fake)
    return "".join(next(source) if ch.isdigit() else ch for ch in match.group())


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(ch), 10)) for ch in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _fake_iban(match: re.Match[str]) -> str:
    found = match.group()
    plain = re.sub(r"[ -]", "", found).upper()
    if len(plain) != _IBAN_LENGTHS.get(plain[:2]) or plain[4:8] in _NO_BANK or _iban_rest(plain) != 1:
        return found
    bank = _NO_BANK[plain[4:8].isalpha()]
    digits = iter(3 * f"{drawn(plain, 'iban'):015d}")
    account = "".join([next(digits) if ch.isdigit() else ch for ch in plain[8:]])
    check = 98 - _iban_rest(f"{plain[:2]}00{bank}{account}")
    fake = iter(f"{plain[:2]}{check:02d}{bank}{account}")
    made = "".join([next(fake) if ch.isalnum() else ch for ch in found])
    return made.lower() if found.islower() else made


def _iban_rest(plain: str) -> int:
    """The rest that ISO 7064 MOD 97-10 gives; 1 for a sound number."""
    return int("".join([str(int(ch, 36)) for ch in plain[4:] + plain[:4]])) % 97


def _fake_ssn(match: re.Match[str]) -> str:
    # 987-65-4320 to 987-65-4329 are set aside for advertisements (Social Security Administration).
    return f"987-65-432{drawn(match.group(), 'ssn') % 10}"
