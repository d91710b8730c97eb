"""The documents tell what is there: commands, flags, targets, settings, queues, steps, routes."""

import ast
import re

import click
import pytest

from cli import exit_codes
from cli.main import cli
from local.app_environment import DEFAULTS
from local.checkout import ROOT
from local.docs import commands as command_docs
from local.docs.pages import DOCS, PAGES
from shared import names
from tests.builders.sources import committed, modules

README = (ROOT / "README.md").read_text()
PIPELINE = (ROOT / "docs/pipeline.md").read_text()
DOCUMENTS = "\n".join(
    (ROOT / path).read_text() for path in committed(".md") if str(path).startswith(("README", "docs/"))
)


COMMANDS = dict(command_docs.commands(cli))
FLAGS = [
    (name, option.opts[0])
    for name, command in COMMANDS.items()
    for option in command.params
    if isinstance(option, click.Option) and not option.hidden
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str):
    assert f"`{name}" in README


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_written_from_the_code_says_what_the_code_says(name: str):
    assert (DOCS / name).read_text() == PAGES[name](), "run: python -m local.docs"


def test_every_contract_is_on_the_page_of_contracts():
    page = PAGES["contracts.md"]()
    schemas = (ROOT / "shared/contracts").glob("*.schema.json")
    assert [path.name for path in schemas if path.name not in page] == []


@pytest.mark.parametrize(("name", "flag"), FLAGS)
def test_every_flag_is_on_the_page_of_commands(name: str, flag: str):
    section = command_docs.page().partition(f"### {name}\n")[2].partition("\n### ")[0]
    assert f"`{flag}`" in section


def test_every_exit_status_is_on_the_page_of_commands():
    named = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert named == set(exit_codes.MEANINGS)
    assert all(f"| {status} | " in command_docs.page() for status in named)


def test_every_flag_in_a_row_exists():
    known = {flag for _, flag in FLAGS}
    rows = [line for line in README.splitlines() if line.startswith("| `plansmith ")]
    assert {flag for row in rows for flag in re.findall(r"--[a-z][a-z-]+", row)} - known == set()


@pytest.mark.parametrize("command", [command for _, command in COMMANDS.items()], ids=list(COMMANDS))
def test_every_command_and_flag_has_help(command: click.Command):
    assert command.help
    assert [
        option.name for option in command.params if isinstance(option, click.Option) and not option.help
    ] == []


def test_the_make_targets_of_the_readme_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    told = set(re.findall(r"`make ([a-z]+)`", README))
    assert told == targets


def _settings() -> set[str]:
    tree = ast.parse((ROOT / "shared/settings.py").read_text())
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text)}
    for path in modules("functions/"):
        found |= set(re.findall(r"%([A-Z_]+)%", (ROOT / path).read_text()))
    return found


def test_every_setting_of_the_readme_is_one_of_the_app():
    section = README.partition("\n## Settings\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", section))
    assert told
    assert told - _settings() == set()


def test_the_local_defaults_set_what_the_app_reads():
    assert set(DEFAULTS) - _settings() == {"FUNCTIONS_WORKER_RUNTIME"}


@pytest.mark.parametrize("queue", [*names.WORK_QUEUES, names.RUN_EVENTS])
def test_every_queue_is_in_the_documents(queue: str):
    assert f"`{queue}`" in PIPELINE


def test_every_step_has_its_row_and_its_trigger():
    steps = {
        path.stem
        for path in modules("shared/steps/")
        if f"async def {path.stem}(" in (ROOT / path).read_text()
    }
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", PIPELINE, re.MULTILINE))
    assert steps - rows == set()
    triggers = {path.stem for path in modules("functions/")} - {
        "__init__",
        "http_api",
        "http_pages",
        "http_review",
    }
    assert triggers - rows == set()
    assert {row for row in rows if not (ROOT / f"functions/{row}.py").exists()} == set()


def test_every_link_in_the_documents_leads_somewhere():
    broken = []
    for path in committed(".md"):
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / path).read_text()):
            if not (ROOT / path.parent / target).exists():
                broken.append(f"{path}: {target}")
    assert broken == []
