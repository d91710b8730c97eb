"""Rows that the service accepted, and tasks that people wrote, pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.dataset_rows import RowChecker
from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.task_text import api_ids, task_findings
from shared.plan.validate import PlanValidator

SHARED = Path(__file__).parents[2] / ".." / "shared"
FORMATS = SHARED / "reference" / "formats"
GOLD = SHARED / "reference" / "plans" / "restbench"


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


def files() -> Iterator[Any]:
    for name in ("azure_toolcall_rows.jsonl", "azure_toolcall_conversations.jsonl"):
        missing = pytest.mark.skipif(not (FORMATS / name).exists(), reason="the reference rows are not here")
        yield pytest.param(FORMATS / name, id=name, marks=missing)


@pytest.mark.parametrize("file", list(files()))
def test_rows_that_the_service_accepted_have_no_findings(file: Path) -> None:
    lines = file.read_bytes().splitlines()
    checker = RowChecker(PlanValidator(catalog_of([json.loads(line) for line in lines])))
    assert [finding for line in lines for finding in checker.line_findings(line)] == []


@pytest.mark.parametrize("file", list(files()))
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


@pytest.mark.parametrize("name", ["spotify", "tmdb"])
def test_tasks_that_people_wrote_are_tasks(name: str) -> None:
    if not (GOLD / f"{name}.json").exists():
        pytest.skip("the gold plans are not here")
    document = SHARED / "catalogs" / "openapi" / f"restbench_{name}.json"
    catalog = ingest([Document(document.name, document.read_bytes())])
    ids = api_ids(catalog.apis)
    tasks = [row["query"] for row in json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))]
    assert [(task, finding) for task in tasks for finding in task_findings(task, ids)] == []
