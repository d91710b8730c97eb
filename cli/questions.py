"""Questions before what cannot be taken back."""

from __future__ import annotations

import sys

import click

from cli.exit_codes import NOT_CONFIRMED


class NotConfirmedError(click.ClickException):
    """A question was answered with no, or nobody could be asked. `told` is what a program is told besides."""

    exit_code = NOT_CONFIRMED

    def __init__(self, message: str, **told: object) -> None:
        super().__init__(message)
        self.told = told

    def show(self, file: object = None) -> None:
        """One line on standard error."""
        click.echo(f"plansmith: {self.message}", err=True)


def ask(question: str, *, yes: bool, otherwise: str, **told: object) -> None:
    """Go on if `yes` was given or the person at the terminal says so.

    Raises NotConfirmedError with `otherwise` for a no, and where there is no terminal to ask at.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmedError(f"{otherwise}; there is no terminal to ask at: --yes says yes", **told)
    if not click.confirm(question, default=False, err=True):
        raise NotConfirmedError(otherwise, **told)
