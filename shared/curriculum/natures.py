"""What each operation does and to what: found once for a catalog from names, paths, descriptions and responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from shared.catalog.model import Api
from shared.curriculum.nouns import (
    is_variable,
    key_words,
    noun_of,
    path_segments,
    segment_noun,
    static_word,
    variable_of,
)
from shared.curriculum.roles import is_handle, is_plural, own_words, role_in
from shared.curriculum.verbs import ADDS, AUTH, NOUN_LIKE, ORDERED, Role, role_of
from shared.identifiers import words_of

WRITES: frozenset[Role] = frozenset(("create", "change", "remove", "attach", "start", "cancel"))
UNDOES: frozenset[Role] = frozenset(("remove", "cancel"))
_WAYS = frozenset("me @me current self search query latest random".split())


@dataclass(frozen=True, slots=True)
class Nature:
    """What an operation does.

    Attributes:
        role: one of the eight roles.
        resource: the noun, in the singular, of what it does it to; "" if nothing tells.
        collection: static segments of the path up to what a last variable chooses from, () where the path says nothing.
        handle: name of the argument that says which one it is about, "" if none does.
        is_ordered: whether the first of what it lists means something.
        signs_in: whether it is about sessions and tokens of the caller.
        writes: whether it changes anything.
        undoes: whether it takes away or ends something.
    """

    role: Role
    resource: str
    collection: tuple[str, ...] = ()
    handle: str = ""
    is_ordered: bool = False
    signs_in: bool = False
    writes: bool = field(init=False)
    undoes: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "writes", self.role in WRITES)
        object.__setattr__(self, "undoes", self.role in UNDOES)


def natures(apis: Sequence[Api]) -> dict[str, Nature]:
    """The nature of each API by name.

    The path tells unless several APIs share it and its method (operations chosen by a body field): then the name does.
    """
    shared = Counter((api.method, api.path) for api in apis)
    chosen_from = {before for api in apis for before in _chosen_from(api.path)}
    return {
        api.name: _nature(api, _path_tells(api, shared[api.method, api.path]), chosen_from) for api in apis
    }


def _path_tells(api: Api, sharing: int) -> bool:
    return bool(api.path) and (sharing == 1 or api.method in ("GET", "PUT", "PATCH", "DELETE"))


def _chosen_from(path: str) -> list[str]:
    """The static segments that a variable follows: collections."""
    return [
        before
        for before, segment in pairwise(path_segments(path))
        if is_variable(segment) and not is_variable(before)
    ]


def _nature(api: Api, path_tells: bool, collections: set[str]) -> Nature:
    words = own_words(api)
    segments = path_segments(api.path) if path_tells else []
    role = role_in(api, words, segments, collections)
    resource = _resource(api, words, segments, collections, role)
    return Nature(
        role,
        resource,
        tuple(static_word(part) for part in segments if not is_variable(part)),
        _handle(api, segments, resource, role),
        is_ordered=_is_ordered(api, words),
        signs_in=_signs_in(api, words),
    )


def _resource(
    api: Api, words: Sequence[str], segments: Sequence[str], collections: set[str], role: Role
) -> str:
    static = [part for part in segments if not is_variable(part)]
    while len(static) > 1 and _is_tail(static, segments, collections, api, role):
        static.pop()
    nouns = [noun for part in static if (noun := segment_noun(part))]
    of_path, of_name = (nouns or [""])[-1], noun_of(words)
    return (of_path or of_name) if segments else of_name


def _is_tail(
    static: Sequence[str], segments: Sequence[str], collections: set[str], api: Api, role: Role
) -> bool:
    """Whether the last segment says how (`/articles/{slug}/favorite`, `/movie/popular`, `/users/me`), not what."""
    last = static[-1]
    if segments[-1] != last or last in collections:
        return False
    verb = (words_of(static_word(last)) or ("",))[0]
    is_noun = len(words_of(static_word(last))) > 1 and verb in NOUN_LIKE
    acts = api.method != "GET" and not is_noun and (role_of(verb) is not None or verb in ADDS)
    before = segments[segments.index(last) - 1]
    is_way = (
        role == "list"
        and not is_variable(before)
        and before in collections
        and not is_plural(static_word(last))
    )
    return acts or is_way or last in _WAYS


def _names(parameter: str) -> bool:
    return is_handle(parameter) or key_words(parameter)[-1:] == ("name",)


def _handle(api: Api, segments: Sequence[str], resource: str, role: Role) -> str:
    """The last path argument, or else the required one that names the resource, or else the last that names any."""
    placed = [p.name for p in api.parameters if p.location == "path"]
    for segment in reversed(segments):
        if (name := variable_of(segment)) in placed:
            return name
    if placed:
        return placed[-1]
    names = is_handle if role == "create" else _names
    named = [
        p.name
        for p in api.parameters
        if p.required and not p.enum and names(p.name) and p.location != "header"
    ]
    return next((name for name in named if resource in key_words(name)), named[-1] if named else "")


def _is_ordered(api: Api, words: Sequence[str]) -> bool:
    said = f" {' '.join(words_of(api.description))} "
    documented = any(
        f" {phrase} " in said for phrase in ("first", "sorted by", "ordered by", "in order of", "most recent")
    )
    return documented or not ORDERED.isdisjoint(
        {*words, *(w for part in path_segments(api.path) for w in words_of(part))}
    )


def _signs_in(api: Api, words: Sequence[str]) -> bool:
    tail = [word for part in path_segments(api.path)[-2:] if not is_variable(part) for word in words_of(part)]
    return not AUTH.isdisjoint((*words, *tail)) and api.method != "DELETE"
