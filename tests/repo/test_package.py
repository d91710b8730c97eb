"""What is deployed: the app's own files, all of them, and nothing else."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local.checkout import ROOT
from local.setup import wheels
from local.setup.package import deployed_files
from tests.builders.sources import committed

ALL = {path.relative_to(ROOT) for path in deployed_files(ROOT)}
# The installed packages are there or not, as the checkout was last used.
SHIPPED = {path for path in ALL if path.parts[0] != wheels.FOLDER.parts[0]}
TOP_LEVEL = {"function_app.py", "functions", "host.json", "requirements.txt", "shared"}

# Names that the app itself must not ship, but a package of it may have.
OF_PACKAGES = (
    "infra/x.py",
    "tests/x.py",
    "docs/x.md",
    "local/x.py",
    "dist/x.py",
    "LICENSE",
    "README.md",
    "out/x.so",
)
STRANGERS = (
    ".devcontainer/devcontainer.json",
    ".pre-commit-config.yaml",
    "a-folder-made-tomorrow/x.py",
    ".azure/dev/.env",
    ".env",
    ".venv/lib/python3.13/site-packages/x.py",
    "__pycache__/function_app.cpython-313.pyc",
    "local.settings.json",
    "cli/main.py",
    "out/run/dataset.jsonl",
    "shared/__pycache__/names.cpython-313.pyc",
    "tests/unit/test_names.py",
)


def test_only_these_are_at_the_top():
    assert {path.parts[0] for path in SHIPPED} == TOP_LEVEL


def test_every_committed_file_of_the_app_is_shipped_and_no_other():
    wanted = {path for path in committed() if path.parts[0] in TOP_LEVEL}
    assert wanted == SHIPPED


def test_only_kinds_of_files_that_the_app_reads_are_shipped():
    assert {path.suffix for path in SHIPPED} <= {
        ".py",
        ".json",
        ".html",
        ".css",
        ".jinja",
        ".js",
        ".svg",
        ".txt",
    }


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_lies_about_in_a_checkout_is_left_out(stranger: str, tmp_path: Path):
    shutil.copy(ROOT / ".funcignore", tmp_path)
    for name in ("function_app.py", stranger):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in deployed_files(tmp_path)] == ["function_app.py"]


@pytest.mark.parametrize("name", OF_PACKAGES)
def test_nothing_of_an_installed_package_is_left_out_but_bytecode(name: str, tmp_path: Path):
    shutil.copy(ROOT / ".funcignore", tmp_path)
    place = tmp_path / wheels.FOLDER / "some_package"
    for each in (name, "__pycache__/x.cpython-313.pyc"):
        (place / each).parent.mkdir(parents=True, exist_ok=True)
        (place / each).touch()
    assert list(deployed_files(tmp_path)) == [place / name]


def test_azd_installs_the_packages_before_it_packages_and_the_platform_builds_nothing():
    service = yaml.safe_load((ROOT / "azure.yaml").read_text())["services"]["plansmith"]
    assert service["remoteBuild"] is False
    runs = {system: hook["run"] for system, hook in service["hooks"]["prepackage"].items()}
    assert runs == {
        "posix": "python3 -m local.setup.wheels",
        "windows": "py -3 -m local.setup.wheels",
    }


def test_the_hook_needs_nothing_but_python():
    """azd calls it with whatever Python 3 the machine has, before anything is set up."""
    code = "import sys; import local.setup.wheels; print(sorted({n.partition('.')[0] for n in sys.modules} - sys.stdlib_module_names))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(json.loads(done.stdout.replace("'", '"'))) <= {"__main__", "local"}
    tree = ast.parse((ROOT / "local/setup/wheels.py").read_text(), feature_version=(3, 9))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Match)]


def test_pip_is_asked_for_the_same_wheels_as_uv():
    command = " ".join(wheels.pip_command())
    for option in (
        "--platform manylinux_2_28_x86_64",
        "--python-version 3.13",
        "--abi cp313",
        "--only-binary :all:",
    ):
        assert option in command
