"""Words in a text that may belong to names of credentials, and whether the values beside them are credentials."""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick, Implementation

from shared.identifiers import words_of
from shared.scrub.looks import looks_made_up, looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.stand_ins import is_stand_in
from shared.scrub.vocabulary import UNSPACED

# A name that may be one of a credential holds one of these (in lower case).
_OF_NAMES = (
    "key pass pwd pin psk phrase parola secret sess seed senha sig sas saml token auth assertion answer appid cred "
    "cookie cvv cvc csc cardverif conn code contrase jwt otp bearer mnemonic kennwort wachtwoord hasło lösen парол "
    "pw psw pword mdp clave geheim communit maiden memorab puk haslo heslo geslo lozink jelsz sifre şifre slaptaz "
    "question sandi "
    "matkhau mật losungs kodeord adgang salasana parool parole pasahitz chave llave schl chiave cle лозинк κωδικ "
    "συνθηματ 비밀 סיסמה รหัสผ่าน 暗証 "
    "токен ключ पासवर्ड السر المرور סיסמא jeton gettone tunnus captcha khẩu"
).split()
_SUSPECTS = AhoCorasick([*_OF_NAMES, *UNSPACED], implementation=Implementation.DFA)
_SHORT_WORDS = frozenset("pin cvv cvc csc cvv2 otp totp tan code passcode verification".split())
_NAMED_LATE = frozenset("key code token pin phrase pass word answer community string seed khẩu".split())
# Nothing but a key looks like a password beside these.
_KEYS = frozenset("key auth keys".split())
_WORDS_BEFORE = re.compile(r"([^\W\d_][\w-]{1,20}) +\Z")


def suspects(lower: str) -> list[tuple[int, int]]:
    """Start and end of each word in a text (lower case) that occurs in names of credentials."""
    return [(start, end) for _, start, end in _SUSPECTS.find_matches_as_indexes(lower)]


def names_suspect(lower: str) -> bool:
    """Whether a text (lower case) has any word that occurs in names of credentials."""
    return bool(_SUSPECTS.find_matches_as_indexes(lower))


def is_opaque_under(name: str, value: str) -> bool:
    """Whether the value of a WEAK name in a text looks like a credential."""
    if name.lower().strip("_") in _KEYS and looks_made_up(value):
        return True
    return looks_opaque(value.rstrip("="), shortest=16, suspect=True)


def is_secret_under(name: str, value: str) -> bool:
    """Whether `value` is a credential where a text gives it to `name`."""
    kind = name_kind(name)
    if kind is NameKind.WEAK:
        return is_opaque_under(name, value)
    return kind is NameKind.SECRET and not is_stand_in(value)


def kind_of(text: str, start: int, name: str) -> NameKind:
    """The kind of a name in a text; of `API key` and `PIN code` the word before counts."""
    kind = name_kind(name)
    if kind is not NameKind.SECRET and name.lower() in _NAMED_LATE:
        before = _WORDS_BEFORE.search(text, max(0, start - 24), start)
        return name_kind(f"{before.group(1)} {name}") if before else kind
    return kind


def is_short_code(name: str, bare: str) -> bool:
    """Whether a number is a credential although it is short: a PIN, a one-time code."""
    return bare.rstrip(".").isdigit() and not _SHORT_WORDS.isdisjoint(words_of(name))
