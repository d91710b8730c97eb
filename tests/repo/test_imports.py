"""What the import contracts of pyproject.toml cannot say: when SDKs load, who reads the environment, how modules are called."""

import ast
import subprocess
import sys

import pytest

from local.checkout import ROOT
from tests.builders.sources import imports, modules

SDKS = ("azure.storage", "azure.identity", "openai")


def _is(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def test_triggers_know_the_bootstrap_and_names_alone():
    allowed = (
        "azure.functions",
        "typing",
        "functions",
        "shared.bootstrap",
        "shared.contracts",
        "shared.names",
        "shared.settings",
    )
    entries = [entry for path in modules("functions/") for entry in imports(path) if entry.module != "shared"]
    assert [str(entry) for entry in entries if not _is(entry.module, *allowed)] == []


def test_sdks_are_imported_only_when_used():
    entries = [entry for path in modules("shared/") for entry in imports(path) if _is(entry.module, *SDKS)]
    assert entries
    assert [str(entry) for entry in entries if entry.at_top] == []


def test_the_environment_is_read_in_one_place():
    readers = [
        path
        for path in modules("shared/", "functions/")
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert {str(path) for path in readers} <= {"shared/settings.py"}


def test_loading_the_app_loads_no_sdk():
    code = (
        "import sys, function_app;"
        "print(sorted(m for m in ('openai', 'azure.storage.blob', 'azure.storage.queue', 'azure.identity', 'aiohttp')"
        " if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "processor", "misc"])
def test_no_module_has_a_name_that_says_nothing(word: str):
    assert [
        str(path)
        for path in modules("shared/", "functions/", "cli/", "local/", "testing/")
        if word in path.stem.split("_")
    ] == []
