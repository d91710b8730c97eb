"""Which resource's id a parameter takes, a response gives or a path names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.catalog.model import Api
from shared.identifiers import words_of
from shared.plan.references import Part, parse_path
from shared.plan.schema_paths import RESULT, is_known, leaves

_ID_WORDS = frozenset({"id", "ids", "uuid", "guid", "key"})
_LISTED = 300
_VARIABLE = ("{", ":", "<")
# Envelopes that say nothing of the resource they hold.
_WRAPPERS = frozenset(
    "data result item value response body payload content record entry list object attribute resource embedded "
    "property output node edge hit match row element page collection detail info".split()
)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def wanted_resource(api: Api, parameter: str) -> str:
    """The resource whose id a parameter takes, "" if unsaid: `order` for `order_id` or `/orders/{id}`."""
    name = words_of(parameter)
    if not name or name[-1] not in _ID_WORDS:
        return ""
    return _singular("_".join(name[:-1])) if len(name) > 1 else resource_before(api, parameter)


def resource_before(api: Api, parameter: str) -> str:
    """The resource that a path names right before a parameter: `order` in `/orders/{id}`."""
    here = re.escape(parameter)
    before = re.search(rf"/([^/{{}}:<>]+)/(?:\{{{{?{here}\}}|:{here}\b|<{here}>)", api.path)
    return _singular("_".join(words_of(before[1]))) if before else ""


def given_resource(api: Api, parts: tuple[Part, ...]) -> str:
    """The resource whose id a response path holds, "" if unsaid: `order` for `order.id`, `items[0].order_id`."""
    names = [part for part in parts if isinstance(part, str) and part != RESULT]
    leaf = words_of(names[-1]) if names else ()
    if not leaf or leaf[-1] not in _ID_WORDS:
        return ""
    if len(leaf) > 1:
        return _singular("_".join(leaf[:-1]))
    for holder in reversed(names[:-1]):
        resource = _singular("_".join(words_of(holder)))
        if resource not in _WRAPPERS:
            return resource
    return _answered_resource(api)


def _answered_resource(api: Api) -> str:
    """The resource that an API's path ends in: `order` for `/orders` and `/orders/{id}`, "" for an action on one."""
    segments = [part for part in api.path.split("/") if part]
    is_one = bool(segments) and segments[-1].startswith(_VARIABLE)
    static = [part for part in segments if not part.startswith(_VARIABLE)]
    if not static or not (is_one or static[-1].endswith("s")):
        return ""
    return _singular("_".join(words_of(static[-1])))


def nouns(apis: Iterable[Api]) -> frozenset[str]:
    """Resources that the catalog speaks of: singular words of its paths' segments and its APIs' names."""
    found = set()
    for api in apis:
        segments = [part for part in api.path.split("/") if part and not part.startswith(_VARIABLE)]
        found |= {_singular("_".join(words_of(part))) for part in segments}
        found |= {_singular(word) for word in words_of(api.name)}
    return frozenset(found - {""})


def offered_ids(api: Api) -> frozenset[str]:
    """Resources whose id the response of `api` holds."""
    paths = leaves(api.responses, limit=_LISTED) if is_known(api.responses) else []
    return frozenset(given_resource(api, parse_path(path)) for path, _ in paths) - {""}
