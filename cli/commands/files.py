"""Catalogs and datasets on this machine: nothing is sent anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.shared_options import COUNT, FILE, json_option


@click.group()
def catalog() -> None:
    """Look at catalogs without running anything."""


@catalog.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--assignments", type=COUNT, metavar="N", help="The first N assignments of a run, in words.")
@click.option(
    "--prompts", type=COUNT, metavar="N", help="What the teacher would be sent for N of them, as JSONL."
)
@click.option("--seed", default=0, metavar="N", help="Seed of the run.")
@click.option("--samples", type=COUNT, default=500, metavar="N", help="Tell the price of so many samples.")
@json_option
def inspect(
    files: tuple[Path, ...],
    as_json: bool,
    assignments: int | None,
    prompts: int | None,
    seed: int,
    samples: int,
) -> None:
    """Show what is read out of catalog files, and what a run would teach.

    Operations by folder with their parameters, the line that a teacher sees, the price, and all oddities by kind.
    """
    from cli.inspect_catalog import inspect as inspect_files

    text = inspect_files(
        files, as_json, assignments=assignments or 0, prompts=prompts or 0, seed=seed, samples=samples
    )
    click.echo(text)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--catalog", "catalogs", multiple=True, required=True, type=FILE, help="Catalog file; may be repeated."
)
@click.option("--strict", is_flag=True, help="Fail on warnings as well as on errors.")
@click.option(
    "--answers",
    is_flag=True,
    help='The file holds a teacher\'s answers: lines {"index", "answer"} in wire form.',
)
@json_option
def validate(file: Path, catalogs: tuple[Path, ...], strict: bool, as_json: bool, answers: bool) -> None:
    """Check the rows of a dataset file against their catalog."""
    from cli.validate_dataset import validate as validate_file
    from cli.validate_dataset import validate_answers

    check = validate_answers if answers else validate_file
    text, code = check(file, catalogs, as_json, strict=strict)
    click.echo(text)
    sys.exit(code)
