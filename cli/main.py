"""The `plansmith` command."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from cli.commands import (
    completion,
    control,
    doctor,
    files,
    look,
    profile,
    publish,
    push,
    review,
    rows,
    run,
    stack,
    student,
)
from cli.errors import CommandError
from cli.exit_codes import FAILED, INTERRUPTED, OK
from cli.shared_options import Output

COMMANDS: tuple[click.Command, ...] = (
    run.run,
    look.status,
    look.download,
    look.report,
    rows.rows,
    review.review,
    publish.publish,
    control.resume,
    control.cancel,
    control.delete,
    student.finetune,
    student.try_,
    student.compare,
    control.deploy,
    control.undeploy,
    files.catalog,
    push.push,
    files.validate,
    stack.up,
    stack.demo,
    profile.profile,
    doctor.doctor,
    completion.completion,
)
"""Every command, in the order of the documents."""


class _InOrder(click.Group):
    """Lists its commands as they were added, which is the order of the documents."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.commands)


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    from shared.version import VERSION

    if wanted:
        click.echo(f"plansmith, version {VERSION}")
        context.exit()


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
def cli() -> None:
    """From an API catalog to a small model that plans calls to exactly those APIs."""


for _command in COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; what goes wrong for the user is one line."""
    output = Output()
    try:
        cli.main(arguments, prog_name="plansmith", standalone_mode=False, obj=output)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        return _failed(output, error)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception as error:
        if (failure := _for_the_user(error)) is None:
            raise
        return _failed(output, failure)
    return OK


def _failed(output: Output, error: click.ClickException) -> int:
    """Show the failure, as JSON on standard output too where that was asked for, and give its exit status."""
    error.show()
    if output.as_json:
        code, more = (error.code, error.more) if isinstance(error, CommandError) else ("wrong_use", {})
        failure = {"error": {"code": code, "message": error.format_message()}, **more}
        click.echo(json.dumps(failure, ensure_ascii=False))
    return error.exit_code


def _for_the_user(error: Exception) -> CommandError | None:
    """What went wrong, where it concerns what the user gave: a file, a catalog, a setting. None for a fault of ours."""
    if isinstance(error, OSError) and error.filename:
        return CommandError(f"{error.filename}: {error.strerror}", code="file")
    if isinstance(error, UnicodeDecodeError):
        return CommandError(f"the text is not UTF-8: {error.reason}", code="not_utf8")
    # Loaded already if one was raised; importing it for every command would slow each of them down.
    errors = sys.modules.get("shared.errors")
    if errors is not None and isinstance(error, errors.PlansmithError):
        return CommandError(error.message, code=error.code)
    return None


if __name__ == "__main__":
    sys.exit(main())
