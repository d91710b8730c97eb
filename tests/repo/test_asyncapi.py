"""docs/asyncapi.json is a valid AsyncAPI 3 document and says what the contracts say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema_rs import validator_for

from local.checkout import ROOT
from local.docs import asyncapi, senders
from shared import names

SPECIFICATION = ROOT / "local/node_modules/@asyncapi/specs/schemas/3.0.0.json"
DOCUMENT = asyncapi.document()


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for inner in value for found in _references(inner)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for inner in value.values() for found in _references(inner)]


def test_it_is_a_document_of_asyncapi_3() -> None:
    errors = Draft7Validator(json.loads(SPECIFICATION.read_text())).iter_errors(DOCUMENT)
    assert [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors] == []


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(DOCUMENT):
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]


def test_every_queue_is_a_channel_with_its_message() -> None:
    queues = {*names.WORK_QUEUES, names.RUN_EVENTS}
    assert queues <= set(DOCUMENT["channels"])
    assert {one["channel"]["$ref"].rpartition("/")[2] for one in DOCUMENT["operations"].values()} == set(
        DOCUMENT["channels"]
    )


@pytest.mark.parametrize("name", [*names.WORK_QUEUES, names.RUN_EVENTS])
def test_every_example_is_what_its_schema_takes(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    wanted = {**message["payload"]["schema"], "components": DOCUMENT["components"]}
    assert message["examples"]
    for example in message["examples"]:
        validator_for(wanted).validate(example["payload"])


def test_every_sender_is_on_its_page() -> None:
    assert {path.name for path in senders.FOLDER.iterdir()} == {name for name, _, _ in senders._TITLES}
