"""Values whose name stands beside them: in another member of an object, or in the item of a list before them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from shared.identifiers import words_of
from shared.scrub.columns import may_be_table
from shared.scrub.looks import looks_made_up
from shared.scrub.names import NameKind, name_kind
from shared.scrub.vocabulary import ANSWER_KINDS, ANSWERS

# Last words of keys under which a list of named values writes the name.
_NAMING = frozenset(
    "key name field header parameter param variable var property prop setting attribute attr k n env".split()
)
# The same for what is shown or meant besides: it names the value where it is the name of a credential.
_LABELLING = frozenset(
    "id label title caption type kind format identifier column option question prompt code path tag element arg "
    "argument item alias slug subject purpose what role usage hint placeholder description".split()
)
# Last words of keys under which it writes the value.
_VALUES = frozenset(
    "value values val v content contents text data example examples default const current initial answer input body "
    "raw sample samples items schema".split()
)
# Where elements have their attributes that were turned into objects.
_ATTRIBUTES = ("$", "_attributes", "@attributes", "_attr")
# Beside the name of a parameter: where it is sent.
_PLACES = frozenset(("in",))
_MAX_MEMBERS = 24
_MAX_LABEL = 80
_MOST_WORDS = 3
# A question may be a sentence.
_ASKING = frozenset(("question", "prompt"))
# How parts of a name are told from a sentence or a value.
_LABEL = re.compile(r"[^\W\d_][\w .:/()\[\]'’?*-]{0,79}")
_FLAG = re.compile(r"--?(?P<name>[A-Za-z][\w-]{1,40})")
_LOGIN_FLAGS = frozenset(
    "-u -U -a --user --auth --basic --creds --credentials --login --userpwd --proxy-user".split()
)
_SHORT_FLAGS = frozenset("-p -P -w -a -c -b".split())
_LOGIN = re.compile(r"[^\s:/]{1,100}:(?!\d+\Z)[^\s/]\S{0,200}")
# Names of other fields and headers, which lists of names hold beside those of credentials.
_FIELDS = frozenset(
    "id user username login email e-mail mail name firstname lastname phone role host port url path method status "
    "state title type address city country age date created updated description active enabled accept content-type "
    "origin user-agent referer connection cache-control account domain database db server scheme realm tenant locale "
    "language remember client_id content-length accept-language x-request-id body header query".split()
)
# Beside whom a `p` is a password.
_USERS = frozenset("u user usr username login uname userName".split())
# What asks for a credential by a word that has other meanings elsewhere.
_GRANT = frozenset("grant_type grantType grant-type GrantType GRANT_TYPE granttype".split())
_OF_GRANT = frozenset("code assertion devicecode usercode codeverifier refreshtoken pin".split())


def is_value_key(key: str) -> bool:
    """Whether a member of this name holds the value of a row."""
    return _role(key) == "value"


@lru_cache(maxsize=8_192)
def _role(key: str) -> str:
    """What a member of this name may be in a row: `name`, `label`, `value`, `place`, or "" for anything else."""
    words = words_of(key)
    if not words or len(key) > 40:
        return ""
    last = words[-1]
    if key in _PLACES:
        return "place"
    if last in _VALUES:
        return "value"
    return "name" if last in _NAMING else "label" if last in _LABELLING else ""


class Shape(NamedTuple):
    """What the keys of an object say of it.

    Attributes:
        names: the keys under which the name of its value stands, if it has one.
        labels: those under which what is shown or meant stands, if it has a value.
        is_grant: it asks for a token of OAuth, for which a `code` is a credential.
        is_web_key: it is a JSON Web Key.
        is_proof: it holds a question to which the answer proves who one is.
        is_login: it holds a `p` beside a user.
        may_be_flagged: a member may say that its value is a secret.
        may_be_table: it may have columns and rows.
        is_ordinary: none of these, nor a kind: its keys say nothing of each other.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    attributes: tuple[str, ...]
    is_grant: bool
    is_web_key: bool
    is_proof: bool
    is_login: bool
    may_be_flagged: bool
    may_be_table: bool
    is_ordinary: bool


@lru_cache(maxsize=8_192)
def shape_of(keys: tuple[Any, ...]) -> Shape:
    """What these keys say of their object; most documents have fewer than a few hundred sets of keys."""
    texts = [key for key in keys if isinstance(key, str)]
    roles = [(_role(key), key) for key in texts] if len(keys) <= _MAX_MEMBERS else []
    if not any(role in ("value", "place") for role, _ in roles):
        roles = []
    names = tuple([key for role, key in roles if role == "name"])
    labels = tuple([key for role, key in roles if role == "label"])
    attributes = tuple([key for key in _ATTRIBUTES if key in keys])
    of_credentials = (
        not _GRANT.isdisjoint(keys),
        "kty" in keys,
        any(map(_is_security_question, texts)),
        "p" in keys and not _USERS.isdisjoint(keys),
        "format" in keys or any(map(_may_flag, texts)),
    )
    is_ordinary = not (names or labels or attributes or any(of_credentials) or "kind" in keys)
    return Shape(names, labels, attributes, *of_credentials, may_be_table(keys), is_ordinary)


