"""Learns the weights of `shared/catalog/postman/likelihood.json` from a folder of OpenAPI and Swagger documents.

    .venv/bin/python -m benchmarks.learn_required [FOLDER --without WORD]

Documents whose path has the word (a pattern) are left out, so that they can be used to measure. Of the documents in
JSON those count that require something of a third of their POST bodies or more, a publisher (the first folder) with 120
bodies. Each counts with all fields, the required ones first, as generators do; in alphabetical order, if that keeps
them first; and as the documentation's example or, where there is none, without some of the fields that are not
required. `--test` leaves out one publisher in five, and says how well each threshold does on these.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from shared.catalog.postman.likelihood import Body, features  # noqa: E402
from shared.catalog.schemas.types import type_of_value  # noqa: E402

OUT = ROOT / "shared" / "catalog" / "postman" / "likelihood.json"
MOST_BYTES = 6_000_000
BODIES, BODIES_OF_PUBLISHER, PUBLISHERS = 60, 120, 30
ROUNDS, RATE, DECAY = 15, 0.015, 1e-4
_VALUES: dict[str, Any] = {"boolean": True, "integer": 10, "number": 10, "array": ["a"], "object": {"a": 1}}

type Row = tuple[list[str], bool]


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


def bodies(file: Path) -> list[Described]:
    """The bodies of a document that requires something of enough of them; of readers the simplest."""
    root = orjson.loads(file.read_bytes())
    found = []
    for path, item in (root.get("paths") or {}).items():
        for verb, node in item.items() if isinstance(item, dict) else ():
            if verb in ("post", "put", "patch", "delete") and isinstance(node, dict):
                media = media_of(node, root)
                properties, required = fields_of(media.get("schema"), root)
                fields = [
                    (name, value_of(resolved(sub, root)), name in required)
                    for name, sub in properties.items()
                    if isinstance(sub, dict) and not resolved(sub, root).get("readOnly")
                ]
                fields.sort(key=lambda one: not one[2])
                name = str(node.get("summary") or node.get("operationId") or "")
                found += (
                    [Described(verb.upper(), path, name, fields, example_of(media, root))] if fields else []
                )
    posts = [body.fields for body in found if body.method == "POST"]
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


def media_of(operation: dict[str, Any], root: Any) -> dict[str, Any]:
    """What is said of a request body, whatever its media type: its `schema` and examples."""
    content = resolved(operation.get("requestBody"), root).get("content")
    media = [one for one in content.values() if isinstance(one, dict)] if isinstance(content, dict) else []
    listed = operation.get("parameters")
    rows = [resolved(one, root) for one in listed] if isinstance(listed, list) else []
    media += [row for row in rows if row.get("in") == "body"]
    return next((one for one in media if one.get("schema")), {})


def example_of(media: dict[str, Any], root: Any) -> dict[str, Any]:
    """The example of a body, empty where there is none."""
    several = media.get("examples")
    named = (
        [resolved(one, root).get("value") for one in several.values()] if isinstance(several, dict) else []
    )
    found = (media.get("example"), *named, resolved(media.get("schema"), root).get("example"))
    return next((one for one in found if isinstance(one, dict)), {})


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


def value_of(schema: dict[str, Any]) -> Any:
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


def rows(folder: Path, without: str, rng: random.Random) -> Iterator[tuple[str, list[Row]]]:
    """The publisher and the rows of each body, whole, in order where that tells nothing, and as an example."""
    taken: dict[str, int] = defaultdict(int)
    for file in sorted(folder.rglob("*.json")):
        publisher = file.relative_to(folder).parts[0].removesuffix(".json")
        left_out = without and re.search(without, str(file.relative_to(folder)))
        if left_out or file.stat().st_size > MOST_BYTES or taken[publisher] >= BODIES_OF_PUBLISHER:
            continue
        found = {str((one.method, one.path, one.fields)): one for one in bodies(file)}
        for described in rng.sample([*found.values()], min(BODIES, len(found))):
            taken[publisher] += 1
            needed = {name for name, _, needed in described.fields if needed}
            for body in (described.whole(), described.in_order(), described.sample(rng)):
                if body is not None and body.fields:
                    told = zip(features(body), body.fields, strict=True)
                    yield publisher, [(one, name in needed) for one, (name, _) in told]


def learnt(known: list[tuple[str, list[Row]]], rng: random.Random) -> dict[str, float]:
    """Weights by stochastic gradient descent, those that stay near nothing left out.

    What a body or a publisher with many rows weighs grows less than their number.
    """
    publishers: dict[str, set[str]] = defaultdict(set)
    for publisher, body in known:
        for found, _ in body:
            for feature in found:
                publishers[feature].add(publisher)
    common = {feature for feature, those in publishers.items() if len(those) >= PUBLISHERS}
    count = Counter(publisher for publisher, _ in known)
    samples = [
        (
            [feature for feature in found if feature in common],
            needed,
            len(body) ** -0.3 * count[publisher] ** -0.5,
        )
        for publisher, body in known
        for found, needed in body
    ]
    mean = sum(weight for _, _, weight in samples) / len(samples)
    weights = dict.fromkeys(common, 0.0)
    for turn in range(ROUNDS):
        rng.shuffle(samples)
        rate = RATE * (1 - turn / ROUNDS)
        for found, needed, weight in samples:
            step = rate * weight / mean * (needed - likelihood(sum(weights[feature] for feature in found)))
            for feature in found:
                weights[feature] += step - rate * DECAY * weights[feature]
    return {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= 0.05}


def likelihood(odds: float) -> float:
    """The probability of odds, given as their logarithm."""
    return 1 / (1 + math.exp(-odds))


def tested(known: list[tuple[str, list[Row]]], rng: random.Random) -> None:
    """Precision and recall of each threshold on one publisher in five, by the weights that the others give."""
    left_out = set(sorted({publisher for publisher, _ in known})[::5])
    weights = learnt([one for one in known if one[0] not in left_out], rng)
    print("| bodies | threshold | precision | recall |\n|---|---|---|---|")
    for form in ("whole", "sorted", "example"):
        told = [
            (likelihood(sum(weights.get(feature, 0.0) for feature in found)), needed)
            for publisher, body in known
            for found, needed in body
            if publisher in left_out and found[1].startswith(form)
        ]
        for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
            read = [needed for chance, needed in told if chance >= threshold]
            needs = sum(needed for _, needed in told)
            print(f"| {form} | {threshold} | {sum(read) / len(read):.2f} | {sum(read) / needs:.2f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--without", default="")
    parser.add_argument("--test", action="store_true")
    options = parser.parse_args()
    if options.folder is None:
        print("a folder of OpenAPI documents is needed to learn from")
        return 0
    rng = random.Random(0)
    known = list(rows(options.folder, options.without, rng))
    if options.test:
        tested(known, rng)
        return 0
    weights = learnt(known, rng)
    OUT.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n")
    publishers = {publisher for publisher, _ in known}
    print(f"{len(known)} bodies of {len(publishers)} publishers, {len(weights)} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
