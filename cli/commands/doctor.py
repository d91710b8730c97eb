"""`plansmith doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.exit_codes import FAILED, OK
from cli.shared_options import FILE, Connection, connected, json_option, tell


@click.command()
@click.option(
    "--settings",
    "file",
    type=FILE,
    help="Settings file to look at; default: the checkout's local.settings.json.",
)
@json_option
@connected
def doctor(file: Path | None, as_json: bool, connection: Connection) -> None:
    """Look for what would keep Plansmith from working: set-up, settings, connections, roles, deployments, quota, clock.

    Each finding says what to do. Nothing is changed, and nothing is paid. Exit status 1 if something does not work.
    """
    from dataclasses import asdict

    from cli.doctor.examination import examine

    found = examine(connection, file)
    wrong = any(one.level == "error" for one in found)
    tell({"ok": not wrong, "findings": [asdict(one) for one in found]}, "\n".join(map(_line, found)), as_json)
    sys.exit(FAILED if wrong else OK)


def _line(one: object) -> str:
    from cli.doctor.finding import Finding

    assert isinstance(one, Finding)
    mark = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}[one.level]
    return f"{mark} {one.text} [{one.code}]" + (f"\n        → {one.do}" if one.do else "")
