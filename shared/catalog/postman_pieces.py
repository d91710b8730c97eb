"""What is decoded of an item of a Postman collection in pieces: no more than the reader asks for.

Scripts are only counted, urls rarely needed in parts, and most requests send the headers of another.
"""

from __future__ import annotations

from typing import Any, TypedDict

from msgspec import Raw
from msgspec.json import Decoder

from shared.catalog.pieces import Other, opened

type _Pieces = list[Raw] | dict[str, Any] | str | int | float | bool | None


class _Url(TypedDict, total=False):
    raw: Any
    query: Any
    variable: Any
    protocol: Raw
    host: Raw
    port: Raw
    path: Raw


class _Request(TypedDict, total=False):
    url: _Url | Other
    method: Any
    header: Raw
    body: Any
    auth: Any
    description: Any


class _Item(TypedDict, total=False):
    name: Any
    item: list[_Item | Other] | dict[str, Any] | str | int | float | bool | None
    request: _Request | Other
    response: _Pieces
    event: _Pieces
    variable: Any
    auth: Any
    description: Any


class _Original(TypedDict, total=False):
    body: Any


class _Response(TypedDict, total=False):
    code: Any
    body: Any
    originalRequest: _Original | Other


_ITEM: Decoder[_Item | Other] = Decoder(_Item | Other)
_RESPONSE: Decoder[_Response | Other] = Decoder(_Response | Other)


def opened_item(piece: Any) -> Any:
    """An item, in which headers, responses and parts of urls are pieces; any other value is itself."""
    return opened(piece, _ITEM)


def opened_response(piece: Any) -> Any:
    """Of an example response what its shape and its request are told by; any other value is itself."""
    return opened(piece, _RESPONSE)
