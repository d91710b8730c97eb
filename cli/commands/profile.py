"""`plansmith profile`: installations by name."""

from __future__ import annotations

import sys

import click

from cli import profiles
from cli.shared_options import json_option, tell

_NAME = click.argument("name", metavar="NAME")


@click.group()
def profile() -> None:
    """Keep addresses and keys of installations by name."""


@profile.command(name="set")
@_NAME
@click.option("--url", required=True, metavar="URL", help="Address of the installation.")
@click.option("--key-stdin", is_flag=True, help="Read the function key from standard input.")
@click.option("--no-key", is_flag=True, help="Keep no key, and ask for none.")
@json_option
def set_(name: str, url: str, key_stdin: bool, no_key: bool, as_json: bool) -> None:
    """Keep an installation's address and function key.

    The key is asked for and never shown. The first profile becomes the default.
    """
    if key_stdin and no_key:
        raise click.UsageError("--key-stdin and --no-key exclude each other.")
    profiles.check_url(url)
    key = ""
    if key_stdin:
        key = sys.stdin.readline().strip()
    elif not no_key and sys.stdin.isatty():
        key = click.prompt(
            "Function key (empty for none)", default="", hide_input=True, show_default=False, err=True
        )
    known = profiles.load().with_profile(name, profiles.Profile(url.rstrip("/"), key))
    profiles.save(known)
    result = {"name": name, "url": url.rstrip("/"), "key": bool(key)}
    text = f"{name}: {url}, {'with' if key else 'without'} a key; kept in {profiles.place()}"
    text += "; the default" if known.default == name else ""
    tell(result, text, as_json)


@profile.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the profiles, the default marked; keys are not shown."""
    from cli.tables import table

    known = profiles.load()
    rows = [(profiles.LOCAL, "the local stack", "", "" if known.default else "default")]
    rows += [
        (name, one.url, "kept" if one.key else "none", "default" if name == known.default else "")
        for name, one in sorted(known.by_name.items())
    ]
    result = {
        "default": known.default or profiles.LOCAL,
        "profiles": {name: {"url": one.url, "key": bool(one.key)} for name, one in known.by_name.items()},
    }
    tell(result, table(("PROFILE", "ADDRESS", "KEY", ""), rows), as_json)


@profile.command()
@_NAME
@json_option
def use(name: str, as_json: bool) -> None:
    """Make a profile the default; `local` is the local stack."""
    known = profiles.load()
    known.find(name)
    profiles.save(profiles.Profiles("" if name == profiles.LOCAL else name, known.by_name))
    tell({"default": name}, f"{name} is the default", as_json)


@profile.command()
@_NAME
@json_option
def remove(name: str, as_json: bool) -> None:
    """Forget a profile and its key."""
    if name == profiles.LOCAL:
        raise click.UsageError("The local stack is no stored profile.")
    profiles.save(profiles.load().without(name))
    tell({"removed": name}, f"{name} is forgotten", as_json)
