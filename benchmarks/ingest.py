"""What reading a catalog costs beside the bare parse of the same bytes: time and peak memory.

    .venv/bin/python -m benchmarks.ingest [FOLDER] [--repeat 9]

FOLDER holds documents of any format (default: the public catalogs beside the repository); those over 500 kB are
measured. The baseline is `json.loads` of the same bytes, in the same process and turn by turn with it. Time is
processor time until what came of it is released again, the best of the repetitions; the caches of the scrubber are
cold each time, as for a document that nobody has read before. Peak memory is what Python allocates (tracemalloc), as a
multiple of the document's bytes.
Targets: reading at most 3 times the parse (median), peak memory at most 8 times the document.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from shared.catalog import personal, screen, scrub, scrub_names, scrub_patterns  # noqa: E402
from shared.catalog.ingest import Document, ingest  # noqa: E402
from shared.catalog.limits import Limits  # noqa: E402
from shared.catalog.yaml_text import parse_yaml  # noqa: E402

FOLDER = ROOT / ".." / "shared" / "catalogs"
MIN_BYTES = 500_000
TARGET_TIME = 3.0
TARGET_MEMORY = 8.0


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
    return json.loads(data) if data.lstrip()[:1] in (b"{", b"[") else parse_yaml(data, "", Limits())


def measure(path: Path, repeat: int) -> tuple[float, float]:
    """Time as a multiple of the parse and peak memory as a multiple of the bytes; prints the row."""
    data = path.read_bytes()
    documents = [Document(path.name, data)]
    ingest(documents)
    parsed, read = [], []
    for _ in range(repeat):
        parsed.append(spent_ms(lambda: bare_parse(data)))
        forget()
        read.append(spent_ms(lambda: ingest(documents)))
    ratio, memory = min(read) / min(parsed), peak_bytes(lambda: ingest(documents)) / len(data)
    figures = f"{len(data) // 1000:6} {min(parsed):9.1f} {min(read):8.1f} {ratio:5.1f}x {memory:6.1f}x"
    print(f"{path.name:38} {figures}")
    return ratio, memory


def main() -> int:
    parser = argparse.ArgumentParser(description="Cost of reading a catalog.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    paths = sorted(
        path for path in options.folder.rglob("*") if path.is_file() and path.stat().st_size > MIN_BYTES
    )
    if not paths:
        print(f"no document over {MIN_BYTES} bytes in {options.folder.name}")
        return 0
    print(f"{'document':38} {'kB':>6} {'parse ms':>9} {'read ms':>8} {'ratio':>6} {'memory':>7}")
    measured = [measure(path, options.repeat) for path in paths]
    ratios, memories = [ratio for ratio, _ in measured], [memory for _, memory in measured]
    ratio, memory = statistics.median(ratios), max(memories)
    print(f"median {ratio:.1f}x of the bare parse (target {TARGET_TIME:.0f}x)")
    print(f"worst  {memory:.1f}x of the document in memory (target {TARGET_MEMORY:.0f}x)")
    return 0 if ratio <= TARGET_TIME and memory <= TARGET_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
