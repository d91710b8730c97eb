"""Requests that schemathesis draws from the OpenAPI document: no server error, and no answer that the document lacks.

`SCHEMATHESIS_EXAMPLES` says how many are drawn for each operation.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from functools import cache

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.bootstrap import App
from shared.http.openapi import document
from tests.builders.pipeline import Pipeline
from tests.builders.served import NO_ROUTE, serving

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))
RUN = "shop-0123456789"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = document()
OPERATIONS = sorted((path, method) for path, operations in DOCUMENT["paths"].items() for method in operations)


@cache
def _drawn() -> BaseSchema:
    return schemathesis.openapi.from_dict(DOCUMENT)


async def _app() -> App:
    """An app with one finished run."""
    pipeline = Pipeline()
    await pipeline.start(samples=3, run_id=RUN)
    await pipeline.drain()
    return pipeline.app


def _calls(path: str, method: str, url: str) -> None:
    """Draw requests of one operation, half of them about the run that is there, and check every answer."""
    operation = _drawn()[path][method.upper()]
    about_the_run = itertools.cycle([True, False])

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def call(case: Case) -> None:
        if "run" in case.path_parameters and next(about_the_run):
            case.path_parameters["run"] = RUN
        answer = case.call(base_url=f"{url}/api")
        if NO_ROUTE not in {name.lower() for name in answer.headers}:
            case.validate_response(answer, checks=CHECKS)

    call()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
async def test_every_answer_is_one_that_the_document_knows(
    path: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(await _app(), monkeypatch) as served:
        await asyncio.to_thread(_calls, path, method, served.url)
