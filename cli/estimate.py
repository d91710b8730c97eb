"""What a run will probably take, told before it is started, and the question that stands before spending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli.api_error import ApiError
from cli.client import Client
from cli.questions import ask
from cli.run_options import asks_for_finetune
from cli.wording import short
from shared.report.figures import dollars


def agree(client: Client, catalogs: Sequence[Path], options: Mapping[str, Any]) -> None:
    """Tell what a run of the files would take, and ask if it may cost money.

    Raises ApiError for files that cannot be used, NotConfirmedError for a no or where nobody can be asked.
    """
    try:
        found = client.inspect(catalogs, options)
    except ApiError as error:
        if error.status not in (404, 405):
            raise
        found = {}  # an installation of an earlier version
    click.echo(told(found, options), err=True)
    estimate = found.get("estimate") or {}
    if estimate.get("is_charged", True) and estimate.get("cost_usd") != 0:
        ask("Start it?", yes=False, otherwise="nothing was started", estimate=estimate)


def told(found: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """The estimate on a line or two."""
    estimate = found.get("estimate")
    if not estimate:
        return "This installation gives no estimate."
    counts = found.get("counts") or {}
    cost = estimate.get("cost_usd")
    if not estimate.get("is_charged", True):
        price = "no money: the model service runs on this machine"
    else:
        price = "a price that is not known" if cost is None else f"about {dollars(cost)}"
    lines = [
        f"{found.get('name')}: {counts.get('operations')} operations, {counts.get('diagnostics')} notes",
        f"{estimate.get('samples')} samples by {estimate.get('teacher') or 'no teacher'}: about"
        f" {short(estimate.get('tokens') or 0)} tokens, {price}, about {estimate.get('minutes')} minutes",
    ]
    if asks_for_finetune(dict(options)):
        lines.append("Fine-tuning and measuring come on top; the job tells what they cost.")
    return "\n".join(lines)
