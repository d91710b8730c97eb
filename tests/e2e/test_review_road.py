"""From a published run over review and revision to a student trained on it, on the real stack over HTTP."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cli.api_error import ApiError
from tests.builders.catalogs import OWN
from tests.builders.reviews import on, own_example, with_api
from tests.builders.stack import RunningStack


def test_a_run_is_reviewed_published_again_and_trained_on(stack: RunningStack) -> None:
    client = stack.client
    run = client.start_run([OWN / "postman" / "meetings.json"], {"samples": 60})["run_id"]
    stack.wait_for_run(run, "published")
    route = f"runs/{run}"
    rows = client.call("GET", f"{route}/rows", params={"status": "accepted"})["rows"]
    one, two, three = (client.call("GET", f"{route}/rows/{row['index']}") for row in rows[:3])

    def decide(*decisions: dict[str, Any]) -> dict[str, Any]:
        body = {"author": "Ines", "decisions": list(decisions)}
        return client.call("POST", f"{route}/decisions", json=body)

    with pytest.raises(ApiError) as refused:
        decide(on(one, "edit", plan=with_api(one["record"], "launch_rocket")))
    assert (refused.value.status, refused.value.code) == (422, "invalid_row")
    edit = on(one, "edit", task=f"{one['record']['task_nl']} Please.")
    decide(edit, on(two, "reject"), on(three, "approve"))
    with pytest.raises(ApiError) as late:
        decide(on(one, "approve"))
    assert (late.value.status, late.value.code) == (409, "row_changed")
    lines = orjson.dumps(own_example(three["record"], "For my aunt in the country, and soon:"))
    headers = {"content-type": "application/jsonl"}
    added = client.call("POST", f"{route}/examples", content=lines, headers=headers)
    assert added["rows"][0]["source"] == "human"
    client.call("POST", f"{route}/revisions", json={"note": "first look"})
    stack.wait(lambda: client.call("GET", f"{route}/revisions/1")["status"] == "published", "the revision")
    manifest = orjson.loads(stack.file(run, "revisions/1/manifest.json"))
    assert manifest["revision"]["changes"] == {"approved": 1, "rejected": 1, "edited": 1, "own": 1}
    sources = {record["metadata"]["source"] for record in stack.rows(run, "revisions/1/dataset.jsonl")}
    assert sources == {"synthetic", "mixed", "human"}
    options = {"samples": 12, "top_up": False, "examples_from": f"{run}@1"}
    later = client.start_run([OWN / "postman" / "meetings.json"], options)["run_id"]
    stack.wait_for_run(later, "published")
    good = {
        row["task"] for row in client.call("GET", f"{route}/rows", params={"verdict": "approved"})["rows"]
    }
    assert good and not good & {record["task_nl"] for record in stack.rows(later, "dataset.jsonl")}
    client.finetune(run, {"revision": 1, "n_epochs": 1, "evaluate": {"enabled": True, "arms": ["student"]}})
    view = stack.wait_for_run(run, "complete", within_s=120)
    assert view["finetune"]["revision"] == 1
    train = view["finetune"]["files"]["train"]
    assert train["path"] == "revisions/1/sft/train.jsonl"
    assert train["rows"] == manifest["split"]["train"]
    assert view["evaluation"]["tasks"] == manifest["split"]["test"]
