"""What reading a catalog costs beside the bare parse of the same bytes: time and peak memory.

    python benchmarks/ingest.py [FOLDER] [--repeat 15]

FOLDER holds documents of any format (default: the public catalogs beside the repository); those over 500 kB are
measured. The baseline is `json.loads` of the same bytes, in the same process and turn by turn with it. Time is
processor time until what came of it is released again, the best of the repetitions; the caches of the scrubber are
cold each time, as for a document that nobody has read before. Peak memory is what Python allocates (tracemalloc), as a
multiple of the document's bytes.
Targets: reading at most 3 times the parse (median), peak memory at most 8 times the document.
"""

from __future__ import annotations

import argparse
import codecs
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import harness  # noqa: E402
from shared.catalog import personal, screen, scrub, scrub_names, scrub_patterns  # noqa: E402
from shared.catalog.ingest import Document, ingest  # noqa: E402
from shared.catalog.limits import Limits  # noqa: E402
from shared.catalog.yaml_text import parse_yaml  # noqa: E402

FOLDER = ROOT / ".." / "shared" / "catalogs"
MIN_BYTES = 500_000
TARGET_TIME = 3.0
TARGET_MEMORY = 8.0


@dataclass(frozen=True)
class Measured:
    """What one document cost; memory is the peak as a multiple of its bytes."""

    name: str
    kilobytes: int
    parse_ms: float
    read_ms: float
    memory: float

    @property
    def ratio(self) -> float:
        return self.read_ms / self.parse_ms


def forget() -> None:
    """Empty what the scrubber remembers of texts; compiled patterns stay."""
    for module in (screen, scrub, scrub_names, scrub_patterns, personal):
        for name, found in vars(module).items():
            if hasattr(found, "cache_clear") and "pattern" not in name:
                found.cache_clear()


def spent_ms(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.process_time()
    work()  # what it gives is released at once: that belongs to the cost of making it, on both sides
    return (time.process_time() - started) * 1000


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    result = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return peak


def bare_parse(data: bytes) -> object:
    start = data.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1]
    return json.loads(data) if start in (b"{", b"[") else parse_yaml(data, "", Limits())


def measure(path: Path, repeat: int) -> Measured:
    """One document, parsed and read by turns."""
    data = path.read_bytes()
    documents = [Document(path.name, data)]
    ingest(documents)
    parsed, read = [], []
    for _ in range(repeat):
        parsed.append(spent_ms(lambda: bare_parse(data)))
        forget()
        read.append(spent_ms(lambda: ingest(documents)))
    return Measured(
        path.name,
        len(data) // 1000,
        min(parsed),
        min(read),
        peak_bytes(lambda: ingest(documents)) / len(data),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Cost of reading a catalog.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    paths = sorted(
        path for path in options.folder.rglob("*") if path.is_file() and path.stat().st_size > MIN_BYTES
    )
    if not paths:
        print(f"no document over {MIN_BYTES} bytes in {options.folder.name}")
        return 0
    measured = [measure(path, options.repeat) for path in paths]
    ratio = statistics.median(one.ratio for one in measured)
    memory = max(one.memory for one in measured)
    rows: list[list[object]] = [
        [
            one.name,
            one.kilobytes,
            f"{one.parse_ms:.1f}",
            f"{one.read_ms:.1f}",
            f"{one.ratio:.1f}",
            f"{one.memory:.1f}",
        ]
        for one in measured
    ]
    rows += [
        ["median, worst of memory", "", "", "", f"{ratio:.1f}", f"{memory:.1f}"],
        ["bound", "", "", "", f"{TARGET_TIME:g}", f"{TARGET_MEMORY:g}"],
        [
            "holds",
            "",
            "",
            "",
            harness.verdict(ratio <= TARGET_TIME),
            harness.verdict(memory <= TARGET_MEMORY),
        ],
    ]
    head = ["document", "kB", "parse ms", "read ms", "read to parse", "peak memory to bytes"]
    text = f"{harness.table(head, rows)}\n\nProcessor time, best of {options.repeat}, release included."
    if options.folder == FOLDER:
        harness.report(
            "Reading a catalog", "python benchmarks/ingest.py", text, against="public catalogs over 500 kB"
        )
    else:
        print(text)
    return 0 if ratio <= TARGET_TIME and memory <= TARGET_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
