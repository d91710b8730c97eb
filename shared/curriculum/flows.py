"""Finds the data that can flow from one operation's response to another's parameter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.fields import Field, Key, field_keys, response_fields, schema_type
from shared.curriculum.nouns import (
    is_variable,
    key_words,
    path_segments,
    resource_before,
    static_word,
    variable_of,
)
from shared.curriculum.roles import HANDLES, Nature, is_handle, natures, own_words
from shared.scrub.names import NameKind, name_kind

MAX_PRODUCERS = 6
"""Producers kept for each parameter of a consumer."""
_BUCKET = 24
_TAG_BUCKET = 6
_BARE = (("id",), ("sid",))
# Fields that name what is not there.
_LEFT_OUT = frozenset("unknown failed missing error invalid skipped deleted previous".split())
_OWN_HANDLES = ("id", "slug", "key", "name", "code", "number", "sid", "uri", "href", "symbol")
# What a change or a removal gives back was known before; what the others give, and in which order they are preferred.
_PRODUCES = {"create": 0, "start": 1, "list": 1, "read": 3}


@dataclass(frozen=True, slots=True)
class _Source:
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
class _Sink:
    """A parameter that could take a value, the keys it asks for, what its path chooses from if it is in one, and the
    resource whose attribute a write sets with it.
    """

    api: Api
    parameter: Parameter
    keys: tuple[Key, ...]
    collection: tuple[str, ...]
    attribute_of: str


def flows(catalog: Catalog, about: Mapping[str, Nature] | None = None) -> tuple[Flow, ...]:
    """Every flow worth planning, best producer first for each (consumer, parameter).

    Only what says which thing is meant flows: an id, a key, a name in a path. A response field matches a parameter
    of the same words (`order_id`, `orderId`, `id` of an `order` for `/orders/{id}`), in the singular, with a fitting
    type, and where both have paths, of the same collection. What a producer was given itself, what it only changed
    or removed, and what is not known of a response does not flow. Operations that create or list the resource and
    that share a tag come first. At most `MAX_PRODUCERS` a parameter; time is linear in operations and fields. The
    order of the catalog does not matter.
    """
    about = about or natures(catalog.apis)
    sinks = [sink for api in catalog.apis for sink in _sinks(api, about[api.name])]
    asked = {key for sink in sinks for key in sink.keys}
    collections = {
        chosen_from(api.path, p.name) for api in catalog.apis for p in api.parameters if p.location == "path"
    } - {()}
    index = _Index(
        (key, source)
        for api in catalog.apis
        for key, source in _sources(api, about[api.name])
        if key in asked
    )
    found = [flow for sink in sinks for flow in _feeding(sink, index, collections)]
    found.sort(key=lambda pair: (pair[1].consumer, pair[1].parameter, pair[0]))
    return tuple(flow for _, flow in found)


class _Index:
    """The best sources of each key, overall and of each outermost tag, so that a lookup is bounded."""

    def __init__(self, pairs: Iterator[tuple[Key, _Source]]) -> None:
        overall: dict[Key, list[_Source]] = defaultdict(list)
        tagged: dict[tuple[Key, str], list[_Source]] = defaultdict(list)
        for key, source in pairs:
            overall[key].append(source)
            for tag in source.tags[:1]:
                tagged[key, tag].append(source)
        self._overall = {key: nsmallest(_BUCKET, found, key=_by_rank) for key, found in overall.items()}
        self._tagged = {key: nsmallest(_TAG_BUCKET, found, key=_by_rank) for key, found in tagged.items()}

    def candidates(self, key: Key, tags: tuple[str, ...]) -> list[_Source]:
        near = self._tagged.get((key, tags[0]), []) if tags else []
        return list(dict.fromkeys([*near, *self._overall.get(key, [])]))


def _by_rank(source: _Source) -> tuple[int, str, str]:
    return source.rank, source.api, source.path


def _sinks(api: Api, nature: Nature) -> Iterator[_Sink]:
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
            yield _Sink(api, parameter, keys, collection, nature.resource if sets else "")


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


def _sources(api: Api, nature: Nature) -> Iterator[tuple[Key, _Source]]:
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


def _source(
    api: Api, nature: Nature, field: Field, handicap: int, is_of_resource: bool, own: bool
) -> _Source:
    return _Source(
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


def _feeding(sink: _Sink, index: _Index, collections: set[tuple[str, ...]]) -> list[tuple[int, Flow]]:
    best: dict[str, tuple[tuple[int, str], _Source]] = {}
    for order, key in enumerate(sink.keys):
        for source in index.candidates(key, sink.api.tags):
            if source.api == sink.api.name or not _fits(source, sink.parameter):
                continue
            if sink.attribute_of and sink.attribute_of == source.resource:
                continue  # what a write sets is not copied from its like
            if len(key) < 2 or not _same_collection(source, sink, collections):
                continue
            if not _of_one_kind(_said_before(source.path, key), _sink_kind(sink, key)):
                continue
            near = 0 if source.tags[:1] == sink.api.tags[:1] else 6
            another = 0 if source.own else 8
            score = (source.rank + near + another + 3 * order, source.path)
            if source.api not in best or score < best[source.api][0]:
                best[source.api] = (score, source)
    ranked = sorted(best.values(), key=lambda pair: (pair[0][0], pair[1].api, pair[1].path))[:MAX_PRODUCERS]
    return [
        (place, Flow(source.api, source.path, sink.api.name, sink.parameter.name, source.own))
        for place, (_, source) in enumerate(ranked)
    ]


def _same_collection(source: _Source, sink: _Sink, collections: set[tuple[str, ...]]) -> bool:
    """Whether a thing's own id can be one of the things that the consumer's path chooses from.

    An id by another name (`customer_id` in an order) says itself what it is of.
    """
    if not source.is_of_resource or not source.collection:
        return not _is_of_many_kinds(source, sink, collections)
    if not sink.collection:
        return _is_the_kind_meant(source, sink, collections)
    if source.collection in collections and source.collection != sink.collection:
        return False  # its things have paths of their own
    one, other = source.collection, sink.collection
    short, long = sorted((one, other), key=len)
    return long[-len(short) :] == short or long[: len(short)] == short


def _is_of_many_kinds(source: _Source, sink: _Sink, collections: set[tuple[str, ...]]) -> bool:
    """Whether things of the name that is asked for are in several places, and nothing says that the one mentioned is of
    the place that the consumer's path chooses from.
    """
    if source.own or not source.collection or not sink.collection:
        return False
    noun = key_words(sink.collection[-1])[-1:]
    places = [one for one in collections if key_words(one[-1])[-1:] == noun]
    if len(places) < 2:
        return False
    near, far = (
        {word for part in one for word in key_words(part)} for one in (source.collection, sink.collection)
    )
    return not (near & far) - {*noun, "api"}


def _is_the_kind_meant(source: _Source, sink: _Sink, collections: set[tuple[str, ...]]) -> bool:
    """Whether `policy_id` in a body is the id of a retention policy: where there are policies of several kinds, the
    consumer says which by its name, path or text.
    """
    kind = key_words(source.collection[-1])
    others = {key_words(one[-1]) for one in collections if key_words(one[-1])[-1:] == kind[-1:]}
    if len(kind) < 2 or len(others) < 2:
        return True
    api = sink.api
    said = set(key_words(f"{api.original_name or api.name} {api.path} {sink.parameter.name}"))
    return set(kind[:-1]) <= said


def _said_before(path: str, key: Key) -> Key:
    """The words before those of `key` in the last names of a field: of which kind the thing is."""
    parts = [key_words(part.split("[")[0]) for part in path.split(".")[-2:]]
    words = parts[-1] if len(parts[-1]) > 1 else tuple(word for part in parts for word in part)
    return words[: -len(key)] if words[-len(key) :] == key else ()


def _sink_kind(sink: _Sink, key: Key) -> Key:
    """The words before those of `key` in a parameter's name, or in the path segment that it chooses from."""
    words = key_words(sink.parameter.name)
    if len(words) < 2 and sink.collection:
        words = (*key_words(sink.collection[-1]), *words)
    said = words[: -len(key)] if words[-len(key) :] == key else ()
    return said or _kind_in_path(sink.api.path, key[0])


def _kind_in_path(path: str, noun: str) -> Key:
    """The words before a noun inside a segment: of `/legal_hold_policy_assignments` policies of legal holds."""
    for segment in path_segments(path):
        words = () if is_variable(segment) else key_words(static_word(segment))
        if noun in words[:-1]:
            return words[: words.index(noun)]
    return ()


def _of_one_kind(one: Key, other: Key) -> bool:
    """Whether two kinds may be the same: an assignment of a policy is none of a task."""
    return not one or not other or not set(one).isdisjoint(other)


def _fits(source: _Source, parameter: Parameter) -> bool:
    """Whether a value of the source's type and format may be the whole argument."""
    wanted = parameter.type if parameter.type != "any" else schema_type(parameter.schema)
    if wanted == "string" and parameter.location != "body" and source.type in ("integer", "number"):
        return True  # carried as text
    if (
        "any" in (source.type, wanted)
        or source.type == wanted
        or (source.type, wanted) == ("integer", "number")
    ):
        form = str(parameter.schema.get("format", ""))
        return wanted not in ("object", "array") and (not form or not source.format or form == source.format)
    return False
