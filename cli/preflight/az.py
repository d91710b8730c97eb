"""Asks the service by `az`, as the person or pipeline that `az` has signed in."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable

from cli.preflight.offers import Region, read_region

Run = Callable[[list[str]], str]


class NotAsked(Exception):
    """The service could not be asked; the message says why."""


def run_az(arguments: list[str]) -> str:
    """What `az` prints. Raises NotAsked if it is not there, not signed in, or refuses."""
    az = shutil.which("az")
    if az is None:
        raise NotAsked("the Azure CLI (az) is not installed")
    try:
        done = subprocess.run(
            [az, *arguments, "--only-show-errors"], capture_output=True, text=True, check=False, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAsked(f"az {' '.join(arguments[:3])}: {error}") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-300:]
        raise NotAsked(f"az {' '.join(arguments[:3])}: {said}")
    return done.stdout


def ask_region(region: str, subscription: str = "", run: Run = run_az) -> Region:
    """What the region offers the subscription, by default that of `az`. Raises NotAsked."""
    of = ["--location", region, *_of(subscription), "--output", "json"]
    try:
        models = json.loads(run(["cognitiveservices", "model", "list", *of]))
        usages = json.loads(run(["cognitiveservices", "usage", "list", *of]))
    except ValueError as error:
        raise NotAsked(f"az gave no JSON: {error}") from error
    return read_region(models, usages)


def region_of_account(account: str, group: str, subscription: str = "", run: Run = run_az) -> str:
    """Region of an existing model account. Raises NotAsked."""
    of = ["--name", account, "--resource-group", group, *_of(subscription)]
    return run(
        ["cognitiveservices", "account", "show", *of, "--query", "location", "--output", "tsv"]
    ).strip()


def register_app_provider(subscription: str = "", run: Run = run_az) -> None:
    """Register Microsoft.App, which the subnet of the app is delegated to. Raises NotAsked."""
    run(["provider", "register", "--namespace", "Microsoft.App", "--wait", *_of(subscription)])


def _of(subscription: str) -> list[str]:
    return ["--subscription", subscription] if subscription else []
