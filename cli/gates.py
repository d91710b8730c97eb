"""Commands whose exit status 2 is an answer, so that a gate in CI can tell it from a mistake in its own line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from cli.exit_codes import FAILED


class Gate(click.Command):
    """A command of which a wrong command line is an error like any other: status 1, not click's 2."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As click's, with another status."""
        with _as_failure():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's, with another status."""
        with _as_failure():
            return super().invoke(ctx)


@contextmanager
def _as_failure() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        raise _WrongLine(error.format_message(), error.ctx) from error


class _WrongLine(click.UsageError):
    exit_code = FAILED
