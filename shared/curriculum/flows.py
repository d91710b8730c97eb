"""Finds the data that can flow from one operation's response to another's parameter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.fields import GENERIC, Field, Key, field_keys, is_open, response_fields, schema_type
from shared.curriculum.subjects import Subject, key_words, resource_before, subjects
from shared.scrub.names import NameKind, name_kind

MAX_PRODUCERS = 4
"""Producers kept for each parameter of a consumer."""
MAX_WEAK_PRODUCERS = 2
_BUCKET = 24
_TAG_BUCKET = 6

# Parameters that steer an answer and come from the user, never from another operation.
_CONTROLS = frozenset(
    "limit offset page size sort order orderby direction format lang language locale fields include exclude expand "
    "q query search filter top skip count pretty verbose version timeout cursor per since until pagesize".split()
)
_HANDLES = ("id", "slug", "key", "code", "number")
_PRODUCES = {"creates": 0, "lists": 1, "reads": 3, "changes": 4}


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


@dataclass(frozen=True, slots=True)
class _Sink:
    """A parameter that could take a value, the keys it asks for, and the resource whose attribute it is, if any."""

    api: Api
    parameter: Parameter
    keys: tuple[Key, ...]
    attribute_of: str


def flows(catalog: Catalog) -> tuple[Flow, ...]:
    """Every flow worth planning, best producer first for each (consumer, parameter).

    A response field matches a parameter of the same words (`order_id`, `orderId`, `id` of an `order` for
    `/orders/{id}`), in the singular, with a fitting type. Operations that create or list the resource,
    that share a tag and that do not need the very value themselves come first. Operations whose responses
    are unknown give at most `MAX_WEAK_PRODUCERS` guessed flows, and only to parameters nothing else feeds.
    At most `MAX_PRODUCERS` a parameter; time is linear in operations and fields. The order of the catalog
    does not matter.
    """
    about = subjects(catalog.apis)
    sinks = [sink for api in catalog.apis for sink in _sinks(api, about[api.name])]
    needs = {(sink.api.name, key) for sink in sinks if sink.parameter.required for key in sink.keys}
    asked = {key for sink in sinks for key in sink.keys}
    index = _Index(
        (key, source)
        for api in catalog.apis
        for key, source in _sources(api, about[api.name], needs)
        if key in asked
    )
    guesses = _Index(_guesses(catalog, about))
    found = [flow for sink in sinks for flow in _feeding(sink, index, guesses)]
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


def _sinks(api: Api, subject: Subject) -> Iterator[_Sink]:
    for parameter in api.parameters:
        words = key_words(parameter.name)
        if not words or parameter.enum or parameter.type == "boolean" or parameter.location == "header":
            continue
        if (len(words) == 1 and words[0] in _CONTROLS) or words in (("page", "size"), ("per", "page")):
            continue
        if name_kind(parameter.name, parameter.location) is NameKind.SECRET:
            continue
        before = resource_before(api.path, parameter.name) if parameter.location == "path" else ""
        context = before or subject.resource
        keys = field_keys(parameter.name, context)
        if (
            len(words) == 1
            and words[0] in GENERIC
            and words[0] not in ("id", "slug", "key", "name", "code", "number")
        ):
            continue
        if (
            subject.role == "creates"
            and keys
            and subject.resource in keys[0][:-1]
            and parameter.location != "path"
        ):
            continue  # what it brings about has no such value yet
        if before and len(words) > 1 and words[-1] == "id" and words[0] != before:
            keys = (*keys, (before, "id"))
        writes = subject.role in ("creates", "changes") and parameter.location != "path" and words[-1] != "id"
        yield _Sink(api, parameter, keys, subject.resource if writes else "")


def _sources(api: Api, subject: Subject, needs: set[tuple[str, Key]]) -> Iterator[tuple[Key, _Source]]:
    if subject.role == "removes":
        return
    for field in response_fields(api.responses, subject.resource):
        for key in field.keys:
            yield key, _source(api, subject, field, min(field.depth, 3) + 20 * ((api.name, key) in needs))
        name = key_words(field.path.rpartition(".")[2].split("[")[0])
        if len(name) > 2 and name[-1] == "id":
            yield name[-2:], _source(api, subject, field, 4 + 20 * ((api.name, name[-2:]) in needs))


def _source(api: Api, subject: Subject, field: Field, handicap: int) -> _Source:
    rank = 4 * _PRODUCES[subject.role] + handicap
    return _Source(rank, subject.resource, api.name, field.path, field.type, field.format, api.tags)


def _guesses(catalog: Catalog, about: dict[str, Subject]) -> Iterator[tuple[Key, _Source]]:
    """What operations with unknown responses plausibly give: the handle of the resource they create or list."""
    for api in catalog.apis:
        subject = about[api.name]
        noun = subject.resource
        if not noun or subject.role not in ("creates", "lists") or not is_open(api.responses):
            continue
        for handle in _HANDLES:
            path = f"{noun}_{handle}" if subject.role == "creates" else f"{noun}s[0].{handle}"
            yield (noun, handle), _Source(_PRODUCES[subject.role], noun, api.name, path, "any", "", api.tags)


def _feeding(sink: _Sink, index: _Index, guesses: _Index) -> list[tuple[int, Flow]]:
    scored = _ranked(sink, index, MAX_PRODUCERS)
    return scored or _ranked(sink, guesses, MAX_WEAK_PRODUCERS)


def _ranked(sink: _Sink, index: _Index, most: int) -> list[tuple[int, Flow]]:
    best: dict[str, tuple[tuple[int, str], _Source]] = {}
    for order, key in enumerate(sink.keys):
        for source in index.candidates(key, sink.api.tags):
            if source.api == sink.api.name or not _fits(source, sink.parameter):
                continue
            if sink.attribute_of and sink.attribute_of == source.resource:
                continue  # what a write sets is not copied from its like
            near = 0 if source.tags[:1] == sink.api.tags[:1] else 6
            score = (source.rank + near + 3 * order, source.path)
            if source.api not in best or score < best[source.api][0]:
                best[source.api] = (score, source)
    ranked = sorted(best.values(), key=lambda pair: (pair[0][0], pair[1].api, pair[1].path))[:most]
    return [
        (place, Flow(source.api, source.path, sink.api.name, sink.parameter.name))
        for place, (_, source) in enumerate(ranked)
    ]


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
