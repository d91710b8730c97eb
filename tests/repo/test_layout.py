"""Imports run one way: functions, bootstrap, steps and adapters, ports, pure packages."""

import ast
import subprocess
import sys

import pytest

from local.checkout import ROOT
from tests.builders.sources import Import, imports, modules

PURE = (
    "shared/scrub/",
    "shared/catalog/",
    "shared/curriculum/",
    "shared/plan/",
    "shared/dataset/",
    "shared/finetune/",
    "shared/report/",
    "shared/contracts/",
)
SDKS = ("azure", "openai", "aiohttp", "httpx2")


def _is(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _wrong(folders: tuple[str, ...], *forbidden: str) -> list[str]:
    found = [entry for path in modules(*folders) for entry in imports(path) if _is(entry.module, *forbidden)]
    return [str(entry) for entry in found]


def test_pure_packages_know_nothing_of_the_outside():
    outside = ("shared.ports", "shared.steps", "shared.adapters", "shared.bootstrap", "shared.settings")
    assert _wrong(PURE, *outside, "functions", "local", *SDKS) == []


def test_the_teacher_talks_to_a_port():
    outside = ("shared.steps", "shared.adapters", "shared.bootstrap", "shared.settings")
    assert _wrong(("shared/teacher/", "shared/pacing/"), *outside, "functions", "local", *SDKS) == []


def test_steps_get_their_dependencies_and_choose_none():
    assert (
        _wrong(("shared/steps/",), "shared.adapters", "shared.bootstrap", "functions", "local", *SDKS) == []
    )


def test_ports_depend_on_pure_packages_alone():
    assert _wrong(("shared/ports/",), "shared.steps", "shared.adapters", "shared.bootstrap", *SDKS) == []


def test_adapters_know_no_step():
    assert _wrong(("shared/adapters/",), "shared.steps", "shared.bootstrap", "functions", "local") == []


def test_the_deployed_app_knows_nothing_of_ones_own_machine():
    assert _wrong(("shared/", "functions/", "function_app.py"), "local", "tests", "benchmarks") == []
    assert _wrong(("shared/",), "functions", "function_app") == []


def test_triggers_know_the_bootstrap_and_names_alone():
    allowed = ("azure.functions", "typing", "shared.bootstrap", "shared.names", "shared.settings")
    entries = [entry for path in modules("functions/") for entry in imports(path) if entry.module != "shared"]
    assert [str(entry) for entry in entries if not _is(entry.module, *allowed)] == []


def test_sdks_are_imported_by_adapters_alone_and_only_when_used():
    entries = [entry for path in modules("shared/") for entry in imports(path) if _is(entry.module, *SDKS)]
    assert [str(entry) for entry in entries if not str(entry.file).startswith("shared/adapters/")] == []
    outside: list[Import] = [entry for entry in entries if entry.at_top]
    assert [
        str(entry) for entry in outside if _is(entry.module, "azure.storage", "azure.identity", "openai")
    ] == []


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
        str(path) for path in modules("shared/", "functions/", "local/") if word in path.stem.split("_")
    ] == []
