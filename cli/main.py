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
from cli.exit_codes import FAILED, INTERRUPTED, NOT_CONFIRMED, OK
from cli.shared_options import Told

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
    student.deploy,
    student.undeploy,
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


def _tell_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    from shared.version import VERSION

    if wanted:
        click.echo(f"plansmith, version {VERSION}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version.",
)
def cli() -> None:
    """From an API catalog to a small model that plans calls to exactly those APIs."""


for _command in COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; an error that is meant for the user is one line."""
    told = Told()
    try:
        cli.main(arguments, prog_name="plansmith", standalone_mode=False, obj=told)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        _tell_programs(told, error.message, code=_code(error), **getattr(error, "told", {}))
        return error.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else FAILED
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception as error:
        if not _is_for_the_user(error):
            raise
        click.echo(f"plansmith: {error}", err=True)
        _tell_programs(told, str(error), code=getattr(error, "code", "") or "failed")
        return FAILED
    return OK


def _code(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError):
        return "wrong_use"
    return "not_confirmed" if error.exit_code == NOT_CONFIRMED else "failed"


def _tell_programs(told: Told, message: str, *, code: str, **more: object) -> None:
    """Who asked for JSON gets the failure as JSON, too, on standard output."""
    if told.as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message}, **more}, ensure_ascii=False))


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
