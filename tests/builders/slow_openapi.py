"""Made-up OpenAPI and Swagger documents, and a slow and simple second reader that tells what must be found in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VERSIONS = {"openapi-3.1": "3.1.0", "openapi-3.0": "3.0.3", "swagger-2.0": "2.0"}
_VERBS = ("get", "put", "post", "delete", "patch")
_DEEPEST = 3
_SCALARS: tuple[dict[str, Any], ...] = (
    {"type": "string"}, {"type": "integer", "minimum": 1}, {"type": "boolean"}, {"type": "string", "enum": ["a", "b"]},
    {"type": "array", "items": {"type": "string"}}, {"type": "string", "pattern": "^a"},
    {"type": "string", "pattern": "^(?!b)"}, {"type": "number", "multipleOf": 0.5}, {"type": "object", "minProperties": 1},
)  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What an operation has: parameters by place, fields of its body and those within them, each with whether it is required."""

    verb: str
    path: str
    parameters: dict[tuple[str, str], bool]
    fields: dict[str, bool]
    within: dict[tuple[str, ...], bool]


class Maker:
    """Makes one document of a version from a seed."""

    def __init__(self, version: str, seed: int) -> None:
        self.version = version
        self._rng = random.Random(f"{version} {seed}")
        self._count = 0
        self._depth = 0
        self.schemas: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        """A document with some named schemas and up to three paths."""
        for number in range(self._rng.randint(1, 5)):
            self.schemas[f"S{number}"] = self._object(3)
        paths = {f"/p{number}/{{id}}": self._path() for number in range(self._rng.randint(1, 3))}
        head: dict[str, Any] = {"info": {"title": "T", "version": "1"}, "paths": paths}
        if self.version == "swagger-2.0":
            return {"swagger": "2.0", **head, "definitions": self.schemas}
        return {"openapi": VERSIONS[self.version], **head, "components": {"schemas": self.schemas}}

    def _name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _path(self) -> dict[str, Any]:
        shared = [self._parameter("path", "id")] + [self._parameter() for _ in range(self._rng.randint(0, 1))]
        verbs = self._rng.sample(_VERBS, self._rng.randint(1, 2))
        return {"parameters": shared, **{verb: self._operation() for verb in verbs}}

    def _operation(self) -> dict[str, Any]:
        parameters = [self._parameter() for _ in range(self._rng.randint(0, 3))]
        node: dict[str, Any] = {"parameters": parameters, "responses": {"200": {"description": "ok"}}}
        if self._rng.random() < 0.8:
            required = {"required": True} if self._rng.random() < 0.7 else {}
            schema = self._object(0)
            if self.version == "swagger-2.0":
                parameters.append({"name": "b", "in": "body", "schema": schema, **required})
            else:
                node["requestBody"] = {"content": {"application/json": {"schema": schema}}, **required}
        return node

    def _parameter(self, place: str = "", name: str = "") -> dict[str, Any]:
        place = place or self._rng.choice(("query", "header", "query", "header", "cookie"))
        schema = dict(self._rng.choice(_SCALARS))
        node = {
            "name": name or self._name("q"),
            "in": place,
            "required": place == "path" or self._rng.random() < 0.4,
        }
        return {**node, **(schema if self.version == "swagger-2.0" else {"schema": schema})}

    def _ref(self) -> dict[str, Any]:
        holder = "definitions" if self.version == "swagger-2.0" else "components/schemas"
        node: dict[str, Any] = {"$ref": f"#/{holder}/{self._rng.choice([*self.schemas, 'S0'])}"}
        if self._rng.random() < 0.3:
            node |= self._own()
        return node

    def _own(self) -> dict[str, Any]:
        properties = {self._name("f"): self._field() for _ in range(self._rng.randint(0, 3))}
        required = [name for name in properties if self._rng.random() < 0.5]
        node: dict[str, Any] = {"type": "object", "properties": properties}
        return {**node, "required": required} if required else node

    def _field(self) -> dict[str, Any]:
        field = dict(self._rng.choice(_SCALARS))
        kind = self._rng.random()
        if kind < 0.2 and self._depth < _DEEPEST:
            self._depth += 1
            inner = self._object(2)
            self._depth -= 1
            field = inner if kind < 0.12 else {"type": "array", "items": inner}
            if "$ref" in field:  # before 3.1 nothing may stand beside it
                return field
        return {**field, "readOnly": True} if self._rng.random() < 0.15 else field

    def _object(self, level: int) -> dict[str, Any]:
        """An object; the deeper, the plainer."""
        kind = self._rng.random() * (1 if level < 3 else 0.4)
        if kind < 0.3:
            return self._own()
        if kind < 0.5:
            return self._ref() if self.schemas else self._own()
        node = self._own() if self._rng.random() < 0.5 else {}
        words = ["allOf"] if self.version == "swagger-2.0" or kind < 0.75 else ["oneOf", "anyOf"]
        for word in words[: self._rng.randint(1, len(words))]:
            node[word] = [self._object(level + 1) for _ in range(self._rng.randint(1, 3))]
            if word != "allOf" and self._rng.random() < 0.3 and self.version == "openapi-3.1":
                node[word].append({"type": "null"})
        return node


