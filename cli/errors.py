"""What ends a command without what was asked for."""

from __future__ import annotations

import click

from cli.exit_codes import FAILED


class CommandError(click.ClickException):
    """A command cannot give what was asked for: one line for a person, and a code for programs.

    Attributes:
        code: names the kind of failure; does not change.
        more: what a program is told besides.
    """

    exit_code = FAILED

    def __init__(self, message: str, *, code: str = "failed", **more: object) -> None:
        super().__init__(message)
        self.code = code
        self.more = more

    def show(self, file: object = None) -> None:
        """One line on standard error."""
        click.echo(f"plansmith: {self.message}", err=True)
