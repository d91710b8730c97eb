"""From a catalog in Blob storage to a published dataset and a finished fine-tune, on the real stack."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import httpx2
import orjson
import pytest
from jsonschema import Draft202012Validator

from cli.api_error import ApiError
from shared import names
from shared.catalog.ingest import Document, ingest
from shared.contracts import schema
from shared.plan.validate import PlanValidator
from tests.builders.catalogs import OWN
from tests.builders.stack import HUB, RunningStack

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def _assert_dataset_holds(stack: RunningStack, run: str, catalog_file: Path) -> None:
    catalog = ingest([Document(catalog_file.name, catalog_file.read_bytes())])
    validator, record_schema = PlanValidator(catalog), Draft202012Validator(schema("record"))
    records = stack.rows(run, "dataset.jsonl")
    for record in records:
        record_schema.validate(record)
        assert validator.errors(record) == []
    plans = {orjson.dumps(record["plan"], option=orjson.OPT_SORT_KEYS) for record in records}
    sides = [stack.rows(run, f"sft/{side}.jsonl") for side in ("train", "validation", "test")]
    for row in (row for side in sides for row in side):
        answer = orjson.loads(row["messages"][-1]["content"])
        assert orjson.dumps(answer, option=orjson.OPT_SORT_KEYS) in plans
    train, validation, test = ({row["messages"][-2]["content"] for row in side} for side in sides)
    assert train and not train & validation and not test & (train | validation)


def _assert_manifest_holds(stack: RunningStack, run: str, planned: int) -> None:
    manifest = orjson.loads(stack.file(run, "manifest.json"))
    Draft202012Validator(schema("manifest")).validate(manifest)
    counts = manifest["counts"]
    assert counts["accepted"] + counts["rejected"] == planned
    for entry in manifest["files"]:
        data = stack.file(run, entry["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])


@pytest.mark.parametrize(("name", "apis"), [("meetings.json", 12), ("terminal.json", 9)])
def test_a_collection_becomes_a_dataset(stack: RunningStack, name: str, apis: int) -> None:
    path = OWN / "postman" / name
    started = stack.client.start_run([path], {"samples": 40})
    run = started["run_id"]
    view = stack.wait_for_run(run, "published")
    coverage = orjson.loads(stack.file(run, "coverage.json"))
    assert coverage["operations"]["total"] == apis
    assert view["counts"]["accepted"] == 40
    _assert_manifest_holds(stack, run, view["counts"]["total"])
    _assert_dataset_holds(stack, run, path)


def test_an_upload_ends_in_a_finished_fine_tune(stack: RunningStack) -> None:
    options = {"samples": 40, "finetune": {"enabled": True, "n_epochs": 2, "evaluate": {"enabled": True}}}
    stack.upload("fine.json", HUB.read_bytes(), options=orjson.dumps(options).decode())
    view = stack.wait_for_run("fine-", "complete", within_s=120)
    run = view["run_id"]
    _assert_dataset_holds(stack, run, HUB)
    paths = {file["path"] for file in view["files"]}
    assert {
        "finetune/job.json",
        "finetune/events.jsonl",
        "finetune/metrics.csv",
        "finetune/checkpoints.json",
        "evaluation.json",
        "evaluation/tasks.jsonl",
        "report.html",
    } <= paths
    header, *rows = stack.file(run, "finetune/metrics.csv").decode().splitlines()
    losses = [float(row.split(",")[header.split(",").index("train_loss")]) for row in rows]
    assert losses[-1] < losses[0]
    assert view["finetune"]["fine_tuned_model"]
    arms = {part["arm"]: part for part in view["evaluation"]["arms"]}
    assert list(arms) == ["student", "base", "base_with_catalog", "teacher_with_catalog"]
    assert arms["teacher_with_catalog"]["metrics"]["exact_plan"]["value"] > 0.5
    assert view["evaluation"]["verdict"].startswith(
        f"On {view['evaluation']['tasks']} unseen tasks the student "
    )


def test_the_same_upload_delivered_many_times_is_one_run(stack: RunningStack) -> None:
    stack.upload("repeat.json", HUB.read_bytes(), samples="3")
    run = stack.wait_for_run("repeat-", "published")["run_id"]
    event = orjson.loads(orjson.dumps(schema(names.CATALOG_EVENTS)["examples"][0]))
    event["subject"] = f"/blobServices/default/containers/{names.CATALOGS}/blobs/repeat.json"
    event["data"]["url"] = "https://st.blob.core.windows.net/catalogs/repeat.json"
    for _ in range(5):
        stack.send(names.CATALOG_EVENTS, event)
    stack.send(names.RUN_REQUESTS, {"catalog": "catalogs/repeat.json", "options": {"samples": 2}})
    stack.wait(
        lambda: len([r for r in stack.runs() if r["run_id"].startswith("repeat-")]) == 2, "a second run"
    )
    stack.wait_for_run("repeat-", "published")
    assert len(stack.outcomes(run)) == 3


def test_uploading_again_is_a_new_run(stack: RunningStack) -> None:
    stack.upload("again.json", HUB.read_bytes(), samples="2")
    first = stack.wait_for_run("again-", "published")["run_id"]
    stack.upload("again.json", HUB.read_bytes(), samples="2")
    stack.wait(lambda: (stack.run_named("again-") or {})["run_id"] != first, "another run")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty", b"", "empty"),
        ("text", b"hello there", ""),
        ("no-apis", b'{"some": "json"}', ""),
        ("picture", b"\x89PNG\r\n\x1a\n" + bytes(64), ""),
        ("nothing-in-it", b'{"apis": []}', "no_operations"),
    ],
)
def test_a_bad_upload_is_a_failed_run_that_says_why(
    stack: RunningStack, name: str, data: bytes, code: str
) -> None:
    stack.upload(f"{name}.json", data)
    view = stack.wait_for_run(f"{name}-", "failed")
    assert view["error"]["message"]
    assert code in ("", view["error"]["code"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("this is no json", "not_json"),
        ('{"catalog": "catalogs/none.json"}', "no_such_catalog"),
        ('{"catalog": "catalogs/../runs/x"}', "bad_path"),
        ('{"catalogue": "catalogs/x.json"}', "bad_message"),
    ],
)
def test_a_bad_message_is_kept_with_the_reason(stack: RunningStack, body: str, code: str) -> None:
    stack.send(names.RUN_REQUESTS, body)
    stack.wait(lambda: [p for p in stack.poison() if p["code"] == code], f"a note of {code}")


def test_an_unknown_option_is_refused_by_name_and_the_next_run_is_not_disturbed(stack: RunningStack) -> None:
    stack.upload("options.json", HUB.read_bytes(), start="false")
    stack.send(names.RUN_REQUESTS, {"catalog": "catalogs/options.json", "options": {"sampels": 3}})
    view = stack.wait_for_run("options-", "failed")
    assert "did you mean 'samples'" in view["error"]["message"]
    stack.upload("undisturbed.json", HUB.read_bytes(), start="false")
    stack.send(names.RUN_REQUESTS, {"catalog": "catalogs/undisturbed.json", "options": {"samples": 3}})
    stack.wait_for_run("undisturbed-", "published")


def test_a_base64_message_is_accepted_all_the_same(stack: RunningStack) -> None:
    stack.upload("encoded.json", HUB.read_bytes(), start="false")
    body = base64.b64encode(b'{"catalog": "catalogs/encoded.json", "options": {"samples": 2}}')
    stack.send(names.RUN_REQUESTS, body)
    stack.wait_for_run("encoded-", "published")


def test_a_run_survives_the_death_of_its_host(stack: RunningStack) -> None:
    run = stack.client.start_run([HUB], {"samples": 120})["run_id"]
    stack.wait(lambda: stack.client.run(run)["counts"]["done"] > 10, "some records")
    os.kill(stack.stack._hosts[0][1].pid, signal.SIGKILL)
    with pytest.raises(ApiError):
        stack.client.run(run)
    stack.stack._restart(stack.stack._hosts[0][1])
    stack.stack._wait_until_serving()
    view = stack.wait_for_run(run, "published", within_s=120)
    assert view["counts"]["accepted"] + view["counts"]["rejected"] == view["counts"]["total"]
    indices = [outcome["index"] for outcome in stack.outcomes(run)]
    assert sorted(set(indices)) == list(range(view["counts"]["total"]))


def test_a_catalog_is_inspected_its_rows_are_read_and_its_run_is_deleted_over_http(
    stack: RunningStack,
) -> None:
    api = f"{stack.stack.url}/api"
    parts = {"catalog": (HUB.name, HUB.read_bytes())}
    options = {"options": '{"samples": 2}'}
    found = httpx2.post(f"{api}/catalogs/inspect", files=parts, data=options, timeout=60).json()
    assert found["counts"]["operations"] > 1 and found["estimate"]["samples"] == 2
    run = httpx2.post(f"{api}/runs", files=parts, data=options, timeout=60).json()["run_id"]
    stack.wait_for_run(run, "published")
    rows = httpx2.get(f"{api}/runs/{run}/rows").json()["rows"]
    view = httpx2.get(f"{api}/runs/{run}")
    assert len(rows) == view.json()["counts"]["total"]
    tag = {"If-None-Match": view.headers["etag"]}
    assert httpx2.get(f"{api}/runs/{run}", headers=tag).status_code == 304
    assert httpx2.delete(f"{api}/runs/{run}").json()["code"] == "not_confirmed"
    assert httpx2.delete(f"{api}/runs/{run}", params={"confirm": run}, timeout=60).status_code == 200
    assert httpx2.get(f"{api}/runs/{run}").status_code == 404
    assert httpx2.get(f"{api}/runs/{run}/files/dataset.jsonl").status_code == 404


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine: install the package chromium")
def test_the_console_shows_the_runs_in_a_browser(stack: RunningStack, tmp_path: Path) -> None:
    run = stack.client.start_run([HUB], {"samples": 2})["run_id"]
    stack.wait_for_run(run, "published")
    stack.send(names.RUN_REQUESTS, "not for the <b>dashboard</b>")
    stack.wait(lambda: [p for p in stack.poison() if "dashboard" in p["body"]], "the refused message")
    page = _rendered(f"{stack.stack.url}/api/console", tmp_path)
    assert run in page and 'class="published"' in page
    assert "a message must be a JSON object" in page


def _rendered(url: str, profile: Path) -> str:
    """The page's document after its scripts have run."""
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    flags += ["--disable-component-update", "--disable-sync", f"--user-data-dir={profile}"]
    command = [str(BROWSER), *flags, "--virtual-time-budget=4000", "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout
