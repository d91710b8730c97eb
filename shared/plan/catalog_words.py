"""What the catalog itself says: its words, values, names and resources, operations that are the same call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec
import orjson

from shared.catalog.model import Api, Catalog
from shared.curriculum.natures import Nature, natures
from shared.plan.place import SINGLES, VALUES
from shared.plan.resources import nouns

_TOKEN = re.compile(r"[^\s,;:()\[\]{}<>\"'`|]+")
_EDGES = ".!?*/\\-_="
_NAMED = ("properties", "patternProperties")
_DEPTH = 24
_CAMEL = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]")
_PARTICLES = frozenset("in up out off on by down over to of at a the for".split())


class CatalogWords:
    """The words, natures and requests that rules look up; each is worked out at first use and kept."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._twins: dict[str, bytes] = {}

    @cached_property
    def _by_name(self) -> dict[str, Api]:
        return {api.name: api for api in self._catalog.apis}

    @cached_property
    def natures(self) -> dict[str, Nature]:
        """What each operation of the catalog does."""
        return natures(self._catalog.apis)

    @cached_property
    def nouns(self) -> frozenset[str]:
        """The resources that the catalog speaks of."""
        return nouns(self._catalog.apis)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The names of its operations, in lower case, that nobody would write in plain speech."""
        return api_ids(self._catalog.apis)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every word and value of the catalog in lower case, as it is written there."""
        found: set[str] = set()
        for api in self._catalog.apis:
            found |= _tokens(api.description)
            found.update(part.lower() for part in re.split(r"[^\w-]+", api.path))
            for parameter in api.parameters:
                found.add(parameter.name.lower())
                found |= _tokens(parameter.description)
                for text in _texts(parameter.default):
                    found |= {text.lower()} | _tokens(text)
                found.update(str(value).lower() for value in parameter.enum)
                _gather(parameter.schema, found)
            _gather(api.responses, found)
        return frozenset(found)

    def same_call(self, one: str, other: str) -> bool:
        """Whether two operations of the catalog make the same request: method, path, parameters, schemas, examples."""
        return one != other and self._request(one) is not None and self._request(one) == self._request(other)

    def _request(self, name: str) -> bytes | None:
        if name not in self._twins:
            api = self._by_name.get(name)
            if api is None:
                return None
            parameters = sorted(
                (msgspec.to_builtins(parameter) for parameter in api.parameters),
                key=lambda parameter: (parameter["location"], parameter["name"]),
            )
            for parameter in parameters:
                parameter.pop("description", None)
            self._twins[name] = orjson.dumps(
                [api.method, api.path, parameters], option=orjson.OPT_SORT_KEYS, default=str
            )
        return self._twins[name]


def is_id_like(name: str) -> bool:
    """Whether nobody would write `name` in plain speech: joined words (`create_order`, `getUser`, `order.create`)."""
    if len(name) < 4:
        return False
    if "-" in name and not re.search(r"[_.]|[a-z0-9][A-Z]", name):
        words = name.lower().split("-")
        return len(words) > 2 or (all(len(word) > 2 for word in words) and not _PARTICLES & set(words))
    return bool(re.search(r"\w[_.]\w", name)) or bool(_CAMEL.search(name[1:]) or _CAMEL.search(name))


def api_ids(apis: Iterable[Api]) -> frozenset[str]:
    """The names, in lower case, that a task must not contain."""
    names = (name for api in apis for name in (api.name, api.original_name))
    return frozenset(name.lower() for name in names if name and " " not in name and is_id_like(name))


def _tokens(text: str) -> set[str]:
    return {token.strip(_EDGES).lower() for token in _TOKEN.findall(text)} | {
        token.lower() for token in _TOKEN.findall(text)
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for child in value.values():
            yield from _texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)
    elif value is not None:
        yield str(value)


def _gather(node: Any, found: set[str], depth: int = 0) -> None:
    """Names, values and words of a schema."""
    if not isinstance(node, dict) or depth > _DEPTH:
        if isinstance(node, list):
            for child in node:
                _gather(child, found, depth + 1)
        return
    for key, value in node.items():
        if key in _NAMED and isinstance(value, dict):
            found.update(name.lower() for name in value)
            for child in value.values():
                _gather(child, found, depth + 1)
        elif key in SINGLES or key in VALUES:
            for text in _texts(value):
                found.add(text.lower())
                found |= _tokens(text)
        elif key in ("description", "title") and isinstance(value, str):
            found |= _tokens(value)
        else:
            _gather(value, found, depth + 1)
