"""`python -m benchmarks.crash [--rounds 50] [--samples 100]`: runs whose hosts are killed with `kill -9`.

One run for each side effect of a run (the host that does it dies right after it), the rest at random moments.
"""

from __future__ import annotations

import argparse

from testing.chaos.crash_rounds import SLOW_S, SPREAD_S, Round, at_point, at_random, prepare, undisturbed_run
from testing.chaos.ended import problems
from testing.chaos.points import POINTS
from testing.chaos.stack import chaos_stack
from testing.harness import report, table, verdict

HOSTS = 3
_HEAD = (
    "killed at",
    "runs",
    "kills",
    "same bytes, each index once",
    "calls in flight",
    "paid twice",
    "most in a run",
    "holds",
)


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--samples", type=int, default=100)
    asked = parser.parse_args()
    with chaos_stack(hosts=HOSTS) as chaos:
        prepare(chaos)
        undisturbed = undisturbed_run(chaos, asked.samples)
        rounds: list[Round] = []
        for number in range(asked.rounds):
            chaos.forget_notes()
            if number < len(POINTS):
                found = at_point(chaos, undisturbed, *POINTS[number])
            else:
                found = at_random(chaos, undisturbed, number)
            print(found, flush=True)
            rounds.append(found)
        chaos.only(1)
        one = undisturbed_run(chaos, asked.samples)
        equal = not problems(chaos, one, undisturbed)
    _report(rounds, asked.samples, undisturbed.planned, equal)
    return 0 if all(found.holds for found in rounds) and equal else 1


def _report(rounds: list[Round], samples: int, planned: int, equal: bool) -> None:
    named = [found for found in rounds if not found.what.startswith("random")]
    kinds = [
        (f"{len(named)} named side effects", named),
        ("random moments", [r for r in rounds if r not in named]),
    ]
    rows = [
        (
            name,
            len(found),
            sum(r.kills for r in found),
            sum(not r.wrong for r in found),
            sum(r.in_flight for r in found),
            sum(r.paid_twice for r in found),
            max((r.paid_twice for r in found), default=0),
            verdict(all(r.holds for r in found)),
        )
        for name, found in kinds
    ]
    text = (
        f"{samples} samples ({planned} indices, two waves), {HOSTS} hosts, a lock of 5 s on messages. "
        "`holds`: every index has one outcome, the published files equal those of an undisturbed run, and no run paid "
        "twice for more calls than were in flight at its kills. Random deaths, one to three a run: half of them at any "
        f"moment of the run, half while calls are answered, which takes {SLOW_S:g} to {SLOW_S + SPREAD_S:g} s each."
        f"\n\n{table(_HEAD, rows)}\n\n"
        f"The same run by one host alone and by {HOSTS}: the same bytes: {verdict(equal)}."
    )
    broken = [found for found in rounds if not found.holds]
    if broken:
        text += "\n\nDid not hold:\n\n" + "\n".join(f"- {found}" for found in broken)
    report("Crash", "python -m benchmarks.crash", text)


if __name__ == "__main__":
    raise SystemExit(main())
