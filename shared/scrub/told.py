"""Credentials that headers, codes and commands tell by what stands around them: `Cookie: a=x`, `use x as the token`."""

from __future__ import annotations

import re

from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_made_up, looks_opaque
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_WORD = r"[^\s\"'`,;<>(){}\[\]|*]{6,400}"
# Whatever scheme a header names, what follows it is the credential.
_AUTHORIZATION = re.compile(
    r"(?i)(?P<start>\b(?:proxy-|x-)?authorization[\"'`]{0,2}\s{0,2}[:=]\s{0,2}[\"'`]?[a-z][\w-]{1,30} )"
    rf"(?P<value>{_WORD})"
)
_COOKIES = re.compile(
    r"(?i)(?P<start>(?<![\w-])(?:set-)?cookies?[\"'`]{0,2}\s{0,2}:\s{0,2}[\"'`]?)"
    r"(?P<value>[\w.-]{1,60}=[^;\s\"']{1,2000}(?:;\s?[\w.-]{1,60}(?:=[^;\s\"']{1,2000})?){0,30})"
)
_COOKIE = re.compile(r"(?P<name>[\w.-]{1,60})=(?P<value>[^;\s]+)")
_OF_COOKIES = frozenset("path domain expires max-age samesite priority version".split())
# The value first, then its name: `use x as your API key`, `x is the password`.
_BEFORE = re.compile(
    r"(?i)(?P<start>\b(?:use|using|set|put|enter|send|try|with|take|type|supply|provide|verwende|benutze|utilisez|usa)\s{1,3}"
    rf"[\"'`*]{{0,3}})(?P<value>{_WORD})(?=[\"'`*]{{0,3}}\s{{1,3}}(?:as|for|als|comme|como)\s"
    r"(?:(?:the|your|my|our|a|an|its|test|demo|das|den|le|la|el)\s){0,2}(?P<name>[\w-]{2,30}(?:\s[\w-]{2,30}){0,2}))"
)
_IS = re.compile(
    rf"(?i)(?P<start>(?<![\w/@.-]))(?P<value>{_WORD})(?=[\"'`*]{{0,3}}\sis\s(?:the|your|my|our|a|its)\s"
    r"(?P<name>[\w-]{2,30}(?:\s[\w-]{2,30}){0,2}))"
)
_IS_SOMEBODYS = re.compile(r"(?i)\sis\s(?:the|your|my|our|a|its)\s")
# What a command is given to read: `echo x | docker login --password-stdin`.
_PIPED = re.compile(
    r"(?P<start>\b(?:echo|printf)\s(?:-n\s)?[\"']?)(?P<value>[^\s\"'|]{6,400})"
    r"(?=[\"']?\s?\|[^\n|]{0,80}(?:stdin|--with-token|login|base64|secret|passw))"
)
_SECURE_STRING = re.compile(r"(?P<start>(?i:securestring)\s(?:-\w{3,12}\s)?[\"'])(?P<value>[^\"'\n]{2,300})")
_TOKEN_COMMAND = re.compile(
    r"(?P<start>\b(?:vault|terraform|tofu|rclone|snyk|ngrok|wandb|expo|sentry-cli|flyctl|heroku|netlify|npm|huggingface-cli)\s"
    rf"(?:[\w:-]{{1,30}}\s){{0,2}}(?:login|auth|authtoken|add-authtoken|obscure|token)\s)(?P<value>{_WORD})"
)
# Lines of protocols that log in.
_LINE = re.compile(
    rf"(?m)(?P<start>^\s{{0,4}}(?:AUTH|IDENTIFY|PASS)\s{{1,2}}(?:[\w.@-]{{1,60}}\s)?)(?P<value>{_WORD})\s*$"
)
_NETRC = re.compile(r"(?P<start>\bmachine\s\S{1,200}\s+login\s+\S{1,100}\s+password\s+)(?P<value>\S{1,300})")
_CODE = r"(?=[\w-]{0,8}\d)[a-z0-9]{3,8}(?:-[a-z0-9]{3,8}){1,3}"
# Codes to get in again, and the seed of an authenticator in groups of four.
_CODES = re.compile(
    r"(?i)(?P<start>\b(?:recovery|backup|scratch|one[- ]time|emergency|2fa|mfa)\s(?:pass)?codes?\b[^\w\n]{0,12}\s{0,8}"
    rf"(?:[-*•]\s)?)(?P<value>{_CODE}(?:[\s,;•*-]{{1,6}}{_CODE}){{0,30}})"
)
_GROUPS = re.compile(
    r"(?i)(?P<start>\b(?:key|secret|seed|code)\b[^\n\d]{0,30}?)"
    r"(?-i:(?P<value>(?=[A-Z ]{0,40}[2-7])[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,15})\b)"
)


def scrub_told(text: str) -> str:
    """`text` without credentials that need no name of their own beside them, or have it behind them."""
    lower = text.lower()
    if "authorization" in lower:
        text = _AUTHORIZATION.sub(_scrub_sure, text)
    if "cookie" in lower:
        text = _COOKIES.sub(_scrub_cookies, text)
    if " as " in lower or " is " in lower or " for " in lower or " als " in lower or " com" in lower:
        text = _BEFORE.sub(_scrub_before, text)
        if _IS_SOMEBODYS.search(text):
            text = _IS.sub(_scrub_before, text)
    if "|" in text and ("echo" in lower or "printf" in lower):
        text = _PIPED.sub(_scrub_sure, text)
    if "securestring" in lower:
        text = _SECURE_STRING.sub(_scrub_any, text)
    if "log" in lower or "auth" in lower or "token" in lower or "obscure" in lower:
        text = _TOKEN_COMMAND.sub(_scrub_sure, text)
    if "AUTH" in text or "IDENTIFY" in text or "PASS" in text:
        text = _LINE.sub(_scrub_sure, text)
    if "machine" in lower:
        text = _NETRC.sub(_scrub_any, text)
    if "code" in lower:
        text = _CODES.sub(_scrub_any, text)
    return (
        _GROUPS.sub(_scrub_any, text)
        if any(word in lower for word in ("key", "secret", "seed", "code"))
        else text
    )


def _scrub_any(match: re.Match[str]) -> str:
    return match.group() if is_stand_in(match["value"]) else f"{match['start']}{PLACEHOLDER}"


def _scrub_sure(match: re.Match[str]) -> str:
    """What stands in a credential's place, if it can be nothing else."""
    value = match["value"].rstrip(".")
    if is_stand_in(value) or not (
        looks_made_up(value) or looks_opaque(value.rstrip("="), shortest=12, suspect=True) or len(value) > 64
    ):
        return match.group()
    return f"{match['start']}{PLACEHOLDER}{match.group()[len(match['start']) + len(value) :]}"


def _scrub_cookies(match: re.Match[str]) -> str:
    def kept(pair: re.Match[str]) -> str:
        if pair["name"].lower() in _OF_COOKIES or is_stand_in(pair["value"]):
            return pair.group()
        return f"{pair['name']}={PLACEHOLDER}"

    return match["start"] + _COOKIE.sub(kept, match["value"])


def _scrub_before(match: re.Match[str]) -> str:
    start, value = match["start"], match["value"]
    words = match["name"].split()
    names = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    if (
        not looks_made_up(value)
        or is_stand_in(value)
        or not any(name_kind(name) is NameKind.SECRET for name in names)
    ):
        return match.group()
    return f"{start}{PLACEHOLDER}"
