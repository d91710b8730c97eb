"""Installations by name, in a file of the user's own: `{"default": NAME, "profiles": {NAME: {"url", "key"}}}`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.errors import CommandError
from cli.whole_file import whole_file

if TYPE_CHECKING:
    from urllib.parse import SplitResult

LOCAL = "local"
"""Name of the local stack, which needs no entry."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Profile:
    """An installation: its address, and a function key ("" where none is kept)."""

    url: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Profiles:
    """What the file holds; `default` is "" for the local stack."""

    default: str = ""
    by_name: dict[str, Profile] = field(default_factory=dict)

    def find(self, name: str) -> Profile | None:
        """The profile called `name`, None for the local stack. Raises click.UsageError for an unknown name."""
        if name in ("", LOCAL):
            return None
        if name not in self.by_name:
            known = ", ".join([LOCAL, *sorted(self.by_name)])
            raise click.UsageError(
                f"There is no profile '{name}' (known: {known}): plansmith profile set {name}"
            )
        return self.by_name[name]

    def with_profile(self, name: str, profile: Profile) -> Profiles:
        """With `profile` under `name`; the first one is the default. Raises click.UsageError for what cannot be."""
        if name == LOCAL or not _NAME.fullmatch(name):
            raise click.UsageError(
                f"'{name}' cannot be a profile's name: letters, digits, '.', '_', '-'; not '{LOCAL}'"
            )
        check_url(profile.url)
        return replace(
            self,
            default=self.default or ("" if self.by_name else name),
            by_name={**self.by_name, name: profile},
        )

    def without(self, name: str) -> Profiles:
        """Without the profile called `name`."""
        self.find(name)
        rest = {each: profile for each, profile in self.by_name.items() if each != name}
        return Profiles("" if self.default == name else self.default, rest)


def check_address(url: str) -> SplitResult:
    """The parts of an installation's address. Raises click.UsageError for what is none."""
    from shared.addresses import split_address

    parts = split_address(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise click.UsageError(f"'{url}' is no address of an installation: https://<app>.azurewebsites.net")
    return parts


def check_url(url: str) -> None:
    """Raise click.UsageError unless `url` is an address of this machine or by https: a key would go in the clear."""
    from shared.addresses import is_here

    if check_address(url).scheme == "http" and not is_here(url):
        raise click.UsageError(f"'{url}' would send the key in the clear: use https")


def place() -> Path:
    """Where the profiles are kept: `plansmith/profiles.json` in the user's folder of configurations."""
    return Path(click.get_app_dir("plansmith")) / "profiles.json"


def load(path: Path | None = None) -> Profiles:
    """The stored profiles; empty if there is no file. Raises CommandError for a file of another form."""
    path = path or place()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = {
            str(name): Profile(str(one["url"]), str(one.get("key", "")))
            for name, one in stored["profiles"].items()
        }
        return Profiles(str(stored.get("default", "")), found)
    except FileNotFoundError:
        return Profiles()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(
            f"{path} cannot be read as profiles: mend it, or remove it", code="bad_profiles"
        ) from error


def save(profiles: Profiles, path: Path | None = None) -> None:
    """Write the profiles, for the user's eyes alone."""
    path = path or place()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    entries = {
        name: {"url": one.url, **({"key": one.key} if one.key else {})}
        for name, one in sorted(profiles.by_name.items())
    }
    with whole_file(path, mode=0o600) as file:
        file.write(json.dumps({"default": profiles.default, "profiles": entries}, indent=2) + "\n")


def is_readable_by_others(path: Path) -> bool:
    """Whether somebody else on the machine can read the file; False if there is none."""
    return path.exists() and bool(path.stat().st_mode & 0o077)
