"""Credentials in commands, calls and lists as texts hold them: `--password x`, `-u user:x`, `set("token", "x")`."""

from __future__ import annotations

import re
from functools import partial

from shared.scrub.looks import looks_made_up
from shared.scrub.names import NameKind, name_kind
from shared.scrub.rules import Rule, replacing, without_value
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

_VALUE = r"(?:\"[^\"\n]{1,300}\"|'[^'\n]{1,300}'|[^\s\"'`,;|<>(){}\[\]]{2,300})"
# `--db-password x`, `--token=x`, `/password:x`.
_OPTION = re.compile(
    rf"(?<![^\s\"'`(\[=])(?P<start>(?:--?|/)(?P<name>[A-Za-z][\w-]{{1,40}})(?:\s{{0,2}}[=:]\s{{0,2}}|[\"']?\s{{0,2}},\s{{0,2}}|\s{{1,2}}))"
    rf"(?P<value>{_VALUE})"
)
# `-u user:word` and the like, in whatever command.
_LOGIN_OPTION = re.compile(
    r"(?<!\S)(?P<start>(?:-[A-Za-z]{0,6}u|-U|-E|--cert|--(?:proxy-|http-)?user|--userpwd|--auth|--basic|--creds?|--credentials|"
    r"--login|-a)(?:[= ]{1,3}|(?=[\w\"'])))(?P<quote>[\"']?)(?P<user>[^\s:\"'<>=/]{1,100}(?:(?P=quote):(?P=quote)|:))"
    r"(?P<value>(?![\s$<{/\\])[^\s\"'`]{1,200})(?P=quote)"
)
# What sentences and helps say behind an option.
_OF_OPTIONS = frozenset(
    "option options flag flags argument arguments parameter parameters instead string value password".split()
)
# Commands that take a password behind one letter, by words that are in their names.
_SHORT_OPTIONS = tuple(
    (
        tuple(words.split()),
        re.compile(rf"(?i)\b(?:{commands})\b"),
        re.compile(rf"(?<!\S)(?P<start>-{letter}\s?)(?P<value>{_VALUE})"),
    )
    for words, commands, letter in (
        (
            "login mysql mariadb mongo sshpass 7z rar mosquitto ipmitool cqlsh",
            r"(?:az|oc|cf|podman|buildah|skopeo|nerdctl|helm|crane)\b[\w -]{0,30}\blogin|"
            r"mysql\w*|mariadb[\w-]*|mongo\w*|sshpass|docker login|7z[az]?|rar|mosquitto_\w+|ipmitool|cqlsh",
            "p",
        ),
        ("ldap", r"ldap(?:search|modify|add|passwd|whoami)", "w"),
        ("redis-cli", r"redis-cli", "a"),
        ("snmp", r"snmp(?:walk|get|getnext|set|bulkwalk|bulkget|table|trap|inform)", "c"),
        ("zip ipmitool sql bcp mosquitto", r"unzip|zip|ipmitool|sqlcmd|bcp|osql|mosquitto_\w+", "P"),
        ("htpasswd", r"htpasswd", "b"),
        ("openssl", r"openssl", r"k(?=\s)"),
        ("ssh-keygen", r"ssh-keygen", "N"),
        ("hydra medusa nxc crackmapexec evil-winrm", r"hydra|medusa|nxc|crackmapexec|evil-winrm", "p"),
    )
)
# `-x user:x@proxy`, `-U user%x`, `sqlplus user/x@db`, `htpasswd -b file user x`.
_PROXY = re.compile(
    r"(?P<start>(?<!\S)(?:-x|--(?:pre)?proxy|--socks5?\w{0,9})[= ]{1,2}[\"']?[\w.+-]{1,60}:)"
    r"(?P<value>[^\s@\"']{2,200})(?=@)"
)
_SAMBA = re.compile(r"(?P<start>(?<!\S)-U\s?[\"']?[\w.\\/-]{1,60}%)(?P<value>[^\s\"']{2,200})")
_ORACLE = re.compile(
    r"(?P<start>\b(?:sqlplus|rman|exp(?:dp)?|imp(?:dp)?)\s(?:-\w+\s)?[\"']?\w{1,60}/)(?P<value>[^\s@\"'/]{2,200})(?=@)"
)
_HTPASSWD = re.compile(r"(?P<start>\bhtpasswd\s-\w{0,5}b\w{0,5}\s\S{1,200}\s\S{1,100}\s)(?P<value>\S{2,200})")
# `HTTPBasicAuth('user', 'x')`, `auth=("user", "x")`, `login("user", "x")`.
_CALL = re.compile(
    r"(?i)(?P<start>(?:(?:auth\w{0,12}|basic|credentials?|log_?[io]n|logon|sign_?in|connect)\]?(?:::new)?\s{0,2}=?\s{0,2}\(|"
    r"basic(?:_auth)?,?\s|auth[\"']\s{0,2}=>\s{0,2}\[)\s{0,2}"
    r"(?:\\?[\"'][^\"'\n]{1,80}\\?[\"']|[\w.$]{1,40})\s{0,2},\s{0,2}(?:Some\()?(?P<quote>\\?[\"']))(?P<value>[^\"'\n\\]{2,300})(?=(?P=quote))"
)
_CALLED_WITH_TEXT = re.compile(r"(?i)\(\s{0,2}(?:[\w.$]{1,40}\s{0,2},\s{0,2})?\\?[\"']|basic|=>")
# A host, a user and a password; a user and a password to be encoded.
_CONNECT = re.compile(
    r"(?i)(?P<start>connect\w{0,12}\(\s{0,2}(?:[\"'][^\"'\n]{1,100}[\"']\s{0,2},\s{0,2}){2}[\"'])(?P<value>[^\"'\n]{2,200})(?=[\"'])"
)
_ENCODE = re.compile(
    r"(?i)(?P<start>\b(?:btoa|\w{0,12}b(?:ase)?64\w{0,12}|Buffer\.from|getBytes)\(\s{0,2}b?[\"'`][\w.@+-]{1,60}:)(?P<value>[^\"'`\n]{2,200})"
)
# `IDENTIFIED BY 'x'`, `net use … /user:ann x`.
_STATEMENT = re.compile(
    r"(?i)(?P<start>\bidentified\s+(?:with\s+\S{1,40}\s+)?by\s+(?:password\s+)?|/user:\S{1,80}\s+)"
    rf"(?P<value>{_VALUE})"
)
_OPENSSL = re.compile(r"(?P<start>\bpass:)(?P<value>[^\s\"']{3,200})")
# `set("token", "x")`, `["Authorization", "x"]`, `('password','x')`.
_PAIR = re.compile(
    r"(?P<start>[(\[{]\s{0,3}(?P<quote>\\?[\"'])(?P<name>[^\W\d_][\w .-]{0,60})(?P=quote)\s{0,3}[,:]\s{0,3}(?P=quote))"
    r"(?P<value>(?:(?!(?P=quote))[^\n]){2,1000})(?=(?P=quote)\s{0,3}[)\],}])"
)
# `setPassword("x")`, `.password("x")`, `CURLOPT_USERPWD, "x"`.
_SETTER = re.compile(
    r"(?P<start>\b(?:[sS]et|[wW]ith|[uU]se|[aA]dd|[pP]ut)_?(?P<name>[A-Z]\w{2,40})\s?\(\s?\\?[\"'])"
    r"(?P<value>[^\"'\n\\]{2,300})(?=\\?[\"']\s?\))"
)
_MEMBER = re.compile(
    r"(?P<start>\.(?P<name>[a-z]\w{2,40})\s?\(\s?\\?[\"'])(?P<value>[^\"'\n\\]{2,300})(?=\\?[\"']\s?\))"
)
_CONSTANT = re.compile(
    r"(?P<start>\b(?P<name>[A-Z][A-Z0-9_]{3,40})\s?,\s?[\"'])(?P<value>[^\"'\n\\]{2,300})(?=[\"'])"
)


