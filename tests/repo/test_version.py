"""One version, told everywhere alike, with its section in the changelog."""

import json
import re
import tomllib

import pytest

from local.checkout import ROOT
from shared.version import VERSION


def _told() -> dict[str, str]:
    lock = json.loads((ROOT / "local/package-lock.json").read_text())
    return {
        "pyproject.toml": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
        "azure.yaml": re.findall(r"template: plansmith@(\S+)", (ROOT / "azure.yaml").read_text())[0],
        "local/package.json": json.loads((ROOT / "local/package.json").read_text())["version"],
        "local/package-lock.json": lock["version"],
        "the package in local/package-lock.json": lock["packages"][""]["version"],
    }


@pytest.mark.parametrize(("place", "version"), _told().items())
def test_every_place_tells_the_apps_version(place: str, version: str):
    assert version == VERSION


def test_the_changelog_begins_with_it():
    sections = re.findall(r"^## \[(\S+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] in ("Unreleased", VERSION)
    assert VERSION in sections
