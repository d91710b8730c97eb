"""What each operation does and to what: found once for a catalog from names, paths, descriptions and responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from shared.catalog.model import Api
from shared.curriculum.fields import holds_things, main_list
from shared.curriculum.nouns import (
    is_variable,
    key_words,
    noun_of,
    path_segments,
    segment_noun,
    singular,
    static_word,
    variable_of,
)
from shared.curriculum.verbs import ADDS, AUTH, METHODS, NOUN_LIKE, ORDERED, Role, plain_verb, role_of
from shared.identifiers import words_of

WRITES: frozenset[Role] = frozenset(("create", "change", "remove", "attach", "start", "cancel"))
MAKES: frozenset[Role] = frozenset(("create", "attach", "start"))
UNDOES: frozenset[Role] = frozenset(("remove", "cancel"))
_VERBS_LOOKED_AT = 3
_GETTERS = frozenset("get fetch retrieve show view read display load return obtain see".split())
_LISTED = frozenset("feed recent history trending following followers timeline private archived".split())
_WAYS = frozenset("me @me current self search query latest random".split())
_MANY = frozenset("list lists all every collection page several multiple".split())


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
    role = _role(api, words, segments, collections)
    resource = _resource(api, words, segments, collections, role)
    return Nature(
        role,
        resource,
        tuple(static_word(part) for part in segments if not is_variable(part)),
        _handle(api, segments, resource, role),
        is_ordered=_is_ordered(api, words),
        signs_in=_signs_in(api, words),
    )


def own_words(api: Api) -> tuple[str, ...]:
    """The words of an operation's own name, without its folders and without a path that it only repeats."""
    name = api.original_name or api.name
    if api.tags and name.startswith(f"{api.tags[-1]}."):
        name = name[len(api.tags[-1]) + 1 :]
    words = words_of(name.rsplit(".", 1)[-1] if _is_dotted(name) else name)
    if (
        words
        and words[0] == api.method.lower()
        and words[0] in METHODS
        and _repeats_path(words[1:], api.path)
    ):
        return ()
    return words


def _is_dotted(name: str) -> bool:
    """Whether dots part a name into folders (`teams.channels.ListTabs`), not into numbers or initials."""
    last = name.rsplit(".", 1)[-1]
    return "." in name and " " not in name and len(words_of(last)) > 0 and not last[:1].isdigit()


def _repeats_path(words: Sequence[str], path: str) -> bool:
    known = {word for part in path_segments(path) for word in words_of(part)}
    known |= {singular(word) for word in known} | {"id", "by"}
    return all(word in known or word.isdigit() or len(word) > 7 for word in words) if path else False


def _role(api: Api, words: Sequence[str], segments: Sequence[str], collections: Container[str]) -> Role:
    told = _told(api, words, segments)
    many = _gives_many(api, words, segments, collections, told == "list")
    if api.method in ("GET", "HEAD"):
        return "list" if many else "read"
    if api.method == "DELETE":
        return "cancel" if told == "cancel" else "remove"
    if api.method in ("PUT", "PATCH") and told in ("read", "list"):
        return "change"
    if told == "read" and not is_getter(words):
        return "read"
    if told in ("read", "list"):
        return "list" if many else "read"
    if told is not None:
        return told
    if api.method in ("PUT", "PATCH"):
        return "change"
    if api.method == "POST":
        if not segments:
            return "start"  # one url for everything, and a name without a verb
        return "change" if is_variable(segments[-1]) else "create"
    return "read"


def is_getter(words: Sequence[str]) -> bool:
    """Whether the words of a name begin with a verb that gets what is there, or have none."""
    return not words or any(plain_verb(word) in _GETTERS for word in words[:_VERBS_LOOKED_AT])


def _told(api: Api, words: Sequence[str], segments: Sequence[str]) -> Role | None:
    """The role that the name says, or else the last segment of the path, or else the description."""
    if found := _first_role(api, words[:_VERBS_LOOKED_AT]):
        return found
    tail = words_of(static_word(segments[-1])) if segments and not is_variable(segments[-1]) else ()
    is_noun = len(tail) > 1 and tail[0] in NOUN_LIKE
    if api.method not in ("GET", "DELETE") and tail and not is_noun and (found := _verb_role(api, tail[0])):
        return found
    for sentence in api.description.split(". ")[:2]:
        said = words_of(sentence)[:1]
        if said in (("returns",), ("return",)):
            return "read"  # of an answer, not of goods
        if found := _first_role(api, said):
            return found
    return None


def _first_role(api: Api, words: Sequence[str]) -> Role | None:
    return next((found for word in words if (found := _verb_role(api, plain_verb(word)))), None)


def _verb_role(api: Api, verb: str) -> Role | None:
    if verb in METHODS and verb == api.method.lower() and verb in ("post", "put", "patch"):
        return None  # the method over again
    if verb in ADDS:
        return "attach" if _names_two(api) or "to" in words_of(api.original_name or api.name) else "create"
    return role_of(verb)


def _names_two(api: Api) -> bool:
    """Whether a call names two things by their ids and says nothing else of them."""
    needed = [p for p in api.parameters if p.required and not p.enum]
    named = [p for p in needed if is_handle(p.name) or p.location == "path"]
    return len(named) > 1 and len(needed) - len(named) <= 1


def is_handle(name: str) -> bool:
    """Whether an argument of this name says which thing is meant."""
    words = key_words(name)
    return bool(words) and words[-1] in HANDLES


HANDLES = frozenset("id slug key code number sid sha urn ref arn handle symbol isbn sku".split())
"""Last words of what says which thing is meant."""


def _gives_many(
    api: Api,
    words: Sequence[str],
    segments: Sequence[str],
    collections: Container[str],
    is_called_list: bool,
) -> bool:
    found = main_list(api.responses)
    if found is not None:
        return bool(found) or (is_called_list and holds_things(api.responses))
    if is_called_list:
        return True
    if segments and is_variable(segments[-1]):
        return False
    if segments and (segments[-1] in collections or segments[-1] in _LISTED):
        return True
    said = set(words_of(api.description.split(". ")[0])[:8])
    if "all" in words or not _MANY.isdisjoint(said):
        return True
    if len(words) > 1:
        return _is_plural(noun_of(words, keep_number=True))
    return bool(segments) and _is_plural(static_word(segments[-1]))


def _is_plural(word: str) -> bool:
    last = (words_of(word) or ("",))[-1]
    return singular(last) != last


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
        and not _is_plural(static_word(last))
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
