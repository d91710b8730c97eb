"""The examples for other systems do what they say, by the SDKs' default encodings, against a real stack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from jsonschema_rs import validator_for

from local.azurite import node_command
from local.checkout import ROOT
from local.docs.senders import FOLDER
from shared import names
from shared.contracts import schema
from tests.builders.stack import RunningStack, running_stack

CATALOG = orjson.dumps(
    {"name": "Shop", "apis": [{"name": "list_orders", "method": "GET", "path": "/orders"}]}
)
SENDERS = {"ask.py": [sys.executable], "ask.cjs": [node_command()]}
RECEIVERS = {"hear.py": [sys.executable], "hear.cjs": [node_command()]}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("senders")) as running:
        yield running


def run_file(name: str, program: list[str], stack: RunningStack, *arguments: str) -> str:
    """What the example prints."""
    environment = {
        **os.environ,
        "PLANSMITH_STORAGE": stack.stack._azurite.connection_string,
        "NODE_PATH": str(ROOT / "local/node_modules"),
    }
    done = subprocess.run(
        [*program, str(FOLDER / name), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("sender", "receiver"), [("ask.py", "hear.cjs"), ("ask.cjs", "hear.py")])
def test_what_is_asked_for_becomes_one_run_and_is_heard_of(
    sender: str, receiver: str, stack: RunningStack
) -> None:
    name = f"{Path(sender).suffix[1:]}-shop.json"
    stack.upload(name, CATALOG, start="false")
    for _ in range(2):
        run_file(sender, SENDERS[sender], stack, name)
    run = stack.wait_for_run(f"{Path(sender).suffix[1:]}-shop", "published", within_s=120)
    events = stack.queues.get_queue_client(names.RUN_EVENTS)
    stack.wait(lambda: events.get_queue_properties().approximate_message_count >= 2, "both events")
    heard: list[str] = []

    def is_heard() -> bool:
        heard.extend(run_file(receiver, RECEIVERS[receiver], stack).splitlines())
        return f"{run['run_id']}/dataset.published plansmith.dataset.published {run['run_id']}" in heard

    stack.wait(is_heard, "the event of the dataset")
    assert f"{run['run_id']}/run.started plansmith.run.started {run['run_id']}" in heard
    assert sum(one["run_id"].startswith(name.removesuffix(".json")) for one in stack.runs()) == 1


def test_the_request_of_az_is_what_the_contract_takes(tmp_path: Path) -> None:
    said = tmp_path / "said"
    (tmp_path / "az").write_text(f'#!/bin/sh\nfor word; do printf "%s\\n" "$word" >> {said}; done\n')
    (tmp_path / "az").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "ACCOUNT": "acme"}
    subprocess.run(["sh", str(FOLDER / "ask.sh"), "some/shop.json"], env=environment, check=True)
    body = said.read_text().splitlines()[-1]
    validator_for(schema("run-requests")).validate(orjson.loads(body))
    assert orjson.loads(body)["catalog"] == "catalogs/shop.json"
