"""Credentials in urls: user information, values in queries, and parts of paths that grant access by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus

from shared.scrub.looks import is_weakly_secret, looks_made_up, looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.rows import is_of_grant
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in, placeholder_for

# How values are put back where they were percent-encoded.
SAFE = "/:?&=#@+,;<>[]{}!*'()$|"
_QUERY_PAIR = re.compile(r"(?<=[?&;#])([^=&;#\s]{1,80})=((?:\{\{[^{}]*\}\}|[^&#\s\"'<>])*)")
_USERINFO = re.compile(r"(?<=://)([^\s/?#\"'<>]+)@")
_USER = re.compile(r"(?i)(?:^|[?&;#])(?:u|user|usr|username|login|uname)=")
_GRANT = re.compile(r"(?i)[?&;#]grant[_-]?type=")
# What stands before a part of a path that is as good as a password.
_DOORS = (
    r"hooks?|web-?hooks?|webhookb2|build[_-]?hooks|incoming(?:-?web-?hooks?)?|catch|triggers?|invit(?:e|es|ations?)|reset|"
    r"(?:reset|forgot|set|new|change)[_-]?passw(?:or)?d|passw(?:or)?d[_-]?reset|magic(?:[_-]?links?)?|login[_-]?links?|"
    r"activat(?:e|ion)|verif(?:y|ication)|verify[_-]?email|confirm(?:ation)?|unsubscribe|opt-?out|tokens?|api[_-]?keys?|"
    r"secrets?|keys?|private|shared?|share[_-]?links?|s|auth|sso|otp|access|session|sessions|feeds?|ical|calendar|bot|"
    r"integrations?|services|workflows?|deploy|ping|heartbeats?|forecast|sig|signed|download|dl|join|j|rooms?|u|unlock"
)
# Of these words a resource may be called, whose id follows it; only what is no id is replaced there.
_RESOURCES = frozenset(
    "hooks webhooks web-hooks triggers invites invitations tokens token keys key secrets services workflows workflow "
    "sessions session feeds feed integrations integration calendar rooms room shared share s u j download auth access "
    "deploy heartbeats heartbeat activation verification confirmation private join api-keys apikeys bot".split()
)
_DOOR = re.compile(rf"(?i)/(?P<door>{_DOORS})(?P<rest>(?:/[^\s/?#\"'<>]{{1,400}}){{1,4}})")
_SEGMENT = re.compile(r"[^/]+")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_HEX = re.compile(r"(?i)[0-9a-f]{16,}")
_BOT = re.compile(r"(?i)(?<=/bot)\d{6,12}:[\w-]{20,}")
_PRIVATE_SUFFIX = re.compile(r"(?i)(?<=/private-)(?=[a-z]*\d)[0-9a-z]{16,}")
# Behind a version, where resources have their names, or behind a host: `/v3/<key>`, `https://h.test/<key>`.
_FIRST = re.compile(
    r"(?P<start>(?:/(?P<version>v\d{1,2})|://[\w.-]{3,100}\.[a-z]{2,12})/)(?P<value>[\w-]{16,100})(?=[/?#\s]|\Z)"
)


def scrub_pairs(url: str, inside: Callable[[str, str, str], str] | None) -> str:
    """`url` without user information and without credentials in its query and in its path.

    `{{variables}}`, the names of query parameters and the user `git` stay. `inside` scrubs a decoded value that may
    be a url itself (value, name, place); None where it is encoded too often.
    """
    kept = _USERINFO.sub(lambda m: m.group() if is_stand_in(m.group(1)) or m.group(1) == "git" else "", url)
    is_grant = _GRANT.search(kept) is not None
    has_user = "p=" in kept and _USER.search(kept) is not None
    kept = _QUERY_PAIR.sub(lambda m: _scrub_pair(m, inside, is_grant, has_user), kept)
    return scrub_doors(kept)


def _scrub_pair(
    match: re.Match[str], inside: Callable[[str, str, str], str] | None, is_grant: bool, has_user: bool
) -> str:
    name, value = match.groups()
    if has_user and name == "p" and looks_made_up(value):
        return f"{name}={PLACEHOLDER}"
    kind = name_kind(unquote(name), "query")
    plain = unquote_plus(value) if "%" in value else value
    if is_grant and is_of_grant(unquote(name)):
        kind = NameKind.SECRET
    if kind is NameKind.SECRET or (kind is NameKind.WEAK and is_weakly_secret(plain, "query")):
        return f"{name}={placeholder_for(value)}"
    if plain and inside is not None and (plain != value or "=" in value):
        kept = inside(plain, name, "query")
        if kept != plain:
            return f"{name}={quote(kept, safe=SAFE) if plain != value else kept}"
    return match.group()


def scrub_doors(path: str) -> str:
    """`path`, or a text with urls, without parts that grant access: `/hooks/T0/B1/q7Yz…`, `/reset/<token>`."""
    if "/" not in path:
        return path
    path = _FIRST.sub(_scrub_first, path)
    path = _BOT.sub(PLACEHOLDER, _PRIVATE_SUFFIX.sub(PLACEHOLDER, path))
    return _DOOR.sub(_scrub_door, path)


def _scrub_first(match: re.Match[str]) -> str:
    value = match["value"]
    is_hex = _HEX.fullmatch(value) is not None
    if match["version"]:
        found = (is_hex and len(value) >= 32) or looks_opaque(value, shortest=16, suspect=True)
    else:
        found = not is_hex and _UUID.fullmatch(value) is None and looks_opaque(value, shortest=20)
    return f"{match['start']}{PLACEHOLDER}" if found and not is_stand_in(value) else match.group()


def _scrub_door(match: re.Match[str]) -> str:
    door = match["door"].lower()
    before = match.string[max(0, match.start() - 24) : match.start() + 1].lower()
    is_host = before.endswith("://") and "." in match["rest"].partition("/")[0]
    if is_host:
        return match.group()
    may_be_id = door in _RESOURCES and "hook" not in before

    def kept(segment: re.Match[str]) -> str:
        text = segment.group()
        return PLACEHOLDER if _opens(text, may_be_id=may_be_id) else text

    return "/" + match["door"] + _SEGMENT.sub(kept, match["rest"])


def _opens(segment: str, *, may_be_id: bool) -> bool:
    """Whether a part of a path looks random; ids and hashes count unless they may identify a resource."""
    if is_stand_in(segment) or segment.startswith((":", "{")):
        return False
    if _UUID.fullmatch(segment) or _HEX.fullmatch(segment):
        return not may_be_id
    return looks_opaque(segment, shortest=16 if may_be_id else 12, suspect=True)
