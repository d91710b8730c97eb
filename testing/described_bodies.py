"""Request bodies of OpenAPI and Swagger documents, in the forms in which collections have them."""

from __future__ import annotations

import random
from operator import itemgetter
from typing import Any

import orjson
from msgspec import Struct

from shared.catalog.postman.likelihood import Body
from shared.catalog.schemas.types import type_of_value

_VALUES: dict[str, Any] = {"boolean": True, "integer": 10, "number": 10, "array": ["a"], "object": {"a": 1}}


class Described(Struct, frozen=True):
    """A request body of a document: its fields (name, value of an example, whether it is required)."""

    method: str
    path: str
    name: str
    fields: list[tuple[str, Any, bool]]
    example: dict[str, Any]

    def whole(self) -> Body:
        """The body as generators make it with placeholders."""
        fields = [(name, f"<{_type(value)}>") for name, value, _ in self.fields]
        return Body(self.method, self.path, self.name, fields, "whole")

    def in_order(self) -> Body | None:
        """The same with all fields in alphabetical order; None where those that are required are not the first then."""
        ordered = sorted(self.fields, key=itemgetter(0))
        if [needed for _, _, needed in ordered] != [needed for _, _, needed in self.fields]:
            return None
        fields = [(name, f"<{_type(value)}>") for name, value, _ in ordered]
        return Body(self.method, self.path, self.name, fields, "sorted")

    def sample(self, rng: random.Random) -> Body:
        """The body of the documentation's example; where there is none, the required fields and some of the others."""
        share = rng.random()
        known = {name for name, _, _ in self.fields}
        fields = [(name, value) for name, value in self.example.items() if name in known]
        fields = fields or [
            (name, value) for name, value, needed in self.fields if needed or rng.random() < share
        ]
        return Body(self.method, self.path, self.name, fields, "example")


def described_bodies(document: bytes) -> list[Described]:
    """The bodies of a document that requires something of enough of them; of readers the simplest."""
    root = orjson.loads(document)
    found = []
    for path, item in (root.get("paths") or {}).items():
        for verb, node in item.items() if isinstance(item, dict) else ():
            if verb in ("post", "put", "patch", "delete") and isinstance(node, dict):
                media = _media_of(node, root)
                properties, required = _fields_of(media.get("schema"), root)
                fields = [
                    (name, _value_of(_resolved(sub, root)), name in required)
                    for name, sub in properties.items()
                    if isinstance(sub, dict) and not _resolved(sub, root).get("readOnly")
                ]
                fields.sort(key=lambda one: not one[2])
                name = str(node.get("summary") or node.get("operationId") or "")
                found += (
                    [Described(verb.upper(), path, name, fields, _example_of(media, root))] if fields else []
                )
    posts = [body.fields for body in found if body.method == "POST"]
    needing = sum(any(needed for _, _, needed in fields) for fields in posts)
    return found if posts and 3 * needing >= len(posts) else []


def _resolved(node: Any, root: Any) -> dict[str, Any]:
    """The object that a node is or refers to."""
    for _ in range(10):
        ref = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(ref, str):
            break
        node = root
        for key in ref.removeprefix("#/").split("/"):
            key = key.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def _media_of(operation: dict[str, Any], root: Any) -> dict[str, Any]:
    """What is said of a request body, whatever its media type: its `schema` and examples."""
    content = _resolved(operation.get("requestBody"), root).get("content")
    media = [one for one in content.values() if isinstance(one, dict)] if isinstance(content, dict) else []
    listed = operation.get("parameters")
    rows = [_resolved(one, root) for one in listed] if isinstance(listed, list) else []
    media += [row for row in rows if row.get("in") == "body"]
    return next((one for one in media if one.get("schema")), {})


def _example_of(media: dict[str, Any], root: Any) -> dict[str, Any]:
    """The example of a body, empty where there is none."""
    several = media.get("examples")
    named = (
        [_resolved(one, root).get("value") for one in several.values()] if isinstance(several, dict) else []
    )
    found = (media.get("example"), *named, _resolved(media.get("schema"), root).get("example"))
    return next((one for one in found if isinstance(one, dict)), {})


def _fields_of(schema: Any, root: Any, depth: int = 6) -> tuple[dict[str, Any], set[str]]:
    """The properties of a schema with those of its parts, and the names of those that are required."""
    node = _resolved(schema, root)
    properties: dict[str, Any] = {}
    required: set[str] = set()
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) and depth else ():
        more, needed = _fields_of(part, root, depth - 1)
        properties |= more
        required |= needed
    own, listed = node.get("properties"), node.get("required")
    properties |= own if isinstance(own, dict) else {}
    required |= {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    return properties, required


def _value_of(schema: dict[str, Any]) -> Any:
    """A value of a field as an example shows it."""
    given = schema.get("example", schema.get("default"))
    if given is None and isinstance(schema.get("enum"), list) and schema["enum"]:
        given = schema["enum"][0]
    if given is not None:
        return given
    kind = schema.get("type") or ("object" if "properties" in schema or "allOf" in schema else "string")
    by_format = {"date": "2020-02-01", "date-time": "2020-02-01T10:00:00Z", "uri": "https://a.example"}
    text = by_format.get(str(schema.get("format")), "Something")
    return _VALUES.get(kind if isinstance(kind, str) else "string", text)


def _type(value: Any) -> str:
    return type_of_value(value) or "string"
