"""What is on this machine: Python, the checkout's set-up, the files with settings and keys."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cli import profiles
from cli.doctor.finding import Finding, error, ok, warning

_PYTHON = (3, 13)


def setup_findings() -> Iterator[Finding]:
    """What there is to say about the machine."""
    version = sys.version_info[:2]
    if version == _PYTHON:
        yield ok("python", f"Python {version[0]}.{version[1]}")
    else:
        text = f"Python {version[0]}.{version[1]}, where the app runs on 3.13"
        yield warning("python", text, "make setup finds or fetches Python 3.13")
    if profiles.is_readable_by_others(profiles.place()):
        place = profiles.place()
        yield error("profile_readable", f"others can read the keys in {place}", f"chmod 600 {place}")
    if find_spec("local") is not None:
        yield from _checkout()


def _checkout() -> Iterator[Finding]:
    from local.checkout import ROOT
    from local.setup import install

    try:
        is_current = install.python_is_current(ROOT) and install.azurite_is_current(ROOT)
    except (install.SetupError, OSError) as wrong:
        yield error(
            "setup", f"the set-up is not whole: {wrong}", "git checkout what is missing, then make setup"
        )
        return
    if is_current:
        yield ok("setup", "packages and Azurite are as the pins say")
    else:
        text = "packages or Azurite are not as the pins say"
        yield error("setup", text, "make setup")


def settings(path: Path | None = None) -> tuple[dict[str, str], dict[str, str], list[Finding]]:
    """All settings that hold, those of the settings file alone, and what is wrong with that file.

    `path` is the file, by default local.settings.json of the checkout.
    """
    if find_spec("local") is None:
        return dict(os.environ), {}, []
    from local.app_environment import DEFAULTS
    from local.checkout import ROOT
    from local.settings_file import SettingsFileError, read_settings_file

    path = path or ROOT / "local.settings.json"
    try:
        file = read_settings_file(path)
    except SettingsFileError as wrong:
        found = error("settings_file", str(wrong), "mend it after local.settings.json.example")
        return {**DEFAULTS, **os.environ}, {}, [found]
    given = {name: value for name, value in (*file.items(), *os.environ.items()) if value}
    named = given.get("OPENAI_BASE_URL") or given.get("AZURE_OPENAI_ENDPOINT")
    defaults = {name: value for name, value in DEFAULTS.items() if not named or name != "TEACHER_DEPLOYMENT"}
    return {**defaults, **given}, file, []
