"""Which role an operation plays (list, read, create, …), by its name, its path, its description and its response."""

from __future__ import annotations

from collections.abc import Container, Sequence

from shared.catalog.model import Api
from shared.curriculum.fields import holds_things, main_list
from shared.curriculum.nouns import (
    is_variable,
    key_words,
    noun_of,
    path_segments,
    singular,
    static_word,
)
from shared.curriculum.verbs import ADDS, METHODS, NOUN_LIKE, Role, plain_verb, role_of
from shared.identifiers import words_of

MAKES: frozenset[Role] = frozenset(("create", "attach", "start"))
_VERBS_LOOKED_AT = 3
_GETTERS = frozenset("get fetch retrieve show view read display load return obtain see".split())
_LISTED = frozenset("feed recent history trending following followers timeline private archived".split())
_MANY = frozenset("list lists all every collection page several multiple".split())


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


def role_in(api: Api, words: Sequence[str], segments: Sequence[str], collections: Container[str]) -> Role:
    """The role of an operation.

    Args:
        api: the operation.
        words: of its own name.
        segments: of its path, none where the path does not tell.
        collections: segments of the catalog that variables choose from.
    """
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
        return is_plural(noun_of(words, keep_number=True))
    return bool(segments) and is_plural(static_word(segments[-1]))


def is_plural(word: str) -> bool:
    """Whether the last word of a name is a plural."""
    last = (words_of(word) or ("",))[-1]
    return singular(last) != last
