"""Odd services on the real stack: the emulator misbehaves by its switches, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from cli.api_error import ApiError
from testing.harness import Measured, measured_stack

PLAIN: dict[str, Any] = {
    "answers_left": -1,
    "answer_shape": "completion",
    "content_shape": "text",
    "usage_shape": "whole",
    "odd_share": 1.0,
    "refused_fields": [],
    "error_shape": "object",
    "reasoning_tokens": 0,
    "slots": 0,
    "latency_s": 0.0,
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Measured]:
    with measured_stack(warm=False) as running:
        yield running


@pytest.fixture(autouse=True)
def plain(stack: Measured) -> None:
    stack.switch(**PLAIN)


def until(what: Callable[[], Any], within_s: float = 90) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def ended(stack: Measured, run: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        view = stack.client.run(run)
        return view if view["status"] in ("published", "failed", "cancelled") else None

    return dict(until(look))


def manifest(stack: Measured, run: str) -> dict[str, Any]:
    data = stack._datasets.download_blob(f"{run}/manifest.json").readall()
    return dict(orjson.loads(data))


def test_a_quota_that_ends_pauses_the_run_and_a_resume_pays_nothing_twice(stack: Measured) -> None:
    stack.switch(answers_left=15)
    run = stack.start(60, seed=101, judge_sample=0)
    until(lambda: stack.client.run(run)["status"] == "paused")
    view = stack.client.run(run)
    assert view["waiting"]["what"] == "paused"
    assert view["waiting"]["last_error"]["code"] == "insufficient_quota"
    until(lambda: stack.client.run(run)["counts"]["accepted"] == 15)
    stack.switch(answers_left=-1)
    stack.client.change(run, "resume")
    assert ended(stack, run)["counts"]["accepted"] == 60
    assert stack.state()["statuses"]["200"] == 45


def test_a_service_that_takes_hardly_a_field_is_learnt(stack: Measured) -> None:
    stack.switch(
        refused_fields=["seed", "prompt_cache_key", "max_completion_tokens"],
        refused_fields_status=422,
        error_shape="detail_list",
    )
    run = stack.start(30, seed=102)
    assert ended(stack, run)["counts"]["accepted"] >= 28
    assert manifest(stack, run)["fields_refused"] == ["max_completion_tokens", "prompt_cache_key", "seed"]


@pytest.mark.parametrize("shape", ["parts", "reasoning_content", "think"])
def test_an_answer_is_read_wherever_it_stands(stack: Measured, shape: str) -> None:
    stack.switch(content_shape=shape)
    assert ended(stack, stack.start(12, seed=103))["counts"]["accepted"] >= 11


def test_what_is_not_counted_is_estimated_and_marked_and_never_free(stack: Measured) -> None:
    stack.switch(usage_shape="missing", served_model="gpt-4.1-2025-04-14")
    run = stack.start(12, seed=104, max_cost_usd=50)
    view = ended(stack, run)
    stack.switch(served_model="")
    assert view["tokens"]["estimated"] is True
    assert view["cost_usd"] > 0
    state = stack.state()
    assert manifest(stack, run)["tokens"]["estimated"] is True
    assert state["chat_calls"] == 0  # the switch put the counters to zero


def test_paid_answers_that_cannot_be_read_are_bounded_and_told(stack: Measured) -> None:
    stack.switch(answer_shape="no_choices")
    run = stack.start(8, seed=105, judge_sample=0)
    view = ended(stack, run)
    assert (view["status"], view["error"]["code"]) == ("failed", "no_choice")
    assert stack.state()["statuses"]["200"] == 8 * 3
    assert manifest(stack, run)["attempts"]["by_result"] == {"no_choice": 24}
    assert view["tokens"]["total"] == sum(
        stack.state()[kind] for kind in ("prompt_tokens", "completion_tokens")
    )


def test_a_run_that_has_failed_says_so_and_can_be_asked_for_again(stack: Measured) -> None:
    stack.switch(answers_left=0, refusal_status=403, refusal_code="forbidden", refusal_message="no role")
    body = {"catalog": _uploaded(stack), "options": {"samples": 6, "seed": 106, "top_up": False}}
    run = stack.client.call("POST", "runs", json=body)["run_id"]
    assert ended(stack, run)["error"]["code"] == "forbidden"
    assert stack.state()["chat_calls"] <= 5
    stack.switch(answers_left=-1)
    with pytest.raises(ApiError, match="again") as caught:
        stack.client.call("POST", "runs", json=body)
    assert caught.value.status == 409
    other = stack.client.call("POST", "runs", json={**body, "again": True})["run_id"]
    assert other != run
    assert ended(stack, other)["status"] == "published"


def _uploaded(stack: Measured) -> str:
    from azure.storage.blob import BlobServiceClient

    from testing.harness import CATALOG

    assert stack.stack._azurite is not None
    service = BlobServiceClient.from_connection_string(stack.stack._azurite.connection_string)
    service.get_blob_client("catalogs", "again.yaml").upload_blob(
        CATALOG.read_bytes(), metadata={"start": "false"}, overwrite=True
    )
    return "catalogs/again.yaml"
