"""Where flows begin and end: what operations give that others may take, and the arguments that take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from shared.catalog.model import Api, Parameter
from shared.curriculum.fields import Field, Key, field_keys, response_fields
from shared.curriculum.natures import Nature
from shared.curriculum.nouns import (
    is_variable,
    key_words,
    path_segments,
    resource_before,
    static_word,
    variable_of,
)
from shared.curriculum.roles import HANDLES, is_handle, own_words
from shared.scrub.names import NameKind, name_kind

_BARE = (("id",), ("sid",))
# Fields that name what is not there.
_LEFT_OUT = frozenset("unknown failed missing error invalid skipped deleted previous".split())
_OWN_HANDLES = ("id", "slug", "key", "name", "code", "number", "sid", "uri", "href", "symbol")
# What a change or a removal gives back was known before; what the others give, and in which order they are preferred.
_PRODUCES = {"create": 0, "start": 1, "list": 1, "read": 3}


@dataclass(frozen=True, slots=True)
class Source:
    """A response field as a candidate: lower `rank` is better for any consumer."""

    rank: int
    resource: str
    api: str
    path: str
    type: str
    format: str
    tags: tuple[str, ...]
    collection: tuple[str, ...]
    is_of_resource: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Sink:
    """A parameter that could take a value, the keys it asks for, what its path chooses from if it is in one, and the
    resource whose attribute a write sets with it.
    """

    api: Api
    parameter: Parameter
    keys: tuple[Key, ...]
    collection: tuple[str, ...]
    attribute_of: str


def sinks(api: Api, nature: Nature) -> Iterator[Sink]:
    if nature.signs_in:
        return
    for parameter in api.parameters:
        words = key_words(parameter.name)
        if not words or parameter.enum or parameter.type == "boolean" or parameter.location == "header":
            continue
        if parameter.location != "path" and not is_handle(parameter.name) and words[-1] != "name":
            continue
        if parameter.location != "path" and words[-1] == "name" and nature.collection:
            continue  # where things have paths, a name in a body is an attribute
        if name_kind(parameter.name, parameter.location) is NameKind.SECRET:
            continue
        before = resource_before(api.path, parameter.name) if parameter.location == "path" else ""
        keys = _keys(parameter, words, before, nature)
        if keys:
            collection = chosen_from(api.path, parameter.name) if before else ()
            sets = nature.writes and parameter.location != "path" and words[-1] not in ("id", "sid")
            yield Sink(api, parameter, keys, collection, nature.resource if sets else "")


def _keys(parameter: Parameter, words: Key, before: str, nature: Nature) -> tuple[Key, ...]:
    keys = field_keys(parameter.name, before or nature.resource)
    asks = nature.role in ("read", "list") and parameter.location == "query" and words[-1] != "name"
    is_bare = parameter.location != "path" and len(words) == 1 and not asks
    if is_bare and (nature.collection or words[-1] == "name"):
        return ()  # the name of what is made, or the path over again
    of_resource = bool(keys) and bool(nature.resource) and nature.resource in keys[0][:-1]
    if parameter.location != "path" and of_resource and (nature.role == "create" or words[-1] == "name"):
        return ()  # what it brings about has no such value yet
    if before and len(words) > 1 and words[-1] in ("id", "sid") and words[0] != before:
        keys = (*keys, (before, words[-1]))
    return keys


@lru_cache(maxsize=16_384)
def chosen_from(path: str, parameter: str) -> tuple[str, ...]:
    """The static segments before a path variable."""
    found: list[str] = []
    for segment in path_segments(path):
        if variable_of(segment) == parameter:
            return tuple(found)
        if not is_variable(segment):
            found.append(static_word(segment))
    return ()


def sources(api: Api, nature: Nature) -> Iterator[tuple[Key, Source]]:
    if nature.role not in _PRODUCES or nature.signs_in:
        return
    given = _given(api, nature)
    named: set[str] = set()
    fields = response_fields(api.responses, nature.resource)
    # Where items have a bare `id`, that is what they are called by; elsewhere by the first that could be one.
    bare = {field.path.rpartition(".")[0] for field in fields if key_words(_leaf(field.path)) in _BARE}
    for field in fields:
        words = key_words(_leaf(field.path))
        holder = field.path.rpartition(".")[0]
        is_first = bool(words) and words[-1] in HANDLES and holder not in named
        if holder in bare:
            is_first = words in _BARE
        if is_first:
            named.add(holder)
        if _is_echo(field, words, given) or not _LEFT_OUT.isdisjoint(words):
            continue
        if nature.role in ("create", "start") and not _is_of_what_came(field, words, api, nature):
            continue
        is_of_resource = bool(field.keys) and field.keys[0][:-1] == (nature.resource,)
        own = is_of_resource or nature.role in ("create", "start") or (is_first and holder.endswith("[0]"))
        for key in field.keys:
            yield key, _source(api, nature, field, min(field.depth, 3), is_of_resource, own)
        if len(words) > 2 and words[-1] in ("id", "sid"):
            yield words[-2:], _source(api, nature, field, 4, is_of_resource, own)


def _leaf(path: str) -> str:
    return path.rpartition(".")[2].split("[")[0]


@dataclass(frozen=True, slots=True)
class _Given:
    names: frozenset[Key]
    last: Key
    takes_one: bool


def _given(api: Api, nature: Nature) -> _Given:
    """What a producer is told, by words: its arguments and the fields of its objects; the last of its path."""
    names: set[Key] = set()
    for parameter in api.parameters:
        words = key_words(parameter.name)
        names.add(words)
        if "or" in words:  # `project_name_or_id`
            names |= {(*words[:-3], word) for word in words[-3:] if word != "or"}
        before = resource_before(api.path, parameter.name) if parameter.location == "path" else ""
        if before and len(words) == 1:
            names.add((before, *words))
        for field in response_fields(
            {"type": "object", "properties": {parameter.name: parameter.schema}}, ""
        ):
            inner = tuple(
                word for part in field.path.split(".")[-2:] for word in key_words(part.split("[")[0])
            )
            names.add(inner)
    last = key_words(nature.handle)
    ends = bool(api.path) and nature.role == "read"
    return _Given(frozenset(names), last, ends and bool(nature.handle))


def _is_echo(field: Field, words: Key, given: _Given) -> bool:
    """Whether the field is one of the producer's own arguments, or the id of the thing its path names."""
    inner = tuple(word for part in field.path.split(".")[-2:] for word in key_words(part.split("[")[0]))
    tail = words[-2:] if len(words) > 2 else words
    if not given.names.isdisjoint((words, inner, tail, *field.keys)):
        return True
    return (
        given.takes_one
        and field.depth == 0
        and words in (("id",), given.last, given.last[-1:])
        and "[" not in field.path
    )


