"""Where credentials stand in a text by their look alone: formats of vendors, logins in base64, random words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from shared.scrub.formats import formats_hinted
from shared.scrub.looks import HEX, looks_made_up, looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.plain import lowered

_BASIC = re.compile(r"(?i)\bbasic +([A-Za-z0-9+/]{6,}={0,2})")
_LOGIN = re.compile(r"[a-z][\w.@+-]{1,63}:([^\s:/]{6,64})")
# No credential format is shorter than 12 characters without a space, but for `name=value` forms.
_LONG_WORD = re.compile(r"[^\s,\"'<>]{16,}")
_LONG = 16
_SAYING = AhoCorasick(
    [
        *"curl basic bearer token pwd password sharedsecret apikey digest hawk oauth ssws geniekey signature".split(),
        "private key",
    ]
)
_SAID = re.compile(
    r"PRIVATE KEY|(?i:curl)|"
    r"(?i:basic|bearer|token|pwd|password|sharedsecret|apikey|digest|hawk|oauth|ssws|geniekey|signature)[ =+]"
)
_OPAQUE_WORD = re.compile(r"(?<![\w/+.%@-])[A-Za-z0-9+/_~-]{16,256}={0,2}(?![\w/+=@-]|\.\w)")
# What makes a random word no credential: a public key, a checksum, the name of an identifier.
_PUBLIC_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )?(?:PUBLIC KEY|CERTIFICATE)(?: REQUEST| BLOCK)?-----[\s\S]*?(?:-----END|\Z)"
)
_PUBLIC_KEY = re.compile(r"(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-\S+@openssh\.com) +\Z")
_CHECKSUM = re.compile(r"(?i)(?:sha|md)\d{1,3}[-:=]")
_NAME_BEFORE = re.compile(r"([A-Za-z][\w.-]{0,60})[\"'`\\]{0,3}\s{0,2}[:=]\s{0,2}[\"'`\\]{0,3}\Z")
_WORD_END = re.compile(r"[A-Za-z0-9_-]*(?:\.\w[\w-]*\d[\w-]*)*")


def secret_spans(text: str, *, opaque_from: int = 40) -> list[tuple[int, int, str]]:
    """Where credentials stand in `text`: (start, end, kind), in order, not overlapping.

    A word of random characters counts from `opaque_from` characters on; 0 means that none does.
    """
    if not _may_have_one(text):
        return []
    spans = [
        (m.start(), _word_end(text, m.end()), form.kind)
        for form in formats_hinted(text)
        for m in form.pattern.finditer(text)
    ]
    spans.extend((m.start(1), m.end(1), "basic_auth") for m in _BASIC.finditer(text) if _is_basic(m.group(1)))
    if opaque_from:
        spans.extend(_opaque_spans(text, opaque_from))
    return list(_without_overlaps(spans))


def _may_have_one(text: str) -> bool:
    """Whether a text has a word as long as a credential, or a word that introduces a shorter one."""
    if max(map(len, text.split()), default=0) >= _LONG and _LONG_WORD.search(text):
        return True
    return bool(_SAYING.find_matches_as_indexes(lowered(text))) and _SAID.search(text) is not None


def _word_end(text: str, end: int) -> int:
    """The end of a token that continues after the part that its pattern matches."""
    longer = _WORD_END.match(text, end) if end and text[end - 1].isalnum() else None
    return longer.end() if longer else end


def _opaque_spans(text: str, shortest: int) -> Iterator[tuple[int, int, str]]:
    public = [m.span() for m in _PUBLIC_BLOCK.finditer(text)] if "-----BEGIN" in text else []
    for match in _OPAQUE_WORD.finditer(text):
        start = match.start()
        if _holds_login(match.group()):
            yield start, match.end(), "basic_auth"
        elif looks_opaque(match.group(), shortest=shortest) and not (
            any(begin <= start < end for begin, end in public) or _is_said_to_be_none(text, start)
        ):
            yield start, match.end(), "high_entropy"


def _is_said_to_be_none(text: str, start: int) -> bool:
    """Whether the text around a random word says that it is a public key, a checksum or an identifier."""
    before = text[max(0, start - 80) : start]
    if _CHECKSUM.match(text, start) or _PUBLIC_KEY.search(before):
        return True
    named = _NAME_BEFORE.search(before)
    return named is not None and name_kind(named.group(1)) is NameKind.IDENTIFIER


def _without_overlaps(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    end_so_far = -1
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        if start >= end_so_far:
            yield start, end, kind
            end_so_far = end
        elif end > end_so_far:
            yield end_so_far, end, kind
            end_so_far = end


def _is_basic(encoded: str) -> bool:
    try:
        return b":" in base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error:
        return False


def _holds_login(encoded: str) -> bool:
    """Whether a word is `user:password` in base64, with a password that looks made up; ids in base64 have none."""
    if encoded.islower() or encoded.isupper() or encoded.isalpha():
        return False
    try:
        plain = base64.b64decode(encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return False
    login = _LOGIN.fullmatch(plain)
    return (
        login is not None
        and looks_made_up(login[1])
        and not login[1].islower()
        and HEX.fullmatch(login[1]) is None
    )
