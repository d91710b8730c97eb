"""Questions before what cannot be taken back."""

from __future__ import annotations

import sys

import click

from cli.errors import CommandError
from cli.exit_codes import NOT_CONFIRMED


class NotConfirmedError(CommandError):
    """A question was answered with no, or nobody could be asked."""

    exit_code = NOT_CONFIRMED

    def __init__(self, message: str, **more: object) -> None:
        super().__init__(message, code="not_confirmed", **more)


def ask(question: str, *, yes: bool, otherwise: str, **more: object) -> None:
    """Go on if `yes` was given or the person at the terminal says so.

    Raises NotConfirmedError with `otherwise` for a no, and where there is no terminal to ask at; programs are told
    `more` besides.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmedError(f"{otherwise}; there is no terminal to ask at: --yes says yes", **more)
    if not click.confirm(question, default=False, err=True):
        raise NotConfirmedError(otherwise, **more)
