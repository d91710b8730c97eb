"""Records a second on one machine, and the processor time that our own host takes for each.

    python -m benchmarks.throughput [--rounds 3] [--records 1500]

Azurite and the emulator run on the same cores. Without latency at least 60 records a second, with 1 s latency and
100 in flight at least 50; at most 10 ms of processor time of the host for a record, everything it does in that time
included (start, fan-out, polling, folding, publishing). Beside it, in the same round against the same emulator, a
plain script with a pool of 5 and of 50 threads.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from testing import harness, thread_pool

CASES = {0.0: 60.0, 1.0: 50.0}
MOST_CPU_MS = 10.0
THREADS = (5, 50)


def ours(stack: harness.Measured, records: int, seed: int) -> dict[str, float]:
    """Records a second from the first call to the last answer and from start to manifest; milliseconds a record."""
    idle, cpu_s = harness.IdleShare(), stack.host_cpu_s()
    watch = harness.Stopwatch()
    stack.wait(stack.start(records, seed=seed), 600)
    whole_s = watch.seconds()
    counters = stack.state()
    return {
        "rate": records / (counters["last_answer_at"] - counters["first_call_at"]),
        "whole": records / whole_s,
        "cpu_ms": (stack.host_cpu_s() - cpu_s) / records * 1000,
        "idle": idle.share(),
    }


def plain(stack: harness.Measured, prompts: Path, threads: int, records: int) -> dict[str, float]:
    """The plain script over as many of the same prompts as it does in half a minute or so."""
    command = [sys.executable, thread_pool.__file__, stack.emulator, str(prompts), str(threads)]
    done: dict[str, Any] = json.loads(
        subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
    return {"rate": done["answered"] / done["seconds"], "cpu_ms": done["cpu_s"] / records * 1000}


def measure(
    latency_s: float, rounds: int, records: int
) -> tuple[list[dict[str, float]], dict[int, list[dict[str, float]]]]:
    """What this pipeline does in each round, and the plain script by its number of threads."""
    mine: list[dict[str, float]] = []
    theirs: dict[int, list[dict[str, float]]] = {threads: [] for threads in THREADS}
    with harness.measured_stack(latency_s=latency_s) as stack:
        for number in range(rounds):
            stack.switch(latency_s=latency_s)
            mine.append(ours(stack, records, seed=number))
            print(latency_s, mine[-1], file=sys.stderr, flush=True)
            for threads in THREADS:
                count = min(records, threads * 20 if latency_s else records)
                prompts = thread_pool.prompts(stack.folder, count)
                theirs[threads].append(plain(stack, prompts, threads, count))
    return mine, theirs


def main() -> int:
    """Exit status 1 if a median does not keep its bound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=1500)
    arguments = parser.parse_args()
    rows: list[list[object]] = []
    holds = True
    for latency_s, least in CASES.items():
        mine, theirs = measure(latency_s, arguments.rounds, arguments.records)
        good = _middle(mine, "rate") >= least and _middle(mine, "cpu_ms") <= MOST_CPU_MS
        holds = holds and good
        rates = [one["rate"] for one in mine]
        rows.append(
            [
                f"{latency_s:g} s, this pipeline",
                f"{_middle(mine, 'rate'):.1f} ({min(rates):.1f}–{max(rates):.1f})",
                f"{least:g}",
                f"{_middle(mine, 'whole'):.1f}",
                f"{_middle(mine, 'cpu_ms'):.1f}",
                f"{MOST_CPU_MS:g}",
                f"{_middle(mine, 'idle'):.0%}",
                harness.verdict(good),
            ]
        )
        for threads, found in theirs.items():
            ratio = _middle(mine, "rate") / _middle(found, "rate")
            name = f"{latency_s:g} s, plain script, {threads} threads"
            rate = f"{_middle(found, 'rate'):.1f} (we: {ratio:.2f} times)"
            rows.append([name, rate, "", "", f"{_middle(found, 'cpu_ms'):.1f}", "", "", ""])
    head = ["latency", "records/s", "bound", "start to manifest", "CPU ms/record", "bound", "idle", "holds"]
    note = (
        f"\n\nMedian of {arguments.rounds} rounds of {arguments.records} records (least and most in brackets). "
        "`idle` is the share of the machine that nobody used meanwhile. The script keeps everything in memory "
        "and checks nothing."
    )
    harness.report("Throughput", "python -m benchmarks.throughput", harness.table(head, rows) + note)
    return 0 if holds else 1


def _middle(found: list[dict[str, float]], name: str) -> float:
    return harness.median([one[name] for one in found])


if __name__ == "__main__":
    raise SystemExit(main())
