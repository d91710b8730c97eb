"""A large JSON document in pieces: each is decoded where it is read, and takes no memory once it has been.

What a reader goes through once (paths, items) is cold by the time it comes there when all of it is decoded first.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypedDict

from msgspec import Raw
from msgspec.json import Decoder

type Other = list[Any] | str | int | float | bool | None
type _Members = dict[str, Raw] | Other

# What the readers of OpenAPI, Swagger and Postman ask a document for; references may lead to more of it.
_Root = TypedDict(
    "_Root",
    {
        "info": Any,
        "openapi": Any,
        "swagger": Any,
        "paths": _Members,
        "x-ms-paths": _Members,
        "webhooks": _Members,
        "x-webhooks": _Members,
        "components": dict[str, _Members] | Other,
        "definitions": _Members,
        "parameters": _Members,
        "responses": _Members,
        "securityDefinitions": _Members,
        "item": list[Raw] | dict[str, Any] | str | int | float | bool | None,
        "variable": Any,
        "auth": Any,
        "event": Any,
    },
    total=False,
)
_ROOT = Decoder(_Root)
_ANY = Decoder[Any]()


class UndecodableError(Exception):
    """A piece cannot be decoded: its document is no JSON for the parser, and is to be read as a whole."""


class Pieces(dict[str, Any]):
    """The members of a document that readers ask for; where they hold many things, each is a piece."""

    def __init__(self, members: _Root, data: bytes) -> None:
        super().__init__(members)
        self._data = data

    @cached_property
    def whole(self) -> dict[str, Any]:
        """The document with all its members, decoded at the first use."""
        found: dict[str, Any] = _decoded(self._data)
        return found


def in_pieces(data: bytes) -> Pieces | None:
    """A document of OpenAPI, Swagger or Postman in pieces; None for any other, and for what is no JSON."""
    try:
        members = _ROOT.decode(data)
    except (ValueError, RecursionError):
        return None
    if "item" in members or ("paths" in members and ("openapi" in members or "swagger" in members)):
        return Pieces(members, data)
    return None


def opened(piece: Any, decoder: Decoder[Any] = _ANY) -> Any:
    """The value of a piece; any other value is itself."""
    return _decoded(piece, decoder) if type(piece) is Raw else piece


def member(holder: dict[str, Any], key: str) -> Any:
    """The value under a key that `holder` has; from now on it holds that instead of the piece."""
    value = holder[key]
    if type(value) is Raw:
        value = holder[key] = _decoded(value)
    return value


def _decoded(data: bytes | Raw, decoder: Decoder[Any] = _ANY) -> Any:
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError) as exc:
        raise UndecodableError from exc
