"""Passwords that people choose although they look like other words: `hunter2`, `admin123`, `winter-2024`."""

from __future__ import annotations

import re

from shared.scrub.looks import looks_made_up
from shared.scrub.names import NameKind, name_kind

# Of the passwords that are chosen most, those that say nothing of a password where it is described.
_COMMON = frozenset(
    "changeme changeit letmein qwerty qwertz iloveyou opensesame swordfish monkey dragon sunshine football baseball "
    "asdfgh asdfasdf passw0rd admin root toor guest".split()
)
_SHORTEST = 6
# A word and a number, which may be parted or have a sign behind them.
_NUMBERED = re.compile(r"(?P<word>[^\W\d_]{3,40})[._@#$%&*!-]{0,2}\d{1,8}[!@#$%&*?]{0,3}")
# Parts of technical names, and words that a number or two follow where values are described.
_TECHNICAL = frozenset(
    "rfc sha md utf base hex int uint float hs rs es ps iso http https aes rsa des tls ssl oauth openid saml jwt hmac "
    "argon bcrypt scrypt pbkdf crypt unicode latin win ntlm ipv pkcs".split()
)
_DESCRIBING = frozenset(
    "field fields step version type level policy part section table figure example sample option param parameter arg "
    "argument value item line row column page key name user min max length size char chars rule note see address phase "
    "mode case group set round release draft test kerberos basic digest bearer form api sdk app".split()
)
_FEW_DIGITS = 2


def looks_chosen(word: str) -> bool:
    """Whether a word is a password where nothing else can stand: behind `password`, or under a head that says it."""
    if looks_made_up(word) or word.lower().rstrip("!") in _COMMON:
        return True
    numbered = _NUMBERED.fullmatch(word)
    if numbered is None or len(word) < _SHORTEST or numbered["word"].lower() in _TECHNICAL:
        return False
    if numbered["word"].lower() in _DESCRIBING and sum(map(str.isdigit, word)) <= _FEW_DIGITS:
        return False
    return name_kind(word) is NameKind.PLAIN