def _scrub_setter(match: re.Match[str]) -> str:
    value = match["value"]
    is_value = name_kind(value) is NameKind.PLAIN and not value.startswith(("$", "{{"))
    return without_value(match) if is_value and name_kind(match["name"]) is NameKind.SECRET else match.group()


def _quoted(value: str) -> tuple[str, str]:
    quote = value[0] if value[0] in "\"'" else ""
    return quote, value.strip(quote) if quote else value


def _scrub_option(match: re.Match[str]) -> str:
    quote, bare = _quoted(match["value"])
    if (
        name_kind(match["name"]) is not NameKind.SECRET
        or is_stand_in(bare)
        or bare.startswith(("-", "$", "{{", "<"))
    ):
        return match.group()
    # A path (`/password reset`) is no option, and a word after one may go on with the sentence.
    is_path = match["start"].startswith("/") and not match["start"].rstrip().endswith((":", "="))
    if is_path or (
        not quote and match["start"][-1:].isspace() and _is_word(bare) and not _ends_command(match)
    ):
        return match.group()
    return f"{match['start']}{quote}{PLACEHOLDER}{quote}"


def _ends_command(match: re.Match[str]) -> bool:
    """Whether a command ends behind a word, or goes on with another option; a sentence does neither."""
    if match["value"] in _OF_OPTIONS or match["name"].endswith("pin") or not match["start"].startswith("--"):
        return False
    return (
        re.match(r"\s*(?:\Z|\n|\s-{1,2}[a-z]|[|\\&`])", match.string[match.end() : match.end() + 8])
        is not None
    )


