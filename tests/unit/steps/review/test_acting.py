"""An act is decided on exactly what stands before it, and is in the log once."""

from __future__ import annotations

from typing import Any

import pytest

from shared.dataset.review.decisions import APPROVED, Decision
from shared.dataset.review.state import Review
from shared.errors import BadRequestError, ConflictError, TransientError
from shared.runs import paths
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.acting import Done, Who, act
from tests.builders.pipeline import Pipeline


async def _none(review: Review, plan: RunPlan) -> tuple[list[Decision], dict[str, Any]]:
    return [Decision(len(review.acts), "shop-x", APPROVED, "a", "a")], {"before": len(review.acts)}


async def _decide(run: str, deps: Deps, key: str | None = None, body: Any = None) -> Done:
    return await act(run, "decide", Who("Ines", key), body, _none, deps)


class _Crowded:
    """A log in which somebody else always is quicker; `own` lines land all the same, their answers get lost."""

    def __init__(self, log: Any, *, own: bool) -> None:
        self._log, self._own = log, own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append_at(self, path: str, line: bytes, *, offset: int) -> None:
        if self._own:
            await self._log.append_at(path, line, offset=offset)
        raise ConflictError("somebody was quicker", code="changed")


async def _started() -> tuple[Pipeline, str]:
    pipeline = Pipeline()
    return pipeline, await pipeline.start(samples=3)


async def test_a_line_whose_answer_got_lost_is_found() -> None:
    pipeline, run = await _started()
    log = _Crowded(pipeline.app.deps.log, own=True)
    done = await _decide(run, pipeline.new_process(log=log).deps, "k")
    assert done.repeated
    assert (await pipeline.app.deps.log.read(paths.reviews(run))).count(b"\n") == 1


async def test_who_is_never_quick_enough_is_asked_to_try_again() -> None:
    pipeline, run = await _started()
    log = _Crowded(pipeline.app.deps.log, own=False)
    with pytest.raises(TransientError):
        await _decide(run, pipeline.new_process(log=log).deps)


async def test_a_key_is_for_one_request() -> None:
    pipeline, run = await _started()
    deps = pipeline.app.deps
    first = await _decide(run, deps, "k", {"a": 1})
    assert (await _decide(run, deps, "k", {"a": 1})).entry == first.entry
    with pytest.raises(BadRequestError) as caught:
        await _decide(run, deps, "k", {"a": 2})
    assert caught.value.code == "key_reused"
    assert (await _decide(run, deps, None, {"a": 2})).more == {"before": 1}


@pytest.mark.parametrize("name", [7, "", " ", "x" * 81, ["a"]])
def test_an_author_is_a_name(name: Any) -> None:
    if name == "":
        assert Who.of(None, name, None).author == "anonymous"
        return
    with pytest.raises(BadRequestError):
        Who.of(None, name, None)


def test_a_name_stands_on_one_line() -> None:
    assert Who.of(None, " Ines\n Lee ", None).author == "Ines Lee"
    assert Who.of("ines@example.com", "Olu", None).author == "ines@example.com"
    with pytest.raises(BadRequestError):
        Who.of(None, "Ines", "k" * 201)
