"""host.json keeps to the published schema and to what the app relies on."""

import json
from pathlib import Path

import jsonschema
import pytest

from local.checkout import ROOT
from tests.builders.beside import SPECS, present

HOST = json.loads((ROOT / "host.json").read_text())
# What this app may hold; the whole schema as published besides, where it is there.
SCHEMAS = [ROOT / "tests/data/specs/host.schema.json", *present(SPECS / "host.schema.json")]


@pytest.mark.parametrize("path", SCHEMAS)
def test_it_is_valid_against_the_schema(path: Path):
    schema = json.loads(path.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(HOST)] == []


def test_messages_are_plain_json():
    assert HOST["extensions"]["queues"]["messageEncoding"] == "none"
