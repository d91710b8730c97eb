"""Credentials that headers, codes and commands tell by what stands around them: `Cookie: a=x`, `use x as the token`."""

from __future__ import annotations

import re

from shared.scrub.looks import looks_made_up, looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.rules import Rule, replacing, replacing_made_up, without_value
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in
from shared.scrub.vocabulary import UNSPACED

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
_NETRC = re.compile(
    r"(?P<start>\b(?:machine\s\S{1,200}|default)\s+login\s+\S{1,100}\s+password\s+)(?P<value>\S{1,300})"
)
_CODE = r"(?=[\w-]{0,8}\d)[a-z0-9]{3,8}(?:-[a-z0-9]{3,8}){1,3}"
# `os.environ.get("TOKEN") or "x"`, `${TOKEN:-x}`, `#define TOKEN "x"`, `variable "token" { default = "x" }`.
_FALLBACK = re.compile(
    r"(?P<start>\b(?P<name>[A-Za-z]\w{2,60})[\"'\])}]{0,4}\s{0,2}(?:\bor\b|\|\||\?\?)\s{0,2}[\"'])(?P<value>[^\"'\n]{2,300})(?=[\"'])"
)
_SHELL_DEFAULT = re.compile(r"(?P<start>\$\{(?P<name>[A-Za-z]\w{2,60}):-)(?P<value>[^}\n]{2,300})(?=\})")
_DEFINE = re.compile(
    r"(?P<start>#define\s{1,4}(?P<name>[A-Za-z]\w{2,60})\s{1,8}\")(?P<value>[^\"\n]{2,300})(?=\")"
)
_VARIABLE = re.compile(
    r"(?P<start>\bvariable\s\"(?P<name>\w{2,60})\"\s?\{[^{}]{0,400}?\bdefault\s{0,8}=\s?\")(?P<value>[^\"\n]{2,300})(?=\")"
)
# Lines of `.pgpass`: host, port, database, user, password.
_PGPASS = re.compile(
    r"(?m)(?P<start>^\s{0,4}[A-Za-z*][\w.*-]{0,80}:(?:\d{2,5}|\*):[\w*-]{1,60}:[\w*-]{1,60}:)(?P<value>\S{4,200})\s*$"
)
# Scripts without spaces between a name, a word and the value.
_UNSPACED = re.compile(
    rf"(?P<start>(?:{'|'.join(UNSPACED)})[^\W\d_a-zA-Z]{{0,4}}\s{{0,2}}[:：=]?\s{{0,2}}[\"'`「“]?)"
    r"(?P<value>[!-~]{6,64})"
)
# Codes to get in again, and the seed of an authenticator in groups of four.
_CODES = re.compile(
    r"(?i)(?P<start>\b(?:recovery|backup|scratch|one[- ]time|emergency|2fa|mfa)\s(?:pass)?codes?\b[^\w\n]{0,12}\s{0,8}"
    rf"(?:[-*•]\s)?)(?P<value>{_CODE}(?:[\s,;•*-]{{1,6}}{_CODE}){{0,30}})"
)
_GROUPS = re.compile(
    r"(?i)(?P<start>\b(?:key|secret|seed|code)\b[^\n\d]{0,30}?)"
    r"(?-i:(?P<value>(?=[A-Z ]{0,40}[2-7])[A-Z2-7]{4}(?:[ -][A-Z2-7]{4}){3,15})\b)"
)


def _scrub_sure(match: re.Match[str]) -> str:
    """What stands in a credential's place, if it can be nothing else."""
    value = match["value"].rstrip(".")
    if is_stand_in(value) or not (
        looks_made_up(value) or looks_opaque(value.rstrip("="), shortest=12, suspect=True) or len(value) > 64
    ):
        return match.group()
    return f"{match['start']}{PLACEHOLDER}{match.group()[len(match['start']) + len(value) :]}"


def _scrub_fallback(match: re.Match[str]) -> str:
    is_value = name_kind(match["value"]) is NameKind.PLAIN
    return without_value(match) if is_value and name_kind(match["name"]) is NameKind.SECRET else match.group()


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


TOLD = (
    Rule(("authorization",), replacing(_AUTHORIZATION, _scrub_sure)),
    Rule(("cookie",), replacing(_COOKIES, _scrub_cookies)),
    Rule((" as ", " for ", " als ", " comme ", " como "), replacing_made_up(_BEFORE, _scrub_before)),
    Rule(
        tuple(f" is {one} " for one in ("the", "your", "my", "our", "a", "its")),
        replacing_made_up(_IS, _scrub_before),
    ),
    Rule(("echo", "printf"), replacing(_PIPED, _scrub_sure)),
    Rule(("securestring",), replacing(_SECURE_STRING, without_value)),
    Rule(("login", "auth", "token", "obscure"), replacing(_TOKEN_COMMAND, _scrub_sure)),
    Rule(("auth", "identify", "pass"), replacing(_LINE, _scrub_sure)),
    Rule(("machine", "default"), replacing(_NETRC, without_value)),
    Rule(("code",), replacing(_CODES, without_value)),
    Rule(("key", "secret", "seed", "code"), replacing(_GROUPS, without_value)),
    Rule((" or '", ' or "', "||", "??"), replacing(_FALLBACK, _scrub_fallback)),
    Rule((":-",), replacing(_SHELL_DEFAULT, _scrub_fallback)),
    Rule(("#define",), replacing(_DEFINE, _scrub_fallback)),
    Rule(("variable",), replacing(_VARIABLE, _scrub_fallback)),
    Rule((":*:", *(f":{digit}" for digit in range(1, 10))), replacing(_PGPASS, without_value)),
    Rule(UNSPACED, replacing(_UNSPACED, _scrub_sure)),
)
