"""Finds the data that can flow from one operation's response to another's parameter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from heapq import nsmallest

from shared.catalog.model import Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.fields import Key, schema_type
from shared.curriculum.flow_ends import Sink, Source, chosen_from, kind_in_path, sinks, sources
from shared.curriculum.natures import Nature, natures
from shared.curriculum.nouns import key_words

MAX_PRODUCERS = 6
"""Producers kept for each parameter of a consumer."""
_BUCKET = 24
_TAG_BUCKET = 6


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
    takers = [sink for api in catalog.apis for sink in sinks(api, about[api.name])]
    asked = {key for sink in takers for key in sink.keys}
    collections = {
        chosen_from(api.path, p.name) for api in catalog.apis for p in api.parameters if p.location == "path"
    } - {()}
    index = _Index(
        (key, source) for api in catalog.apis for key, source in sources(api, about[api.name]) if key in asked
    )
    found = [flow for sink in takers for flow in _feeding(sink, index, collections)]
    found.sort(key=lambda pair: (pair[1].consumer, pair[1].parameter, pair[0]))
    return tuple(flow for _, flow in found)


class _Index:
    """The best sources of each key, overall and of each outermost tag, so that a lookup is bounded."""

    def __init__(self, pairs: Iterator[tuple[Key, Source]]) -> None:
        overall: dict[Key, list[Source]] = defaultdict(list)
        tagged: dict[tuple[Key, str], list[Source]] = defaultdict(list)
        for key, source in pairs:
            overall[key].append(source)
            for tag in source.tags[:1]:
                tagged[key, tag].append(source)
        self._overall = {key: nsmallest(_BUCKET, found, key=_by_rank) for key, found in overall.items()}
        self._tagged = {key: nsmallest(_TAG_BUCKET, found, key=_by_rank) for key, found in tagged.items()}

    def candidates(self, key: Key, tags: tuple[str, ...]) -> list[Source]:
        near = self._tagged.get((key, tags[0]), []) if tags else []
        return list(dict.fromkeys([*near, *self._overall.get(key, [])]))


def _by_rank(source: Source) -> tuple[int, str, str]:
    return source.rank, source.api, source.path


def _feeding(sink: Sink, index: _Index, collections: set[tuple[str, ...]]) -> list[tuple[int, Flow]]:
    best: dict[str, tuple[tuple[int, str], Source]] = {}
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


def _same_collection(source: Source, sink: Sink, collections: set[tuple[str, ...]]) -> bool:
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


def _is_of_many_kinds(source: Source, sink: Sink, collections: set[tuple[str, ...]]) -> bool:
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


def _is_the_kind_meant(source: Source, sink: Sink, collections: set[tuple[str, ...]]) -> bool:
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


def _sink_kind(sink: Sink, key: Key) -> Key:
    """The words before those of `key` in a parameter's name, or in the path segment that it chooses from."""
    words = key_words(sink.parameter.name)
    if len(words) < 2 and sink.collection:
        words = (*key_words(sink.collection[-1]), *words)
    said = words[: -len(key)] if words[-len(key) :] == key else ()
    return said or kind_in_path(sink.api.path, key[0])


def _of_one_kind(one: Key, other: Key) -> bool:
    """Whether two kinds may be the same; an assignment of a policy is not an assignment of a task."""
    return not one or not other or not set(one).isdisjoint(other)


def _fits(source: Source, parameter: Parameter) -> bool:
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
