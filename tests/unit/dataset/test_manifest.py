import orjson
import pytest
from jsonschema import Draft202012Validator

from shared.contracts import schema
from shared.dataset.manifest import PublishedFile
from shared.dataset.publication import Publication
from shared.dataset.published_run import PublishedRun
from tests.builders.outcomes import (
    RUN,
    STARTED_AT,
    accepted,
    catalog,
    mixed,
    plain,
    publication,
    record,
    rejected,
)


def manifest(outcomes, making=None, files=()):
    making = making or publication()
    for outcome in outcomes:
        making.observe(plain(outcome))
    return orjson.loads(making.manifest(files))


def test_a_manifest_follows_its_contract():
    file = PublishedFile("dataset.jsonl", 3, 400, "0" * 64)
    found = manifest([*mixed(40), accepted(40, record=record(1))], files=[file])
    errors = [error.message for error in Draft202012Validator(schema("manifest")).iter_errors(found)]
    assert errors == []
    assert found["files"] == [{"path": "dataset.jsonl", "rows": 3, "bytes": 400, "sha256": "0" * 64}]


def test_a_manifest_of_nothing_follows_its_contract():
    Draft202012Validator(schema("manifest")).validate(manifest([]))


def test_the_contracts_example_follows_it():
    contract = schema("manifest")
    Draft202012Validator.check_schema(contract)
    assert contract["examples"]
    for example in contract["examples"]:
        Draft202012Validator(contract).validate(example)


def test_accepted_and_rejected_are_what_was_planned_and_reasons_account_for_all():
    outcomes = [
        *mixed(40),
        accepted(40, record=record(1)),
        rejected(41, "budget", status="skipped", attempts=()),
    ]
    counts = manifest(outcomes)["counts"]
    assert counts["accepted"] + counts["rejected"] == counts["planned"] == 42
    assert counts["by_reason"] == {"budget": 1, "duplicate": 1, "wrong_type": 5}
    assert sum(counts["by_status"].values()) == 42


def test_every_attempt_and_token_is_accounted_for():
    found = manifest(mixed(40))
    assert found["attempts"] == {"total": 40, "by_result": {"invalid": 5, "valid": 35}}
    assert found["tokens"] == {"prompt": 4000, "cached": 1600, "completion": 1200, "total": 5200}


def test_durations_come_from_the_outcomes_and_not_from_a_clock():
    durations = manifest(mixed(10))["durations"]
    assert durations == {
        "started_at": "2026-03-01T09:00:00+00:00",
        "finished_at": "2026-03-01T09:10:00+00:00",
        "elapsed_s": 600.0,
        "teacher_s": 5.0,
    }


@pytest.mark.parametrize("finished", ["", "yesterday", "2026-03-01T09:10:00"])
def test_a_time_that_cannot_be_read_leaves_the_duration_open(finished):
    assert manifest([accepted(0, finished_at=finished)])["durations"]["elapsed_s"] is None


def test_the_cost_follows_the_price_list():
    found = manifest([accepted(0)])
    assert found["cost_usd"] == pytest.approx((60 * 2 + 40 * 0.5 + 30 * 8) / 1e6)
    assert found["prices_as_of"]


def test_a_model_without_a_price_leaves_the_cost_open():
    assert manifest([accepted(0, model="emulator-teacher")])["cost_usd"] is None


def with_prices(prices, **options):
    return Publication(PublishedRun(RUN, catalog(), options, STARTED_AT, "1", prices=prices))


def test_prices_of_the_installation_beat_the_shipped_ones():
    found = manifest([accepted(0, model="m")], with_prices({"m": {"input": 10.0, "output": 0.0}}))
    assert found["cost_usd"] == 0.001
    assert found["prices_as_of"] is None


def test_tokens_of_an_unnamed_model_cost_what_the_teacher_does():
    making = with_prices({"m": {"input": 10.0, "output": 0.0}}, teacher="m")
    assert manifest([accepted(0, model="")], making)["cost_usd"] == 0.001


def test_an_emulator_is_named_as_one():
    assert manifest([accepted(0, model="emulator-teacher")])["teacher"]["emulator"] is True
    assert manifest([accepted(0)])["teacher"] == {
        "deployment": "teacher",
        "models": ["gpt-4.1-2025-04-14"],
        "emulator": False,
    }
