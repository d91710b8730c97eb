"""`python -m benchmarks.bad_input [--count 2000]`: messages that no step can act on, on every queue."""

from __future__ import annotations

import argparse

from testing.chaos.bad_messages import BadMessages
from testing.chaos.bad_rounds import flood
from testing.chaos.crash_rounds import OPTIONS, prepare, undisturbed_run
from testing.chaos.ended import problems
from testing.chaos.stack import chaos_stack
from testing.harness import report, table, verdict

HOSTS = 3
SAMPLES = 100


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    asked = parser.parse_args()
    with chaos_stack(hosts=HOSTS) as chaos:
        prepare(chaos)
        undisturbed = undisturbed_run(chaos, SAMPLES)
        pids = [host.pid for host in chaos.hosts]
        run = chaos.start(SAMPLES, **OPTIONS)
        found = flood(chaos, BadMessages(2, run=run).draw(asked.count))
        chaos.wait_published(run)
        wrong = problems(chaos, chaos.ended(run), undisturbed)
        later = problems(chaos, chaos.run(SAMPLES, **OPTIONS), undisturbed)
        died = sum(host.pid != pid for host, pid in zip(chaos.hosts, pids, strict=True))
    head = ("refused with", "messages")
    codes = sorted(found.refused.items(), key=lambda pair: -pair[1])
    rows = [
        ("messages left without a trace", len(found.unaccounted), verdict(not found.unaccounted)),
        ("run beside them differs from an undisturbed one in", len(wrong), verdict(not wrong)),
        ("run after them differs in", len(later), verdict(not later)),
        ("workers that died", died, verdict(not died)),
    ]
    text = (
        f"{found.sent} messages on 16 queues, {HOSTS} hosts; gone from every queue after {found.seconds:.1f} s. "
        f"Requests that became a failed run: {found.failed_runs}. Events that start nothing, ignored: {found.ignored}. "
        "Equal bodies share a note.\n\n"
        f"{table(('', 'found', 'holds'), rows)}\n\n{table(head, codes)}"
    )
    report("Bad input", "python -m benchmarks.bad_input", text)
    for pair in found.unaccounted[:10]:
        print(*pair)
    return 0 if not (found.unaccounted or wrong or later or died) else 1


if __name__ == "__main__":
    raise SystemExit(main())
