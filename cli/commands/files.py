"""Catalogs and datasets on this machine: nothing is sent anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.shared_options import FILE, json_option


@click.group()
def catalog() -> None:
    """Look at catalogs without running anything."""


@catalog.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@json_option
@click.option(
    "--assignments", type=click.IntRange(1), metavar="N", help="The first N assignments of a run, in words."
)
@click.option(
    "--prompts",
    type=click.IntRange(1),
    metavar="N",
    help="What the teacher would be sent for them, as JSONL.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of the run.")
@click.option("--samples", default=500, show_default=True, help="Of how many samples the price is told.")
def inspect(
    files: tuple[Path, ...],
    as_json: bool,
    assignments: int | None,
    prompts: int | None,
    seed: int,
    samples: int,
) -> None:
    """What Plansmith reads out of catalog files: APIs, parameters, oddities; and what a run would teach."""
    from cli.inspect_catalog import inspect as inspect_files

    text, code = inspect_files(
        [str(path) for path in files],
        as_json,
        assignments=assignments or 0,
        prompts=prompts or 0,
        seed=seed,
        samples=samples,
    )
    click.echo(text)
    sys.exit(code)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--catalog", "catalogs", multiple=True, required=True, type=FILE, help="Catalog file; may be repeated."
)
@click.option("--strict", is_flag=True, help="Fail on warnings as well as on errors.")
@json_option
@click.option(
    "--answers",
    is_flag=True,
    help='The file holds a teacher\'s answers: lines {"index", "answer"} in wire form.',
)
def validate(file: Path, catalogs: tuple[Path, ...], strict: bool, as_json: bool, answers: bool) -> None:
    """Check every record of a dataset file against the record schema and its catalog."""
    from cli.validate_dataset import validate as validate_file
    from cli.validate_dataset import validate_answers

    check = validate_answers if answers else validate_file
    text, code = check(str(file), [str(path) for path in catalogs], as_json, strict=strict)
    click.echo(text)
    sys.exit(code)