def expected(root: dict[str, Any]) -> list[Expected]:
    """Everything that reading must find, by looking it all up again and again."""
    found = []
    for path, item in root["paths"].items():
        for verb in [key for key in item if key in _VERBS]:
            node = item[verb]
            parameters = {
                (one["name"], one["in"]): one["required"]
                for one in [*item["parameters"], *node["parameters"]]
                if one["in"] != "body"
            }
            bodies = [one for one in node["parameters"] if one["in"] == "body"]
            body = bodies[0] if bodies else node.get("requestBody", {})
            schema = body.get("schema") or body.get("content", {}).get("application/json", {}).get(
                "schema", {}
            )
            names, needed = fields_of(schema, root)
            fields = {name: bool(body.get("required")) and name in needed for name in names}
            within = {
                (name, *below): must
                for name, sub in subs_of(schema, root).items()
                if name in fields
                for below, must in below_of(sub, root, _DEEPEST)
            }
            found.append(Expected(verb.upper(), path, parameters, fields, within))
    return found


def below_of(
    schema: dict[str, Any], root: dict[str, Any], depth: int
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The fields within a field, or within the items of a list, with whether an object needs them."""
    node = {**schema}
    while "$ref" in node and len(node) == 1:
        node = target_of(node["$ref"], root)
    if node.get("type") == "array":
        yield from below_of(node["items"], root, depth)
        return
    names, needed = fields_of(schema, root)
    for name, sub in subs_of(schema, root).items():
        if name in names:
            yield (name,), name in needed
            if depth > 1:
                yield from (((name, *below), must) for below, must in below_of(sub, root, depth - 1))


def target_of(ref: str, root: dict[str, Any]) -> dict[str, Any]:
    target: Any = root
    for key in ref.split("/")[1:]:
        target = target[key]
    found: dict[str, Any] = target
    return found


def subs_of(schema: dict[str, Any], root: dict[str, Any], seen: tuple[int, ...] = ()) -> dict[str, Any]:
    """The schema of each field; a name is given to one field alone."""
    if id(schema) in seen:
        return {}
    seen = (*seen, id(schema))
    found: dict[str, Any] = {}
    if "$ref" in schema:
        found |= subs_of(target_of(schema["$ref"], root), root, seen)
        if not str(root.get("openapi", "")).startswith("3.1"):
            return found
    for word in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(word, ()):
            found |= subs_of(one, root, seen)
    return found | schema.get("properties", {})


def fields_of(
    schema: dict[str, Any], root: dict[str, Any], seen: tuple[int, ...] = ()
) -> tuple[set[str], set[str]]:
    """Names of all fields that a request may have, and of those that it must have."""
    if id(schema) in seen:
        return set(), set()
    seen = (*seen, id(schema))
    parts: list[dict[str, Any]] = []
    if "$ref" in schema:
        target = target_of(schema["$ref"], root)
        parts.append(target)
        if not str(root.get("openapi", "")).startswith("3.1"):
            return fields_of(target, root, seen)
    names, needed, hidden = set[str](), set(schema.get("required", ())), set[str]()
    for name, sub in schema.get("properties", {}).items():
        (hidden if sub.get("readOnly") else names).add(name)
    for part in [*parts, *schema.get("allOf", ())]:
        more, must = fields_of(part, root, seen)
        names |= more
        needed |= must
    for word in ("oneOf", "anyOf"):
        variants = [fields_of(one, root, seen) for one in schema.get(word, ()) if one != {"type": "null"}]
        if variants:
            names |= set().union(*(more for more, _ in variants))
            needed |= set.intersection(*(must for _, must in variants))
    return names - hidden, needed - hidden
