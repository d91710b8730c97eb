"""The shape of a success, from the example responses of a Postman request."""

from __future__ import annotations

from typing import Any

import orjson

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import merge, schema_of

_EXAMPLES_LOOKED_AT = 3


def success_shape(responses: list[Any], where: str, reading: Reading) -> JsonSchema:
    """What the JSON bodies of the successful examples have in common; `{}` if there are none."""
    limits = reading.limits
    shape: JsonSchema | None = None
    left = _EXAMPLES_LOOKED_AT
    for piece in responses:
        if left <= 0:
            break
        response = piece
        if not isinstance(response, dict) or not is_success(response.get("code")):
            continue
        body = response.get("body")
        if isinstance(body, dict | list):  # already parsed by whoever wrote the file
            body = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS).decode()
        if not isinstance(body, str) or body.lstrip()[:1] not in ("{", "["):
            continue
        if len(body) > limits.response_bytes:
            reading.note("response_too_large", where, "An example response is too large to be read.")
            continue
        value = parse_templated_json(body)
        if not isinstance(value, dict | list):
            message = "An example response looks like JSON but cannot be read; left out."
            reading.note("response_not_json", where, message)
            continue
        left -= 1
        found = schema_of(value, depth=limits.schema_depth, nodes=limits.schema_nodes, reading=reading)
        shape = found if shape is None else merge(shape, found)
    return shape or {}


def is_success(code: Any) -> bool:
    """Whether an example response is one of a success; one without a code counts."""
    return code is None or str(code)[:1] == "2"
