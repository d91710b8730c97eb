"""host.json keeps to the published schema and to what the app relies on."""

import json

import jsonschema
import pytest

from local.checkout import ROOT

HOST = json.loads((ROOT / "host.json").read_text())
SCHEMA = ROOT / ".." / "shared" / "reference" / "specs" / "host.schema.json"


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schema is not beside this checkout")
def test_it_is_valid_against_the_published_schema():
    schema = json.loads(SCHEMA.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(HOST)] == []


def test_messages_are_plain_json():
    assert HOST["extensions"]["queues"]["messageEncoding"] == "none"
