"""How well the required body fields of a Postman collection are known, by APIs that exist as OpenAPI too.

    python -m benchmarks.required_fields [COLLECTION OPENAPI …] [--folder FOLDER] [--wrong N]

With arguments: a collection and the documents of its API. Without: the pair of the public catalogs that exists in both
forms, and for each OpenAPI document of the folder a collection as generators make it (every field there is, the
required ones first as their sampler puts them, with a placeholder such as `<string>` for a value), told apart by
whether the document requires a field of any body at all.
A field counts where both forms have it, in operations of the same verb and path. Precision: of the fields read as
required the share that are; recall: of those that are the share that is read so. `--wrong` lists so many of the fields
that are read wrong, drawn at random.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import yaml

from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Api, Catalog
from shared.errors import CatalogError
from testing.documents import PUBLIC_CATALOGS, catalog_in

PAIRS = (("postman/realworld_conduit.json", "openapi/realworld_conduit.yml"),)
_BODY = ("body", "form")
_VARIABLE = re.compile(r"^(?::.*|.*\{.*)$")


def read_whole(file: Path) -> Catalog:
    """An OpenAPI or Swagger document as if every body had to be sent: what is asked here is what a body needs."""
    root = yaml.safe_load(file.read_text())
    pending: list[Any] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            for body in (node.get("requestBody"), *_values(node.get("requestBodies"))):
                if isinstance(body, dict) and "$ref" not in body:
                    body["required"] = True
            if node.get("in") == "body":
                node["required"] = True
        if isinstance(node, dict | list):
            pending.extend(node.values() if isinstance(node, dict) else node)
    return ingest([Document(file.name, json.dumps(root, default=str).encode())])


def _values(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else []


class Field(NamedTuple):
    """A body field that both have: whether it is read as required, and whether it is."""

    read: bool
    true: bool
    where: str = ""


def compared(collection: Catalog, described: Iterable[Catalog]) -> Iterator[Field]:
    """Each body field that a collection and the documents of its API both have."""
    by_end: dict[tuple[str, tuple[str, ...]], Api] = {}
    for api in (api for catalog in described for api in catalog.apis):
        by_end.setdefault((api.method, _segments(api.path)), api)
    for api in collection.apis:
        segments = _segments(api.path)
        ends = (segments[start:] for start in range(len(segments)))
        twin = next((found for end in ends if (found := by_end.get((api.method, end)))), None)
        for parameter in api.parameters if twin is not None else ():
            truth = twin.parameter(parameter.name) if twin is not None else None
            if parameter.location in _BODY and truth is not None and truth.location in _BODY:
                where = f"{api.method} {api.path} ({api.original_name or api.name}): {parameter.name}"
                yield Field(parameter.required, truth.required, where)


def _segments(path: str) -> tuple[str, ...]:
    rest = re.sub(r"^(?:\w+:)?//[^/]*|^\{\{[^}]*\}\}", "", path)
    return tuple("{}" if _VARIABLE.match(part) else part.lower() for part in rest.split("/") if part)


def as_generated(catalog: Catalog) -> dict[str, Any]:
    """A collection as generators make it of an API description: all fields, those that are needed first."""
    items = []
    for api in catalog.apis:
        fields = [p for p in api.parameters if p.location == "body" and p.name != "body"]
        fields.sort(key=lambda p: not p.required)
        if fields:
            body = orjson.dumps({p.name: _placeholder(p.schema or {"type": p.type}) for p in fields}).decode()
            request = {
                "method": api.method,
                "url": f"{{{{baseUrl}}}}{api.path}",
                "body": {"mode": "raw", "raw": body},
            }
            items.append({"name": api.original_name or api.name, "request": request})
    return {
        "info": {
            "name": catalog.name,
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": items,
    }


def _placeholder(schema: dict[str, Any], depth: int = 3) -> Any:
    if isinstance(schema.get("properties"), dict) and depth:
        return {name: _placeholder(node, depth - 1) for name, node in schema["properties"].items()}
    if isinstance(schema.get("items"), dict) and depth:
        return [_placeholder(schema["items"], depth - 1)]
    kind = schema.get("type")
    return f"<{kind if isinstance(kind, str) else 'string'}>"


def shares(found: list[Field]) -> str:
    both = sum(field.read and field.true for field in found)
    told, needed = sum(field.read for field in found), sum(field.true for field in found)
    precision, recall = (f"{both / whole:.2f}" if whole else "–" for whole in (told, needed))
    return f"{len(found)} | {needed} | {told} | {precision} | {recall}"


def rows(folder: Path) -> Iterator[tuple[str, list[Field]]]:
    for collection, described in PAIRS:
        yield collection, list(compared(catalog_in(folder / collection), [read_whole(folder / described)]))
    totals: dict[bool, list[Field]] = {True: [], False: []}
    for file in sorted([*folder.glob("openapi/*"), *folder.glob("swagger2/*")]):
        try:
            catalog = read_whole(file)
        except CatalogError:
            continue
        made = as_generated(catalog)
        if made["item"]:
            found = list(compared(ingest([Document("made.json", orjson.dumps(made))]), [catalog]))
            totals[any(field.true for field in found)] += found
    for requires, fields in totals.items():
        yield (
            f"generated from public OpenAPI documents that require {'some' if requires else 'no'} field",
            fields,
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Precision and recall of required body fields of collections."
    )
    parser.add_argument("pair", nargs="*", type=Path, metavar="COLLECTION OPENAPI")
    parser.add_argument("--folder", type=Path, default=PUBLIC_CATALOGS)
    parser.add_argument("--wrong", type=int, default=0)
    options = parser.parse_args()
    if len(options.pair) == 1:
        parser.error("a collection and OpenAPI documents of the same API")
    print(
        "| collection | fields | required | read as required | precision | recall |\n|---|---|---|---|---|---|"
    )
    if options.pair:
        collection, *described = options.pair
        fields = list(compared(catalog_in(collection), map(read_whole, described)))
        print(f"| {collection.name} | {shares(fields)} |")
        wrong = [field for field in fields if field.read != field.true]
        for field in random.Random(0).sample(wrong, min(options.wrong, len(wrong))):
            print(f"- {'not required' if field.read else 'required'}: {field.where}")
        return 0
    if not options.folder.is_dir():
        print("the folder of public catalogs is not there")
        return 0
    for name, found in rows(options.folder):
        print(f"| {name} | {shares(found)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
