"""Whether slow answers hold up the others.

    python -m benchmarks.tail [--rounds 3] [--records 1000]

1 s latency, 5 % of the answers take 5 s, 1,000 records, 100 calls in flight: at most 20 s from the first call to
the last answer. Beside it the same calls made in batches of 100 that wait for their slowest answer, as arithmetic.
"""

from __future__ import annotations

import argparse
import sys

from testing import harness

LATENCY_S, TAIL_SHARE, TAIL_S, IN_FLIGHT = 1.0, 0.05, 5.0, 100
MOST_S = 20.0


def main() -> int:
    """Exit status 1 if the median is above the bound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=1000)
    arguments = parser.parse_args()
    spans, busy = [], []
    for number in range(arguments.rounds):
        with harness.measured_stack(latency_s=LATENCY_S, tail_share=TAIL_SHARE, tail_s=TAIL_S) as stack:
            idle = harness.IdleShare()
            stack.wait(stack.start(arguments.records, seed=number), 300)
            counters = stack.state()
            spans.append(counters["last_answer_at"] - counters["first_call_at"])
            busy.append(counters["in_flight_max"])
            print(f"{spans[-1]:.1f} s, machine idle {idle.share():.0%}", file=sys.stderr, flush=True)
    mean_s = LATENCY_S + TAIL_SHARE * (TAIL_S - LATENCY_S)
    batches_s = arguments.records / IN_FLIGHT * TAIL_S
    best_s = arguments.records / IN_FLIGHT * mean_s
    good = harness.median(spans) <= MOST_S
    rows = [
        [
            "this pipeline",
            f"{harness.median(spans):.1f} s ({min(spans):.1f}–{max(spans):.1f})",
            f"{MOST_S:g} s",
            harness.verdict(good),
        ],
        ["100 always in flight, nothing else to do", f"{best_s:.1f} s", "", ""],
        ["batches of 100 that wait for the slowest", f"{batches_s:.1f} s", "", ""],
    ]
    text = harness.table(
        [f"{arguments.records} records", "first call to last answer", "bound", "holds"], rows
    )
    note = f"\n\nMedian of {arguments.rounds} runs (least and most); at most {max(busy)} calls were open at once."
    harness.report("Tail", "python -m benchmarks.tail", text + note)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
