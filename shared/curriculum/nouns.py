"""What the words of names and paths say: plain forms, nouns, what a variable of a path chooses from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from shared.curriculum.verbs import ADDS, METHODS, ROLE_OF, plain_verb
from shared.identifiers import words_of

_PREPOSITIONS = frozenset(
    "by with for from in to of on into at using via per and within without under as that which through".split()
)
# Words of a name that say how an operation works rather than on what.
_FILLERS = frozenset(
    "all the a an v1 v2 v3 api one many single multiple bulk batch current new details info online offline locally "
    "remotely".split()
)
_SEGMENT_VARIABLE = re.compile(r"^[:{]|\}$")
_VARIABLE_NAME = re.compile(r"\{+([^{}]+)\}+|^:([^.]+)")
_VERSION = re.compile(r"v?\d+([.-]\d+)*([a-z]+\d*)?\Z")
_EXTENSION = re.compile(r"\.(json|xml|png|csv|html?|txt)\Z|\(.*\)\Z")


@lru_cache(maxsize=16_384)
def singular(word: str) -> str:
    """The singular of a lower-case English plural, by its ending; other words as they are."""
    if word == "ids":
        return "id"
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


def path_segments(path: str) -> list[str]:
    """The segments of a path or url template, without scheme, host and query."""
    bare = path.split("?")[0].partition("://")[2].partition("/")[2] if "://" in path else path.split("?")[0]
    return [part for part in bare.split("/") if part and not part.startswith("{{base") and part != "{{url}}"]


def variable_of(segment: str) -> str:
    """The name of the variable in a path segment (`{Sid}.json` → `Sid`), "" for a static one."""
    found = _VARIABLE_NAME.search(segment) if is_variable(segment) else None
    return (found[1] or found[2]) if found else ""


def static_word(segment: str) -> str:
    """A static segment without its extension, its arguments and its namespace (`microsoft.graph.add` → `add`)."""
    return _EXTENSION.sub("", segment).rpartition(".")[2]


def is_variable(segment: str) -> bool:
    """Whether a path segment stands for a value (`{id}`, `:id`, `{{id}}`)."""
    return _SEGMENT_VARIABLE.search(segment) is not None


def resource_before(path: str, parameter: str) -> str:
    """The noun of the path segment before the variable `parameter` (`/orders/{id}` → `order`), "" if none."""
    segments = path_segments(path)
    for before, segment in pairwise(segments):
        if variable_of(segment) == parameter and not is_variable(before):
            return (key_words(before) or ("",))[-1]
    return ""


def noun_of(words: Sequence[str], *, keep_number: bool = False) -> str:
    """The noun of `find_user_ids_by_email` (`user`): what stands between verb and preposition, "" if nothing does.

    In the singular unless `keep_number`.
    """
    verb = bool(words) and (plain_verb(words[0]) in ROLE_OF or words[0] in ADDS or words[0] in METHODS)
    head = _head(words[1:] if verb and len(words) > 1 else words)
    while len(head) > 1 and head[-1] in ("id", "ids", "name", "detail", "details", "info"):
        head.pop()
    return (head[-1] if keep_number else singular(head[-1])) if head else ""


def segment_noun(segment: str) -> str:
    """The noun of a static path segment in the singular (`roles-by-id` → `role`), "" if it has none."""
    if _VERSION.match(segment):
        return ""
    head = _head(words_of(static_word(segment)))
    return singular(head[-1]) if head else ""


def _head(words: Sequence[str]) -> list[str]:
    head: list[str] = []
    for word in words:
        if head and (word in _PREPOSITIONS or (word.endswith("ed") and len(word) > 4)):
            break
        if word not in _FILLERS and word not in _PREPOSITIONS and not word.isdigit():
            head.append(word)
    return head
