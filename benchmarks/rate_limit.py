"""How much of a shared quota is used, and how many calls are wasted on refusals.

    python -m benchmarks.rate_limit [--rounds 3] [--only calls,tokens] [--hosts 1,3]

Quota of 1,200 calls a minute (or as many calls' tokens), `retry-after: 1`, 0.2 s latency, 400 records. `ideal` is
400 / 20 s between the first and the last call. Hosts start cold: nothing is known of the quota. Beside it a plain
script with a pool of threads and the SDK's own retries over the same prompts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from testing import harness, thread_pool

RECORDS, PER_MINUTE, LATENCY_S = 400, 1200, 0.2
BOUNDS = {1: (1.05, 0.02), 3: (1.15, 0.10)}
_COMMON = {"latency_s": LATENCY_S, "retry_after_style": "seconds", "retry_after_s": 1}


def quota(kind: str, call_tokens: int) -> dict[str, Any]:
    """The emulator's switches for a quota of calls, counted each second, or of as many calls' tokens, each ten."""
    if kind == "calls":
        return {**_COMMON, "rpm": PER_MINUTE, "rpm_window_s": 1.0}
    return {**_COMMON, "tpm": PER_MINUTE * call_tokens, "tpm_window_s": 10.0}


def measure(kind: str, hosts: int, call_tokens: int) -> tuple[float, float, int]:
    """Time as a multiple of the ideal one, the share of refused calls, and the mean tokens counted for a call."""
    with harness.measured_stack(hosts=hosts, warm=False) as stack:
        stack.switch(**quota(kind, call_tokens))
        stack.wait(stack.start(RECORDS), 300)
        return figures(stack.state(), kind, call_tokens)


def figures(counters: dict[str, Any], kind: str, call_tokens: int) -> tuple[float, float, int]:
    """See `measure`; from the emulator's counters."""
    answered, refused = counters["statuses"].get("200", 0), counters["statuses"].get("429", 0)
    counted = counters["prompt_tokens"] / answered + thread_pool.MAX_COMPLETION_TOKENS
    share = 1.0 if kind == "calls" else counted / call_tokens
    ideal_s = answered * share / (PER_MINUTE / 60)
    span_s = counters["last_call_at"] - counters["first_call_at"]
    return span_s / ideal_s, refused / (answered + refused), round(counted)


def baseline(threads: int) -> tuple[float, float, int]:
    """The plain script against a quota of calls: time, refused share, records it gave up."""
    with harness.measured_stack(warm=False) as stack:
        prompts = thread_pool.prompts(stack.folder, RECORDS)
        stack.switch(**quota("calls", 1))
        command = [sys.executable, thread_pool.__file__, stack.emulator, str(prompts), str(threads)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        ratio, refused, _ = figures(stack.state(), "calls", 1)
        return ratio, refused, json.loads(done.stdout)["failed"]


def judged(kind: str, hosts: int, found: list[tuple[float, float, int]]) -> tuple[list[object], bool]:
    """The row of some measurements, and whether their medians keep the bounds."""
    ratios, refused = [one[0] for one in found], [one[1] for one in found]
    most_time, most_refused = BOUNDS[hosts]
    good = harness.median(ratios) <= most_time and harness.median(refused) <= most_refused
    row: list[object] = [
        f"{kind}, {hosts} host{'s' * (hosts > 1)}",
        f"{harness.median(ratios):.3f} ({min(ratios):.3f}–{max(ratios):.3f})",
        most_time,
        f"{harness.median(refused):.1%} (at most {max(refused):.1%})",
        f"{most_refused:.0%}",
        harness.verdict(good),
    ]
    return row, good


def main() -> int:
    """Exit status 1 if a median does not keep its bound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="calls,tokens")
    parser.add_argument("--hosts", default="1,3")
    arguments = parser.parse_args()
    rows: list[list[object]] = []
    holds = True
    call_tokens = 0
    for kind in arguments.only.split(","):
        for hosts in map(int, arguments.hosts.split(",")):
            if kind == "tokens" and not call_tokens:
                call_tokens = measure("calls", 1, 1)[2]
            found = [measure(kind, hosts, call_tokens) for _ in range(arguments.rounds)]
            row, good = judged(kind, hosts, found)
            holds = holds and good
            rows.append(row)
            print(row, file=sys.stderr, flush=True)
    for threads in (5, 50):
        ratio, refused_share, failed = baseline(threads)
        name = f"calls, plain script with {threads} threads, {failed} records given up"
        rows.append([name, f"{ratio:.3f}", "", f"{refused_share:.1%}", "", ""])
    text = harness.table(["quota", "time / ideal", "bound", "calls answered 429", "bound", "holds"], rows)
    note = (
        f"\n\nMedian of {arguments.rounds} cold starts each (least and most in brackets). Below 1: the run touched one "
        "window of ten seconds more than its length needs."
    )
    harness.report("Rate limit", "python -m benchmarks.rate_limit", text + note)
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
