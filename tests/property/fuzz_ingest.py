"""Feeds damaged documents to ingestion: a catalog or one CatalogError, within 2 s and 1 GB, nothing else.

.venv/bin/python -m tests.property.fuzz_ingest [--cases 10000] [--seed 0]
"""

from __future__ import annotations

import argparse
import copy
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.catalog.ingest import Document, ingest
from shared.catalog.naming import API_NAME
from shared.catalog.serialize import from_json, to_json
from shared.errors import CatalogError
from tests.builders.catalogs import whole_documents
from tests.builders.documents import EVERY_FORMAT, json_document, yaml_document, zipped

LIMIT_S = 2.0
LIMIT_KB = 1024 * 1024
_SMALL = 120_000
_JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**18, "", " ", "\x00", "é" * 40, "{{x}}", "{{", "#/components/schemas/Order", "file:///etc/passwd",
    "http://127.0.0.1:1/x", "../../x", [], {}, [[]], [None], {"": None}, {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": 7},
    {"$ref": "other.yaml#/a"}, {"type": "array"}, {"allOf": [{"$ref": "#"}]}, {"type": ["string", 7]}, {"item": []}, ["a", {"b": 1}],
    "query Q($a: [Int!]!) {a(b: $a)}", "query {" * 50, "a" * 5_000, {"key": "password", "value": "hunter2"},
)  # fmt: skip
_TOKENS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"\\",
    b"\x00",
    b"\xff",
    b"&a ",
    b"*a",
    b"- ",
    b"\n",
    b"{{",
    b"<<: ",
    b"#",
    b"/*",
)


@dataclass
class Report:
    """What came of the cases."""

    cases: int = 0
    catalogs: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)


def seeds() -> list[bytes]:
    """Documents to damage: one of every format as JSON and YAML, a zip, and the small public ones where they are."""
    documents = [make(root) for root in EVERY_FORMAT.values() for make in (json_document, yaml_document)]
    documents.append(zipped(**{f"{name}.json": root for name, root in EVERY_FORMAT.items()}))
    public = whole_documents()
    return [document.data for document in documents] + [
        path.read_bytes() for path in public if path.stat().st_size < _SMALL
    ]


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if damaged:
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def _insert(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(_TOKENS) * rng.choice((1, 1, 1, 3, 2_000)) + data[at:]
    return data


def _move(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[a : min(b, a + 4_000)] * rng.choice((1, 1, 2, 20)) + data[at:]


def _replace(data: bytes, rng: random.Random) -> bytes:
    """Puts junk (or another part of the document) in places of the parsed document."""
    try:
        root = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _flip(data, rng)
    for _ in range(rng.randint(1, 6)):
        owner, key = _place(root, rng)
        if owner is not None:
            owner[key] = copy.deepcopy(rng.choice(_JUNK)) if rng.random() < 0.9 else orjson.loads(data)
    return orjson.dumps(root)


def _place(root: Any, rng: random.Random) -> tuple[Any, Any]:
    owner: Any = None
    key: Any = None
    node = root
    for _ in range(rng.randint(1, 9)):
        if isinstance(node, dict) and node:
            owner, key = node, rng.choice(list(node))
        elif isinstance(node, list) and node:
            owner, key = node, rng.randrange(len(node))
        else:
            break
        node = owner[key]
    return owner, key


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _truncate,
    _flip,
    _insert,
    _move,
    _replace,
    _replace,
    _replace,
)


def run(cases: int, seed: int = 0) -> Report:
    """Run `cases` damaged documents; failures name the case, so that `--seed` and the number repeat it."""
    report = Report()
    originals = seeds()
    ingest([Document("warm", originals[0])])
    for number in range(cases):
        rng = random.Random(f"{seed}:{number}")
        data = rng.choice(_DAMAGES)(rng.choice(originals), rng)
        _check(number, data, report)
    used_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if used_kb > LIMIT_KB:
        report.failures.append(f"peak memory {used_kb // 1024} MB")
    return report


def _check(number: int, data: bytes, report: Report) -> None:
    report.cases += 1
    started = time.process_time()
    try:
        catalog = ingest([Document("fuzzed", data)])
    except CatalogError as exc:
        report.errors[exc.code] += 1
        if not exc.message.strip() or exc.code == "error":
            report.failures.append(f"case {number}: an error that says nothing")
    except Exception as exc:  # noqa: BLE001 - any other exception is what is looked for
        report.failures.append(f"case {number}: {type(exc).__name__}: {exc}")
    else:
        report.catalogs += 1
        names = [api.name for api in catalog.apis]
        if len(set(names)) < len(names) or not all(API_NAME.fullmatch(name) for name in names):
            report.failures.append(f"case {number}: names")
        elif to_json(from_json(to_json(catalog))) != to_json(catalog):
            report.failures.append(f"case {number}: round trip")
    spent = time.process_time() - started
    report.slowest_s = max(report.slowest_s, spent)
    if spent > LIMIT_S:
        report.failures.append(f"case {number}: {spent:.1f} s")


def main() -> int:
    """Print the figures; exit status 1 if any case fails."""
    parser = argparse.ArgumentParser(description="Feed damaged documents to ingestion.")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    report = run(options.cases, options.seed)
    refused = ", ".join(f"{code} {count}" for code, count in report.errors.most_common())
    print(
        f"{report.cases} cases: {report.catalogs} catalogs, errors: {refused}; slowest {report.slowest_s:.2f} s"
    )
    print("\n".join(report.failures[:50]))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