def _is_of_what_came(field: Field, words: Key, api: Api, nature: Nature) -> bool:
    """Whether the field of a creation names what it brought about, and not what it was told or belongs to."""
    if "[" in field.path or field.depth > 1:
        return False
    if len(words) == 1:
        return words[0] in _OWN_HANDLES and (
            field.depth == 0 or (bool(field.keys) and field.keys[0][0] == nature.resource)
        )
    own = {nature.resource, *key_words(api.original_name or api.name)}
    is_named = words[-2] in {nature.resource, *own_words(api)[:1]}
    return words[-1] in _OWN_HANDLES and is_named and own.issuperset(words[:-1])


def _source(api: Api, nature: Nature, field: Field, handicap: int, is_of_resource: bool, own: bool) -> Source:
    return Source(
        4 * _PRODUCES[nature.role] + handicap,
        nature.resource,
        api.name,
        field.path,
        field.type,
        field.format,
        api.tags,
        nature.collection,
        is_of_resource,
        own,
    )


def kind_in_path(path: str, noun: str) -> Key:
    """The words before a noun inside a segment: of `/legal_hold_policy_assignments` policies of legal holds."""
    for segment in path_segments(path):
        words = () if is_variable(segment) else key_words(static_word(segment))
        if noun in words[:-1]:
            return words[: words.index(noun)]
    return ()
