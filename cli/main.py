"""The `plansmith` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from cli.commands import control, files, look, run, stack, student

COMMANDS: tuple[click.Command, ...] = (
    run.run,
    look.status,
    look.download,
    control.resume,
    control.cancel,
    student.try_,
    student.compare,
    student.deploy,
    student.undeploy,
    files.catalog,
    files.validate,
    stack.up,
    stack.demo,
)
"""Every command, in the order of the documents."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def cli() -> None:
    """From an API catalog to a small model that plans calls to exactly those APIs."""


for _command in COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; every error that is meant for the user ends as one line and status 1."""
    try:
        cli.main(arguments, prog_name="plansmith", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return 130
    except Exception as error:
        if not _is_for_the_user(error):
            raise
        click.echo(f"plansmith: {error}", err=True)
        return 1
    return 0


def _is_for_the_user(error: Exception) -> bool:
    # Loaded already if one of them was raised; importing them first would slow every command down.
    kinds = [
        ("cli.client", "ApiError"),
        ("local.stack_record", "StackError"),
        ("shared.errors", "PlansmithError"),
    ]
    loaded = [getattr(sys.modules[module], name) for module, name in kinds if module in sys.modules]
    return isinstance(error, tuple(loaded))


if __name__ == "__main__":
    sys.exit(main())
