"""What reading a catalog costs: processor time, how it grows with the size, and peak memory.

    python -m benchmarks.ingest [FOLDER] [--repeat 5]

FOLDER holds documents of any format (default: the public catalogs beside the repository); those over 500 kB are
measured, and two made-up documents of 1,000 and of 4,000 operations, which show how time grows. Time is processor time
until what came of it is released again, the best of the repetitions; the caches of the scrubber are cold each time, as
for a document that nobody has read before. Peak memory is what Python allocates (tracemalloc), as a multiple of the
document's bytes.
Targets: 2 MB of a public document are read in under 0.5 s, four times the operations take at most 5 times as long, and
peak memory is at most 8 times a public document.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from shared.catalog.ingest import Document, ingest
from testing import harness
from testing.documents import PUBLIC_CATALOGS

MIN_BYTES = 500_000
TARGET_S_OF_2_MB = 0.5
TARGET_GROWTH = 5.0
TARGET_MEMORY = 8.0
OPERATIONS = (1_000, 4_000)


@dataclass(frozen=True)
class Measured:
    """What one document cost; memory is the peak as a multiple of its bytes."""

    name: str
    size: int
    read_s: float
    memory: float

    @property
    def of_2_mb(self) -> float:
        """Seconds that 2 MB of it take."""
        return self.read_s * 2_000_000 / self.size


def forget() -> None:
    """Empty what the scrubber remembers of texts; compiled patterns stay."""
    kept = "shared.scrub.formats"
    for module in [
        found for name, found in sys.modules.items() if name.startswith("shared.scrub.") and name != kept
    ]:
        for name, found in vars(module).items():
            if hasattr(found, "cache_clear") and "pattern" not in name:
                found.cache_clear()


def spent_s(work: Callable[[], object]) -> float:
    gc.collect()
    forget()
    started = time.process_time()
    work()  # what it gives is released at once: that belongs to the cost of making it
    return time.process_time() - started


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    result = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return peak


def measure(document: Document, repeat: int) -> Measured:
    documents = [document]
    ingest(documents)
    read_s = min(spent_s(lambda: ingest(documents)) for _ in range(repeat))
    size = len(document.data)
    return Measured(document.name, size, read_s, peak_bytes(lambda: ingest(documents)) / size)


def openapi(operations: int) -> Document:
    """A document whose operations have names of fields in common, and no text."""

    def operation(number: int) -> dict[str, Any]:
        fields = {
            f"field_{i}": {"type": "string", "description": f"What {number} has as its part {i}."}
            for i in range(6)
        }
        return {
            "operationId": f"changeThing{number}",
            "description": f"Changes thing {number} and says what became of it.",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "requestBody": {
                "content": {"application/json": {"schema": {"type": "object", "properties": fields}}}
            },
        }

    paths = {f"/things{number}/{{id}}": {"post": operation(number)} for number in range(operations)}
    root = {"openapi": "3.0.3", "info": {"title": "made up", "version": "1"}, "paths": paths}
    return Document(f"OpenAPI, {operations:,} operations", orjson.dumps(root))


def postman(operations: int) -> Document:
    """The same as a collection."""

    def item(number: int) -> dict[str, Any]:
        body = {f"field_{i}": f"value {i} of {number}" for i in range(6)}
        answer = {"name": "changed", "code": 200, "body": orjson.dumps({"thing": body}).decode()}
        request = {
            "method": "POST",
            "url": f"{{{{base}}}}/things{number}/:id",
            "description": f"Changes thing {number} and says what became of it.",
            "header": [{"key": "X-Tenant", "value": f"tenant {number}"}],
            "body": {"mode": "raw", "raw": orjson.dumps(body).decode()},
        }
        return {"name": f"Change thing {number}", "request": request, "response": [answer]}

    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    root = {
        "info": {"name": "made up", "schema": schema},
        "item": [item(number) for number in range(operations)],
    }
    return Document(f"Postman, {operations:,} operations", orjson.dumps(root))


def row(one: Measured, growth: str = "") -> list[object]:
    return [
        one.name,
        one.size // 1000,
        f"{1000 * one.read_s:.0f}",
        f"{one.of_2_mb:.2f}",
        growth,
        f"{one.memory:.1f}",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Cost of reading a catalog.")
    parser.add_argument("folder", nargs="?", type=Path, default=PUBLIC_CATALOGS)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    paths = sorted(
        path for path in options.folder.rglob("*") if path.is_file() and path.stat().st_size > MIN_BYTES
    )
    measured = [measure(Document(path.name, path.read_bytes()), options.repeat) for path in paths]
    rows = [row(one) for one in measured]
    # Of made-up ones nearly every byte is a text of its own, which no public document comes near: they show the growth.
    slowest = max((one.of_2_mb for one in measured), default=0.0)
    memory = max((one.memory for one in measured), default=0.0)
    growths = []
    for make in (openapi, postman):
        few, many = [measure(make(count), options.repeat) for count in OPERATIONS]
        growths.append(many.read_s / few.read_s)
        rows += [row(few), row(many, f"{growths[-1]:.1f}")]
        measured += [few, many]
    growth = max(growths)
    fits = (slowest < TARGET_S_OF_2_MB, growth <= TARGET_GROWTH, memory <= TARGET_MEMORY)
    rows += [
        ["worst", "", "", f"{slowest:.2f}", f"{growth:.1f}", f"{memory:.1f}"],
        ["bound", "", "", f"{TARGET_S_OF_2_MB:g}", f"{TARGET_GROWTH:g}", f"{TARGET_MEMORY:g}"],
        ["holds", "", "", *map(harness.verdict, fits)],
    ]
    head = ["document", "kB", "read ms", "s of 2 MB", "4 times the operations", "peak memory to bytes"]
    text = f"{harness.table(head, rows)}\n\nProcessor time, best of {options.repeat}, release included."
    harness.report(
        "Reading a catalog",
        "python -m benchmarks.ingest",
        text,
        against="public catalogs over 500 kB and made-up ones",
    )
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
