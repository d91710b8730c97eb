"""Rows of the form that the service accepts, and tasks as people write them, pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.dataset_rows import RowChecker
from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.catalog_words import api_ids
from shared.plan.task_text import task_findings
from shared.plan.validate import PlanValidator
from tests.builders.beside import PUBLIC, REFERENCE, present
from tests.builders.catalogs import OWN

OWN_ROWS = Path(__file__).parents[1] / "data" / "rows"
FORMATS = REFERENCE / "formats"
FILES = [
    OWN_ROWS / "tool_calls.jsonl",
    OWN_ROWS / "conversations.jsonl",
    *present(FORMATS / "azure_toolcall_rows.jsonl", FORMATS / "azure_toolcall_conversations.jsonl"),
]
# Tasks as people write them, beside the catalog that they are about.
TASKS = {OWN_ROWS / "tasks_library.json": OWN / "openapi" / "library_31.yaml"} | {
    REFERENCE / "plans" / "restbench" / f"{name}.json": PUBLIC / "openapi" / f"restbench_{name}.json"
    for name in ("spotify", "tmdb")
}


def catalog_of(rows: list[dict[str, Any]]) -> Catalog:
    """The rows' own tools as a catalog."""
    functions = {tool["function"]["name"]: tool["function"] for row in rows for tool in row["tools"]}
    return Catalog("tools", apis=tuple(_api(function) for function in functions.values()))


def _api(function: dict[str, Any]) -> Api:
    given = function["parameters"]
    parameters = (
        Parameter(
            name,
            "body",
            schema.get("type", "any"),
            name in given.get("required", []),
            tuple(schema.get("enum", ())),
            schema=schema,
        )
        for name, schema in given.get("properties", {}).items()
    )
    return Api(function["name"], function.get("description", ""), parameters=tuple(parameters))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rows_of_the_services_form_have_no_findings(file: Path) -> None:
    lines = file.read_bytes().splitlines()
    checker = RowChecker(PlanValidator(catalog_of([json.loads(line) for line in lines])))
    assert [finding for line in lines for finding in checker.line_findings(line)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_call_to_a_tool_that_the_catalog_lacks_is_found(file: Path) -> None:
    lines = file.read_bytes().splitlines()
    whole = catalog_of([json.loads(line) for line in lines])
    called = {
        c["function"]["name"]
        for line in lines
        for m in json.loads(line)["messages"]
        for c in m.get("tool_calls", ())
    }
    smaller = Catalog("tools", apis=tuple(api for api in whole.apis if api.name != min(called)))
    checker = RowChecker(PlanValidator(smaller))
    assert "unknown_api" in {finding["code"] for line in lines for finding in checker.line_findings(line)}


@pytest.mark.parametrize("file", present(*TASKS), ids=lambda file: file.stem)
def test_tasks_as_people_write_them_are_tasks(file: Path) -> None:
    document = TASKS[file]
    catalog = ingest([Document(document.name, document.read_bytes())])
    ids = api_ids(catalog.apis)
    tasks = [row["query"] for row in json.loads(file.read_text(encoding="utf-8"))]
    assert [(task, finding) for task in tasks for finding in task_findings(task, ids)] == []
