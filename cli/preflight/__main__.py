"""The hook before `azd provision`: `python3 -m cli.preflight`.

Says what the region offers, chooses the student where none is set, registers what the network needs. Ends with 1 only
where a provision is sure to fail; `PLANSMITH_PREFLIGHT=warn` goes on all the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timezone

from cli.preflight import Finding, Verdict, decide
from cli.preflight.az import NotAsked, Run, ask_region, region_of_account, register_app_provider, run_az
from cli.preflight.settings import faults, wanted, with_defaults
from cli.preflight.verdict import STUDENTS


def check(environment: Mapping[str, str], run: Run = run_az) -> tuple[Verdict | None, list[Finding]]:
    """What there is to say before a provision; no verdict where the service could not be asked."""
    found = faults(environment)
    subscription = environment.get("AZURE_SUBSCRIPTION_ID", "")
    values = with_defaults(environment)
    verdict = None
    try:
        if values["VNET_ENABLED"].lower() == "true":
            register_app_provider(subscription, run)
        account, group = values["EXISTING_OPENAI_ACCOUNT"], values["EXISTING_OPENAI_RESOURCE_GROUP"]
        place = region_of_account(account, group, subscription, run) if account and group else ""
        asked = wanted(environment, place)
        today = datetime.now(timezone.utc).date()  # noqa: UP017  older Pythons have no UTC
        verdict = decide(asked, ask_region(asked.region, subscription, run), today)
        found += verdict.findings
    except NotAsked as error:
        found.append(Finding("warning", "not_asked", f"the service was not asked what it offers: {error}"))
    return verdict, found


def keep_student(verdict: Verdict | None, environment: Mapping[str, str]) -> str:
    """The student to write into azd's environment; "" where there is nothing to write."""
    chosen = verdict.student if verdict else ""
    return chosen if chosen and chosen != STUDENTS[0] and not environment.get("STUDENT_MODEL") else ""


def main() -> int:
    """Say what was found; 0 unless a provision is sure to fail."""
    verdict, found = check(os.environ)
    for finding in found:
        print(f"preflight: {finding.level}: {finding}", file=sys.stderr)
    azd = shutil.which("azd")
    if azd and (student := keep_student(verdict, os.environ)):
        print(f"preflight: STUDENT_MODEL is set to {student}", file=sys.stderr)
        subprocess.run([azd, "env", "set", "STUDENT_MODEL", student], check=True)
    refused = any(finding.level == "error" for finding in found)
    return int(refused and os.environ.get("PLANSMITH_PREFLIGHT") != "warn")


if __name__ == "__main__":
    sys.exit(main())
