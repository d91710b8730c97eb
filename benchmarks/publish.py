"""Publishing at scale: fold, observe, split and export synthetic outcomes; time, memory and rate by size.

    python -m benchmarks.publish [--sizes 10000,100000,1000000] [--formats chat] [--json]

Times are the processor's, for machines are shared. Outcomes are made on the fly and not counted. Each size runs in its
own process; `peak_mb` is that process's high-water mark. `times_bare` compares a record with the baseline, parsing each
line twice and writing each record once, which is done for one segment in many all along, so that both meet the same
machine, however its speed drifts. `linear` compares `times_bare` with the smallest size's, 1.00 is linear.
Exit status 1 if a bound does not hold: linear within 20 %, under 300 MB, at least 3,000 records a second.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from testing import harness
from testing.publishing import publish

MAX_PEAK_MB = 300
MIN_RATE = 3_000
MAX_DRIFT = 1.2


def measure(count: int, formats: str) -> dict[str, Any]:
    """`publish` in a process and folder of its own."""
    command = [sys.executable, "-m", "benchmarks.publish", "--one", str(count), "--formats", formats]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--formats", default="chat", help="comma-separated: chat, tools, dpo")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(publish(arguments.one, arguments.formats.split(","), Path(folder))))
        return 0
    results = []
    for size in arguments.sizes.split(","):
        results.append(measure(int(size), arguments.formats))
        print(results[-1], file=sys.stderr, flush=True)
    for result in results:
        result["linear"] = round(result["times_bare"] / results[0]["times_bare"], 2)
        result["holds"] = (
            result["linear"] <= MAX_DRIFT
            and result["peak_mb"] < MAX_PEAK_MB
            and result["records_per_s"] >= MIN_RATE
        )
    if arguments.json:
        print(json.dumps(results, indent=2))
    else:
        _report(results, arguments.formats)
    return 0 if all(result["holds"] for result in results) else 1


def _report(results: list[dict[str, Any]], formats: str) -> None:
    rows = [
        [
            f"{result['planned']:,}",
            f"{result['accepted']:,}",
            f"{result['seconds']:.1f}",
            f"{result['records_per_s']:,}",
            f"{result['cpu_us']:.0f}",
            f"{result['times_bare']:.1f}",
            f"{result['linear']:.2f}",
            f"{result['peak_mb']:.0f}",
            harness.verdict(result["holds"]),
        ]
        for result in results
    ]
    head = [
        "outcomes",
        "accepted",
        "processor seconds",
        "records/s",
        "µs of processor each",
        "to bare parsing",
        "that to the smallest's",
        "peak MB",
        "holds",
    ]
    bounds = [
        "",
        "",
        "",
        f"at least {MIN_RATE:,}",
        "",
        "",
        f"at most {MAX_DRIFT}",
        f"under {MAX_PEAK_MB}",
        "",
    ]
    phases = ", ".join(f"{name} {us:.0f}" for name, us in results[-1]["phases_us"].items())
    text = (
        f"{harness.table(head, [*rows, bounds])}\n\nFormats: {formats}. Synthetic outcomes of about 3 kB, one in eight "
        "rejected, one in thirty a near-duplicate, each size in a process of its own. "
        f"µs a record by phase at the largest, the console's list among the rows: {phases}."
    )
    harness.report("Publish", "python -m benchmarks.publish", text, against="over files")


if __name__ == "__main__":
    raise SystemExit(main())
