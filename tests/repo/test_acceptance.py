"""infra/acceptance.sh, with programs in the place of az, azd and curl: its order, and that it takes down what it made."""

import subprocess
from pathlib import Path

import pytest

from local.checkout import ROOT

SCRIPT = ROOT / "infra/acceptance.sh"

# Keeps what it is asked; answers as far as the script looks at answers.
FAKE = """#!/bin/sh
name=$(basename "$0")
echo "$name $*" >> "$LOG"
case "$name $*" in
  *"$FAILS"*) exit 1 ;;
  "azd env get-value BUDGET_START") echo 2026-11-01 ;;
  "azd env get-value AZURE_RESOURCE_GROUP") echo rg-demo ;;
  "azd env get-value"*) echo something ;;
  "az functionapp keys list"*) echo fake-key ;;
  "az group exists"*) echo false ;;
  *"container-name datasets"*) echo some-run/manifest.json ;;
  *undelivered-events*) echo 0 ;;
  "az monitor app-insights query"*) echo 12 ;;
esac
"""


def _accept(folder: Path, *, fails: str = "nothing at all", **environment: str) -> tuple[int, str, list[str]]:
    """Exit status, what it printed, and every call of az, azd, curl and python3."""
    for name in ("az", "azd", "curl", "python3", "sleep"):
        (folder / name).write_text(FAKE)
        (folder / name).chmod(0o755)
    settings = {
        "PATH": f"{folder}:/usr/bin:/bin",
        "LOG": str(folder / "log"),
        "FAILS": fails,
        "HOME": str(folder),
    }
    done = subprocess.run(
        ["bash", SCRIPT, "demo", "swedencentral"],
        env={**settings, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr, (folder / "log").read_text().splitlines()


def _order(calls: list[str], *parts: str) -> list[int]:
    return [next(at for at, call in enumerate(calls) if call.startswith(part)) for part in parts]


def test_it_makes_tries_upgrades_and_takes_down(tmp_path: Path):
    status, said, calls = _accept(tmp_path)
    assert (status, said.splitlines()[-1]) == (0, "all steps passed"), said
    parts = ["azd env new demo", "azd provision", "azd deploy", "python3 infra/smoke.py --health"]
    parts += ["az functionapp keys list", "python3 infra/smoke.py --records 12", "azd down --force --purge"]
    assert _order(calls, *parts) == sorted(_order(calls, *parts))
    assert sum(call.startswith("azd provision") for call in calls) == 2
    assert sum(call.startswith("azd deploy") for call in calls) == 2


@pytest.mark.parametrize("fails", ["azd provision", "infra/smoke.py --records 12"])
def test_what_fails_is_named_and_everything_is_taken_down_all_the_same(fails: str, tmp_path: Path):
    status, said, calls = _accept(tmp_path, fails=fails)
    assert status == 1
    step = "provision" if "provision" in fails else "records"
    assert said.splitlines()[-1].startswith(f"failed: {step}")
    assert calls[-2].startswith("azd down --force --purge")


def test_it_may_be_kept(tmp_path: Path):
    _, _, calls = _accept(tmp_path, KEEP="1")
    assert not [call for call in calls if call.startswith("azd down")]


def test_in_a_network_the_storage_account_is_left_alone_and_the_app_leaves_the_subnet_first(tmp_path: Path):
    _, _, calls = _accept(tmp_path, NETWORK="1")
    assert not [call for call in calls if call.startswith("az storage")]
    parts = (
        "azd env set VNET_ENABLED true",
        "azd provision",
        "az functionapp vnet-integration remove",
        "azd down",
    )
    assert _order(calls, *parts) == sorted(_order(calls, *parts))
