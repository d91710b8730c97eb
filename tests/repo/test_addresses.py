"""No committed file names a registry: the machine's own configuration of pip and npm decides."""

import json
import re

import pytest

from local.checkout import ROOT
from tests.builders.sources import committed

# In pieces, so that this file passes its own test.
HOSTS = re.compile(
    "|".join(["registry\\." + "npmjs", "pypi\\." + "org", "pythonhosted\\." + "org", "--index" + "-url"])
)


def test_no_file_names_a_registry():
    found = []
    for path in committed():
        text = (ROOT / path).read_bytes().decode(errors="replace")
        found += [f"{path}: {match.group()}" for match in HOSTS.finditer(text)]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_hold_pins_and_hashes_alone(name: str):
    lines = (ROOT / name).read_text().splitlines()
    pattern = re.compile(r"[a-z0-9-]+==[^\s;]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if not pattern.fullmatch(line)] == []


def test_npms_lock_holds_versions_and_hashes_but_no_address():
    packages = json.loads((ROOT / "local/package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