def _is_word(value: str) -> bool:
    return re.fullmatch(r"[a-z]{2,}[.:!?]?|[A-Z]{2,}|is|the|and|or|to", value) is not None


def _scrub_login(match: re.Match[str]) -> str:
    value = match["value"]
    if value.isdigit() or is_stand_in(value):  # a group or a port
        return match.group()
    return f"{match['start']}{match['quote']}{PLACEHOLDER}{match['quote']}"


def _scrub_short(match: re.Match[str]) -> str:
    quote, bare = _quoted(match["value"])
    is_free = match["start"][-1:].isspace() and not quote and not looks_made_up(bare)
    if is_free or is_stand_in(bare) or bare.startswith(("-", "$", "{{", "<")):
        return match.group()
    return f"{match['start']}{quote}{PLACEHOLDER}{quote}"


def _scrub_after(command: re.Pattern[str], option: re.Pattern[str], text: str) -> str:
    found = command.search(text)
    return text if found is None else text[: found.end()] + option.sub(_scrub_short, text[found.end() :])


def _scrub_calls(text: str) -> str:
    # A cheaper pattern first: texts hold more brackets than calls.
    return _CALL.sub(without_value, text) if _CALLED_WITH_TEXT.search(text) else text


def _scrub_statement(match: re.Match[str]) -> str:
    quote, bare = _quoted(match["value"])
    if is_stand_in(bare) or bare.startswith("/") or not (quote or looks_made_up(bare)):
        return match.group()
    return f"{match['start']}{quote}{PLACEHOLDER}{quote}"


def _scrub_pair(match: re.Match[str]) -> str:
    value, name = match["value"], match["name"]
    if name_kind(name) is not NameKind.SECRET or is_stand_in(value) or value.startswith(("$", "{{", "<")):
        return match.group()
    is_list = match["start"].startswith("[")
    if is_list and (name_kind(value) is not NameKind.PLAIN or re.fullmatch(r"[a-z_]+\d?", value)):
        return match.group()  # a list of names
    return f"{match['start']}{PLACEHOLDER}"


# What takes a password by a letter or a place: `-u user:x`, `mysql -px`, `snmpwalk -c x`, `login("user", "x")`.
COMMANDS = (
    Rule((" -",), replacing(_LOGIN_OPTION, _scrub_login)),
    *(Rule(words, partial(_scrub_after, command, option)) for words, command, option in _SHORT_OPTIONS),
    Rule(("-x", "proxy", "--socks"), replacing(_PROXY, without_value)),
    Rule(("-u",), replacing(_SAMBA, without_value)),
    Rule(("sqlplus", "rman", "exp", "imp"), replacing(_ORACLE, without_value)),
    Rule(("htpasswd",), replacing(_HTPASSWD, without_value)),
    Rule(("connect",), replacing(_CONNECT, without_value)),
    Rule(("btoa", "b64", "base64", "buffer.from", "getbytes"), replacing(_ENCODE, without_value)),
    Rule(("(", "basic", "=>"), _scrub_calls),
    Rule(("identified", "/user:"), replacing(_STATEMENT, _scrub_statement)),
    Rule(("pass:",), replacing(_OPENSSL, without_value)),
)
# Options, and pairs in lists and calls, by their names: `--password x`, `set("token", "x")`, `["Authorization", "x"]`.
NAMED_OPTIONS = (
    Rule(("-", "/"), replacing(_OPTION, _scrub_option)),
    Rule(("(",), replacing(_SETTER, _scrub_setter)),
    Rule(("(",), replacing(_MEMBER, _scrub_setter)),
    Rule((",",), replacing(_CONSTANT, _scrub_setter)),
    Rule(("(", "[", "{"), replacing(_PAIR, _scrub_pair)),
)
