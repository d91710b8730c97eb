"""`plansmith doctor`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.exit_codes import FAILED, OK
from cli.shared_options import FILE, Connection, connected, json_option, tell

if TYPE_CHECKING:
    from cli.preflight import Finding


@click.command()
@click.option(
    "--settings",
    "file",
    type=FILE,
    show_default="local.settings.json of the checkout",
    help="Settings file to look at.",
)
@json_option
@connected
def doctor(file: Path | None, as_json: bool, connection: Connection) -> None:
    """Look for what would keep Plansmith from working.

    Set-up, settings, connections, roles, deployments, quota and clock. Each finding says what to do. Nothing is
    changed, and nothing is paid. Exit status 1 if something does not work.
    """
    from dataclasses import asdict

    from cli.doctor.examination import examine

    found = examine(connection, file)
    wrong = any(one.level == "error" for one in found)
    tell({"ok": not wrong, "findings": [asdict(one) for one in found]}, "\n".join(map(_line, found)), as_json)
    sys.exit(FAILED if wrong else OK)


def _line(one: Finding) -> str:
    mark = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}[one.level]
    return f"{mark} {one.text} [{one.code}]" + (f"\n        → {one.do}" if one.do else "")
