"""What an independent reader knows of a catalog's operations, by simple rules of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from shared.catalog.model import Api, Catalog, Parameter

type Assignment = Mapping[str, Any]
"""The fields of a blueprint by name; flows as mappings."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
CURSOR = re.compile(
    r"cursor|marker|page_?token|next_?token|continuation|starting_?after|ending_?before|skip_?token",
    re.IGNORECASE,
)
VERSION = re.compile(r"v?\d{4}-\d{2}-\d{2}.*|v?\d+(\.\d+)*")
_ENDS = frozenset(
    "delete remove cancel disable revoke unfavorite unfollow detach destroy purge abort stop deactivate suspend".split()
)
_MAKES = frozenset(
    "create add post new insert attach schedule register upload favorite follow enable start run".split()
)
_LOOKS = frozenset(
    "get list lists search find fetch query read returns show check checks retrieve view validate filter evaluate".split()
)


def words(name: str) -> list[str]:
    """The words of a name in lower case."""
    return [word.lower() for word in _WORDS.findall(name)]


class Judge:
    """What is to be known of the operations of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.apis = {api.name: api for api in catalog.apis}
        headers = Counter(
            (p.name.lower(), text_of(p.default))
            for api in catalog.apis
            for p in api.parameters
            if p.location == "header" and p.default is not None
        )
        self.repeated = {key for key, count in headers.items() if count > 1}

    def filled(self, one: Assignment) -> list[Parameter]:
        """The optional arguments that it asks to fill."""
        return [p for name, wanted in one["required"] if (p := self.apis[name].parameter(wanted)) is not None]

    def told(self, one: Assignment) -> list[tuple[str, Parameter]]:
        """Arguments that its task has to give: required and filled ones that no flow feeds."""
        fed = {(flow["consumer"], flow["parameter"]) for flow in one["flows"]}
        wanted = {(name, parameter) for name, parameter in one["required"]}
        return [
            (name, p)
            for name in one["focus"]
            for p in self.apis[name].parameters
            if (p.required or (name, p.name) in wanted) and (name, p.name) not in fed and len(p.enum) != 1
        ]

    def is_write(self, name: str) -> bool:
        """Whether an operation changes something, by its method or its words."""
        api = self.apis[name]
        if api.method in ("GET", "HEAD"):
            return False
        own = (
            words(api.original_name or name)[:3]
            + words(api.description)[:1]
            + words(api.path.rpartition("/")[2])[:1]
        )
        return api.method in ("PUT", "PATCH", "DELETE") or _LOOKS.isdisjoint(own)

    def is_end(self, name: str) -> bool:
        """Whether an operation removes or ends something."""
        api = self.apis[name]
        own = [
            one
            for one in words((api.original_name or name).rpartition(".")[2])
            if one not in ("post", "put", "patch")
        ]
        said = own[:3] + words(api.path.rpartition("/")[2])
        return api.method == "DELETE" or (bool(_ENDS & set(said)) and not (_MAKES | _LOOKS) & set(own[:1]))

    def makes(self, name: str) -> bool:
        """Whether an operation brings something about."""
        api = self.apis[name]
        said = set(words(api.original_name or name)[:3])
        collection = api.method == "POST" and not api.path.rstrip("/").endswith("}")
        return (
            not self.is_end(name)
            and self.is_write(name)
            and (bool(_MAKES & said) or (collection and len(said) > 0))
        )


def text_of(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def is_under(end: Api, maker: Api) -> bool:
    """Whether what is removed holds or is what is made, by their paths."""
    if end.method != "DELETE" or not end.path.rstrip("/").endswith("}"):
        return end.method == "DELETE" and end.path == maker.path and end.path.count("/") > 1
    collection = end.path.rstrip("/").rpartition("/")[0]
    return maker.path.rstrip("/") == collection or maker.path.startswith(end.path.rstrip("/") + "/")


def call_of(api: Api) -> str:
    return text_of(
        [api.method, api.path, sorted((p.name, p.location, _bare(p.schema)) for p in api.parameters)]
    )


def _bare(schema: Any) -> str:
    if isinstance(schema, dict):
        schema = {key: _bare(value) for key, value in schema.items() if key not in ("examples", "example")}
    return text_of(schema)
