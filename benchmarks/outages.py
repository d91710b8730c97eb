"""`python -m benchmarks.outages [--samples 300]`: runs through faults of the model service and outages."""

from __future__ import annotations

import argparse

from testing.chaos.outage_rounds import OUTAGES, Passed, through
from testing.chaos.stack import chaos_stack
from testing.harness import report, table, verdict

HOSTS = 3


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300)
    asked = parser.parse_args()
    passed: dict[str, Passed] = {}
    with chaos_stack(hosts=HOSTS) as chaos:
        for name, outage in OUTAGES.items():
            chaos.wait_idle()
            chaos.forget_notes()
            passed[name] = through(chaos, outage, samples=asked.samples)
            print(name, passed[name], flush=True)
    head = (
        "what happens",
        "seconds",
        "answers by status",
        "accepted",
        "rejected",
        "lost",
        "in poison",
        "holds",
    )
    rows = [
        (
            name,
            f"{found.seconds:.1f}",
            ", ".join(f"{status}: {count}" for status, count in sorted(found.statuses.items())),
            found.outcomes["accepted"],
            found.outcomes["rejected"],
            found.outcomes["failed"] + found.outcomes["skipped"],
            len(found.notes),
            verdict(found.holds),
        )
        for name, found in passed.items()
    ]
    text = f"{asked.samples} samples, {HOSTS} hosts; rejected records are topped up.\n\n{table(head, rows)}"
    report("Faults and outages", "python -m benchmarks.outages", text)
    return 0 if all(found.holds for found in passed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
