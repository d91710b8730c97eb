"""An error has one status wherever it comes from, and each code a page that explains it."""

from __future__ import annotations

import pytest

from shared.errors import (
    BadRequestError,
    ConfigurationError,
    ConflictError,
    PermanentError,
    PlansmithError,
    ThrottledError,
    TransientError,
)
from shared.http.answers import Answer
from shared.http.problem_types import PROBLEMS
from shared.http.problems_of import _OF_CODE, status_of, with_problems
from shared.http.routes import Routes
from tests.builders.answers import assert_problem
from tests.builders.pipeline import Pipeline


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequestError("x", code="bad_request"), 400),
        (BadRequestError("x", code="unknown_run"), 404),
        (PermanentError("x", code="unknown_run"), 404),
        (BadRequestError("x", code="row_changed"), 409),
        (ConflictError("x"), 409),
        (ThrottledError("x"), 503),
        (PermanentError("x", code="unreadable"), 500),
        (ConfigurationError("x", code="unauthorized"), 500),
    ],
)
def test_an_error_has_the_status_of_its_code_else_of_its_class(error: PlansmithError, status: int) -> None:
    assert status_of(error) == status


def test_every_code_with_a_status_is_explained() -> None:
    assert set(_OF_CODE) <= set(PROBLEMS)


async def test_a_problem_is_told_though_its_details_cannot_be_read() -> None:
    class Away(Routes):
        async def beside(self, error: PlansmithError, *asked: object) -> dict[str, object]:
            raise TransientError("storage is away", code="storage")

        @with_problems
        async def decide(self) -> Answer:
            raise BadRequestError("the row has changed", code="row_changed")

    assert_problem(await Away(Pipeline().app.deps).decide(), 409, "row_changed")
