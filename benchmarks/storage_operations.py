"""Storage operations for a record, counted in Azurite's own access log.

    python -m benchmarks.storage_operations [--records 2048]

At most 3.5 a record in the steady state: what the records themselves need (receive, the record's append, the looks
whether the segment is full, delete, run state read by the step). Sending the messages is the fan-out's work: one more
a record, shown apart, as are folding and publishing and the polling of idle queues.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter

from testing import harness

MOST = 3.5
_RECORD = "records"
_KINDS = (
    ("fan-out: send a message", "POST", r"/generate-records/messages", "fan-out"),
    ("receive messages", "GET", r"/generate-records/messages", _RECORD),
    ("delete a message", "DELETE", r"/generate-records/messages/", _RECORD),
    ("renew a lock", "PUT", r"/generate-records/messages/", _RECORD),
    ("append an outcome", "PUT", r"/log/\d+\.jsonl\?comp=appendblock", _RECORD),
    ("look whether a segment is full", "HEAD", r"/log/\d+\.jsonl", _RECORD),
    ("open a segment's log", "PUT", r"/log/\d+\.jsonl", "fan-out"),
    (
        "read the run (spec, catalog, plan, stop, mode)",
        "GET",
        r"/(spec|catalog|plan|stop)\.json|/ways/",
        _RECORD,
    ),
    ("read a log", "GET", r"/log/", "fold and publish"),
    ("fold: segments and progress", "", r"/segments/|/progress\.jsonl", "fold and publish"),
    ("publish", "", r"/datasets/", "fold and publish"),
    ("poll other queues", "GET", r"/messages\?numofmessages", "idle polling"),
)


def kind_of(method: str, path: str) -> tuple[str, str]:
    """What a request was for, and the group it belongs to."""
    for name, wanted, pattern, group in _KINDS:
        if wanted in ("", method) and re.search(pattern, path):
            return name, group
    return "everything else (timers, leases, blob trigger, events)", "idle polling"


def main() -> int:
    """Exit status 1 if the records' own operations are above the bound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=2048)
    arguments = parser.parse_args()
    with harness.measured_stack(access_log=True) as stack:
        before = len(stack.requests())
        run = stack.start(arguments.records)
        stack.wait(run, 600)
        requests = stack.requests()[before:]
    ours = [
        (method, path) for method, path in requests if not (method == "HEAD" and "/manifest.json" in path)
    ]
    counts = Counter(kind_of(method, path) for method, path in ours)
    groups: Counter[str] = Counter()
    rows: list[list[object]] = []
    for (name, group), count in sorted(counts.items(), key=lambda item: (item[0][1] != _RECORD, -item[1])):
        groups[group] += count
        rows.append([group, name, count, f"{count / arguments.records:.3f}"])
    steady = groups[_RECORD] / arguments.records
    with_sending = (groups[_RECORD] + groups["fan-out"]) / arguments.records
    rows.append(["**records**", "**steady state**", groups[_RECORD], _judged(steady)])
    rows.append(["records, fan-out", "with the message that fan-out sends", "", _judged(with_sending)])
    whole = f"{sum(groups.values()) / arguments.records:.2f}"
    rows.append(["all", "every request to Azurite from start to manifest", sum(groups.values()), whole])
    text = harness.table(["group", "operation", "count", "a record"], rows)
    note = f"\n\nOne run of {arguments.records} records, one host."
    harness.report("Storage operations", "python -m benchmarks.storage_operations", text + note)
    return 0 if steady <= MOST else 1


def _judged(operations: float) -> str:
    return f"**{operations:.2f}** (at most {MOST:g}: {harness.verdict(operations <= MOST)})"


if __name__ == "__main__":
    raise SystemExit(main())
