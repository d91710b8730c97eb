"""`python -m benchmarks.budget [--samples 400]`: runs of several hosts that a budget or a person stops on the way."""

from __future__ import annotations

import argparse

from testing.chaos.budget_rounds import Stopped, cancelled, within_dollars, within_tokens
from testing.chaos.crash_rounds import prepare, undisturbed_run
from testing.chaos.stack import chaos_stack
from testing.harness import report, table, verdict

HOSTS = 3
SHARES = (0.1, 0.3, 0.6)
MEASURED_ON = 100
"""Samples of the run that tells what a record costs."""
_HEAD = (
    "stopped by",
    "at",
    "spent",
    "beyond, in records",
    "calls in flight",
    "accepted",
    "rejected",
    "skipped",
    "holds",
)


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=400)
    samples = parser.parse_args().samples
    found: list[Stopped] = []
    with chaos_stack(hosts=HOSTS) as chaos:
        prepare(chaos)
        undisturbed = undisturbed_run(chaos, MEASURED_ON)
        for share in SHARES:
            for bounded in (within_tokens, within_dollars):
                found.append(bounded(chaos, samples, undisturbed, share))
                print(found[-1], flush=True)
                chaos.wait_idle()
        for share in (0.1, 0.5):
            found.append(cancelled(chaos, samples, round(samples * share)))
            print(found[-1], flush=True)
            chaos.wait_idle()
    text = (
        f"{samples} samples, {HOSTS} hosts, answers after 0.2 to 0.8 s, 10 % of them faulty and repaired. Tokens, "
        "dollars, or for `cancel` calls; `holds`: every index has one outcome, what is accepted is published, the rest "
        "is skipped for this reason alone, and no more was spent beyond the bound than what all hosts together had in "
        f"flight at most, each call taken for the dearest record.\n\n{table(_HEAD, list(map(_row, found)))}"
    )
    report("Budgets", "python -m benchmarks.budget", text)
    return 0 if all(stopped.holds for stopped in found) else 1


def _row(stopped: Stopped) -> tuple[object, ...]:
    return (
        stopped.what,
        _amount(stopped.bound),
        f"{_amount(stopped.spent)} ({stopped.used:.0%})",
        f"{stopped.beyond:.1f}",
        stopped.in_flight,
        stopped.outcomes["accepted"],
        stopped.outcomes["rejected"] + stopped.outcomes["failed"],
        stopped.outcomes["skipped"],
        verdict(stopped.holds),
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.4f}"


if __name__ == "__main__":
    raise SystemExit(main())
