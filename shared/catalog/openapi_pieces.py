"""What is decoded of a path of an OpenAPI document in pieces: no more than the reader asks for.

Headers of responses, security and extensions are a fifth of many documents, and no argument or shape comes of them.
"""

from __future__ import annotations

from typing import Any, TypedDict

from msgspec import Raw
from msgspec.json import Decoder

from shared.catalog.pieces import Other, opened

_Media = TypedDict(
    "_Media",
    {"schema": Any, "default": Raw, "example": Raw, "x-example": Raw, "examples": Raw},
    total=False,
)
_Response = TypedDict(
    "_Response",
    {
        "$ref": Any,
        "content": dict[str, _Media | Other] | Other,
        "links": Any,
        # Those of a media type, as Swagger has them.
        "schema": Any,
        "default": Any,
        "example": Any,
        "x-example": Any,
        "examples": Any,
    },
    total=False,
)
_Operation = TypedDict(
    "_Operation",
    {
        "$ref": Any,
        "operationId": Any,
        "summary": Any,
        "description": Any,
        "tags": Any,
        "parameters": Any,
        "requestBody": Any,
        "responses": dict[str, _Response | Other] | Other,
        "callbacks": Any,
    },
    total=False,
)
_PATH: Decoder[Any] = Decoder(dict[str, _Operation | Other] | Other)


def opened_path(piece: Any) -> Any:
    """A path and its operations; any other value is itself. Examples of media types are pieces."""
    found = opened(piece, _PATH)
    if found is not piece and isinstance(found, dict) and "additionalOperations" in found:
        return opened(piece)  # that is no operation, but holds some under any names
    return found
