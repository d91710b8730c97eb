"""What the names and paths of operations say: the resource they handle and whether they bring it about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from shared.catalog.model import Api
from shared.scrub.names import words_of

Role = Literal["creates", "lists", "reads", "changes", "removes"]

_CREATES = frozenset(
    "create add new insert upload register start submit post make open book reserve place ingest generate build "
    "launch deploy provision schedule issue enroll invite import init begin request clone copy upsert put".split()
)
_LISTS = frozenset(
    "list search find query browse enumerate lookup fetch scan filter match discover recommend".split()
)
_CHANGES = frozenset(
    "update set patch modify edit replace disable enable stop close send assign "
    "unassign rename move approve reject pay ship publish run execute test validate".split()
)
_REMOVES = frozenset(
    "delete remove cancel archive revoke purge destroy drop clear unsubscribe uninstall erase del".split()
)
_READS = frozenset(
    "get read show retrieve describe view check head download export load is has count".split()
)
_VERBS = _CREATES | _LISTS | _CHANGES | _READS | _REMOVES
_PREPOSITIONS = frozenset("by with for from in to of on into at using via per and".split())
# Words of a name that say how an operation works rather than on what.
_FILLERS = frozenset(
    "all the a an v1 v2 v3 api one many single multiple bulk batch current new details info".split()
)
_SEGMENT_VARIABLE = re.compile(r"^[:{]|\}$")


@lru_cache(maxsize=16_384)
def singular(word: str) -> str:
    """The singular of a lower-case English plural, by its ending; other words as they are."""
    if len(word) < 4 or word.endswith(("ss", "us", "is", "news")):
        return word
    if word in ("indices", "indexes"):
        return "index"
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word.removesuffix("s")


@lru_cache(maxsize=16_384)
def key_words(name: str) -> tuple[str, ...]:
    """The words of a field's name in the singular (`orderIDs` → `order`, `id`)."""
    words = tuple(singular(word) for word in words_of(name) if not word.isdigit())
    return tuple("id" if word in ("uid", "guid", "uuid", "identifier") else word for word in words)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an operation is about: the noun of its resource, "" if unknown, and what it does to it."""

    resource: str
    role: Role


def subjects(apis: Sequence[Api]) -> dict[str, Subject]:
    """The subject of each API by name.

    The path tells it unless several APIs post to it (operations chosen by a body field): then the name does.
    """
    shared = Counter((api.method, api.path) for api in apis)
    return {
        api.name: _subject(api, path_tells=_path_tells(api, shared[api.method, api.path])) for api in apis
    }


def _path_tells(api: Api, sharing: int) -> bool:
    return bool(api.path) and (sharing == 1 or api.method in ("GET", "PUT", "PATCH", "DELETE"))


def path_segments(path: str) -> list[str]:
    """The segments of a path or url template, without scheme, host and query."""
    bare = path.split("?")[0].partition("://")[2].partition("/")[2] if "://" in path else path.split("?")[0]
    return [part for part in bare.split("/") if part and not part.startswith("{{base") and part != "{{url}}"]


def is_variable(segment: str) -> bool:
    """Whether a path segment stands for a value (`{id}`, `:id`, `{{id}}`)."""
    return _SEGMENT_VARIABLE.search(segment) is not None


def resource_before(path: str, parameter: str) -> str:
    """The noun of the path segment before the variable `parameter` (`/orders/{id}` → `order`), "" if none."""
    segments = path_segments(path)
    for before, segment in pairwise(segments):
        if is_variable(segment) and segment.strip("{}:") == parameter and not is_variable(before):
            return (key_words(before) or ("",))[-1]
    return ""


def _subject(api: Api, *, path_tells: bool) -> Subject:
    words = words_of(api.original_name or api.name)
    verb = next((word for word in words[:2] if word in _VERBS), "")
    segments = path_segments(api.path)
    nouns = [noun for part in segments if not is_variable(part) and (noun := _noun(words_of(part)))]
    of_path, of_name = (nouns or [""])[-1], _noun(words)
    resource = of_path or of_name if path_tells else of_name or of_path
    ends_variable = bool(segments) and is_variable(segments[-1])
    return Subject(resource, _role(api.method if path_tells else "", verb, ends_variable, words))


def _noun(words: Sequence[str]) -> str:
    """The noun of `find_user_ids_by_email` (`user`): what stands between the verb and a preposition."""
    head: list[str] = []
    for word in words:
        if word in _PREPOSITIONS and head:
            break
        if word not in _FILLERS and not word.isdigit() and not (word in _VERBS and not head):
            head.append(singular(word))
    while len(head) > 1 and head[-1] in ("id", "name"):
        head.pop()
    return head[-1] if head else ""


def _role(method: str, verb: str, ends_variable: bool, words: Sequence[str]) -> Role:
    if verb in _REMOVES or (method == "DELETE" and not verb):
        return "removes"
    if verb in _CREATES and method not in ("GET", "DELETE"):
        return "creates"
    if verb in _LISTS or (method == "GET" and not ends_variable and verb not in _CHANGES):
        return "lists"
    if verb in _CHANGES or method in ("PATCH", "PUT"):
        return "changes"
    if method == "POST" and not ends_variable and not verb:
        return "creates"
    if verb in _READS and words and words[-1].endswith("s") and not method:
        return "lists"
    return "reads"
