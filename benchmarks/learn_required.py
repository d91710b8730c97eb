"""Learns the weights of `shared/catalog/postman/likelihood.json` from a folder of OpenAPI and Swagger documents.

    .venv/bin/python -m benchmarks.learn_required [FOLDER --without WORD]

Documents whose path has the word are left out, so that they can be used to measure. Of the documents in JSON those
count that require something of a third of their POST bodies or more, a publisher (the first folder) with 40 bodies.
As generators do, the required fields are put first; of one body in three the order is left to chance.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from shared.catalog.postman.likelihood import features, likelihood  # noqa: E402

OUT = ROOT / "shared" / "catalog" / "postman" / "likelihood.json"
MOST_BYTES = 6_000_000
BODIES, BODIES_OF_PUBLISHER, PUBLISHERS = 40, 40, 20
ROUNDS, RATE, DECAY = 15, 0.03, 1e-4

type Row = tuple[list[str], bool]
type Body = tuple[str, str, list[tuple[str, str, bool]]]
"""Verb, path and fields (name, type, required) of a request body."""


def bodies(file: Path) -> list[Body]:
    """The bodies of a document that requires something of enough of them; of readers the simplest."""
    root = orjson.loads(file.read_bytes())
    found = []
    for path, item in (root.get("paths") or {}).items():
        for verb, node in item.items() if isinstance(item, dict) else ():
            if verb in ("post", "put", "patch", "delete") and isinstance(node, dict):
                properties, required = fields_of(schema_of(node, root), root)
                fields = [
                    (name, type_of(resolved(sub, root)), name in required)
                    for name, sub in properties.items()
                    if isinstance(sub, dict) and not resolved(sub, root).get("readOnly")
                ]
                found += [(verb.upper(), path, sorted(fields, key=lambda one: not one[2]))] if fields else []
    posts = [fields for verb, _, fields in found if verb == "POST"]
    needing = sum(any(needed for _, _, needed in fields) for fields in posts)
    return found if posts and 3 * needing >= len(posts) else []


def resolved(node: Any, root: Any) -> dict[str, Any]:
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


def schema_of(operation: dict[str, Any], root: Any) -> Any:
    """The schema of a request body, whatever its media type."""
    content = resolved(operation.get("requestBody"), root).get("content")
    media = [one for one in content.values() if isinstance(one, dict)] if isinstance(content, dict) else []
    listed = operation.get("parameters")
    rows = [resolved(one, root) for one in listed] if isinstance(listed, list) else []
    media += [row for row in rows if row.get("in") == "body"]
    return next((one["schema"] for one in media if one.get("schema")), {})


def fields_of(schema: Any, root: Any, depth: int = 6) -> tuple[dict[str, Any], set[str]]:
    """The properties of a schema with those of its parts, and the names of those that are required."""
    node = resolved(schema, root)
    properties: dict[str, Any] = {}
    required: set[str] = set()
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) and depth else ():
        more, needed = fields_of(part, root, depth - 1)
        properties |= more
        required |= needed
    own, listed = node.get("properties"), node.get("required")
    properties |= own if isinstance(own, dict) else {}
    required |= {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    return properties, required


def type_of(schema: dict[str, Any]) -> str:
    """The type of a field as a generated collection shows it."""
    if schema.get("enum"):
        return "string"
    kind = schema.get("type") or ("object" if "properties" in schema or "allOf" in schema else "any")
    return kind if isinstance(kind, str) else "any"


def rows(folder: Path, without: str, rng: random.Random) -> Iterator[tuple[str, list[Row]]]:
    """The publisher and the rows of each body."""
    taken: dict[str, int] = defaultdict(int)
    for file in sorted(folder.rglob("*.json")):
        publisher = file.relative_to(folder).parts[0].removesuffix(".json")
        if (without and without in str(file)) or file.stat().st_size > MOST_BYTES:
            continue
        found = {str(one): one for one in bodies(file)} if taken[publisher] < BODIES_OF_PUBLISHER else {}
        for method, path, fields in rng.sample([*found.values()], min(BODIES, len(found))):
            taken[publisher] += 1
            if rng.random() < 1 / 3:
                rng.shuffle(fields)
            told = features(method, path, [(name, kind) for name, kind, _ in fields])
            yield publisher, [(one, field[2]) for one, field in zip(told, fields, strict=True)]


def learnt(known: list[tuple[str, list[Row]]], rng: random.Random) -> dict[str, float]:
    """Weights by stochastic gradient descent, those that stay near nothing left out."""
    publishers: dict[str, set[str]] = defaultdict(set)
    for publisher, body in known:
        for found, _ in body:
            for feature in found:
                publishers[feature].add(publisher)
    common = {feature for feature, those in publishers.items() if len(those) >= PUBLISHERS}
    samples = [
        ([feature for feature in found if feature in common], needed, len(body) ** -0.3)
        for _, body in known
        for found, needed in body
    ]
    weights = dict.fromkeys(common, 0.0)
    for turn in range(ROUNDS):
        rng.shuffle(samples)
        rate = RATE * (1 - turn / ROUNDS)
        for found, needed, weight in samples:
            step = rate * weight * (needed - likelihood(sum(weights[feature] for feature in found)))
            for feature in found:
                weights[feature] += step - rate * DECAY * weights[feature]
    return {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= 0.05}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--without", default="")
    options = parser.parse_args()
    if options.folder is None:
        print("a folder of OpenAPI documents is needed to learn from")
        return 0
    rng = random.Random(0)
    known = list(rows(options.folder, options.without, rng))
    weights: dict[str, Any] = learnt(known, rng)
    OUT.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n")
    publishers = {publisher for publisher, _ in known}
    print(f"{len(known)} bodies of {len(publishers)} publishers, {len(weights)} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