def row_name(value: Mapping[Any, Any], shape: Shape | None = None) -> str | None:
    """The name that an object (of this shape) gives its value (`{"key": …, "value": …}`); None if it is no such row."""
    shape = shape or shape_of(tuple(value))
    names = shape.names
    for key in names:
        if isinstance(said := value[key], str) and len(said) <= _MAX_LABEL and _is_secret(said):
            return said
    for key in shape.labels:
        if isinstance(said := value[key], str) and _is_secret_label(key, said := said.lstrip("/.$#")):
            return said
    for key in shape.attributes:
        if (
            isinstance(inner := value[key], dict)
            and isinstance(said := inner.get("name"), str)
            and _is_secret(said)
        ):
            return said
    return next((said for key in names if isinstance(said := value[key], str)), None)


@lru_cache(maxsize=8_192)
def _is_secret(name: str) -> bool:
    return _LABEL.fullmatch(name) is not None and name_kind(name) is NameKind.SECRET


def _is_secret_label(key: str, text: str) -> bool:
    """Whether a label is the name of a credential, and not a sentence that mentions one."""
    is_sentence = len(text) > _MAX_LABEL or text.count(" ") >= _MOST_WORDS or " of " in text
    if is_sentence and (len(text) > _MAX_LABEL or words_of(key)[-1] not in _ASKING):
        return False
    return _is_secret(text)


def _may_flag(key: str) -> bool:
    lower = key.lower()
    return "secret" in lower or "sensitiv" in lower or "mask" in lower or "confidential" in lower


@lru_cache(maxsize=8_192)
def is_of_grant(name: str) -> bool:
    """Whether a value of this name is a credential where a token of OAuth is asked for."""
    return "".join(words_of(name)) in _OF_GRANT


@lru_cache(maxsize=8_192)
def _is_security_question(name: str) -> bool:
    words = words_of(name) if "uestion" in name else ()
    return not ANSWER_KINDS.isdisjoint(words)


@lru_cache(maxsize=8_192)
def is_answer(name: str) -> bool:
    """Whether a member of this name holds an answer."""
    return not ANSWERS.isdisjoint(words_of(name))


def named_items(items: Sequence[Any]) -> dict[int, str]:
    """Names of items, by their index, that the item before gives: `["Authorization", x]`, `["--password", x]`."""
    found: dict[int, str] = {}
    if _alternate(items):
        found = {
            place: name
            for place, name in ((place, items[place - 1]) for place in range(1, len(items), 2))
            if name_kind(name) is NameKind.SECRET
        }
    for place in range(1, len(items)):
        before, item = items[place - 1], items[place]
        if not isinstance(before, str) or not isinstance(item, str) or place - 1 in found:
            continue
        flag = _FLAG.fullmatch(before)
        if flag is not None and before not in _LOGIN_FLAGS and before not in _SHORT_FLAGS:
            if name_kind(flag["name"]) is NameKind.SECRET and not item.startswith("-"):
                found[place] = flag["name"]
        elif before in _SHORT_FLAGS and looks_made_up(item):
            found[place] = "password"
        elif before in _LOGIN_FLAGS and _LOGIN.fullmatch(item):
            found[place] = "login credentials"
        elif _is_named_pair(before, item, len(items)):
            found[place] = before
    return found


def _is_named_pair(name: str, value: str, length: int) -> bool:
    # A longer list, of names or of words, says of none that the next is its value, unless it can be nothing else.
    if len(name) > _MAX_LABEL or _LABEL.fullmatch(name) is None or name_kind(name) is not NameKind.SECRET:
        return False
    if "=" in value:  # of a cookie
        return True
    if length == 2 and not re.fullmatch(r"[\w .-]+", value):
        return True
    return name_kind(value) is NameKind.PLAIN and (
        looks_made_up(value) if length != 2 else _is_no_name(value) or _is_value_of_header(name, value)
    )


def _is_value_of_header(name: str, value: str) -> bool:
    """Whether a word after the name of a header is its value, and not the name of the next one."""
    return "-" in name and name[:1].isupper() and value.islower() and value not in _FIELDS


def _alternate(items: Sequence[Any]) -> bool:
    """Whether a list of texts has names and values in turn: `["user", "ann", "password", "x"]`."""
    if len(items) < 4 or len(items) % 2 or not all(isinstance(item, str) for item in items):
        return False
    names, values = items[::2], items[1::2]
    is_named = all(
        _LABEL.fullmatch(name) is not None
        and (name.lower() in _FIELDS or name_kind(name) is not NameKind.PLAIN)
        for name in names
    )
    return is_named and not any(
        value.lower() in _FIELDS or name_kind(value) is not NameKind.PLAIN for value in values
    )


def _is_no_name(value: str) -> bool:
    """Whether a text cannot be the name of a field in a list of names."""
    numbered = re.fullmatch(r"[A-Za-z]+(?:[_.-][A-Za-z]+)*(\d?)", value)
    return numbered is None or (numbered[1] != "" and value[:-1].lower() not in _FIELDS)
