"""What the dated data allows on a day, and that it is whole."""

from datetime import date

import pytest

from shared.finetune import models
from shared.finetune.models import Listed

TODAY = date(2026, 11, 29)


def refusal(model="gpt-4.1-mini-2025-04-14", **changes):
    wanted = {
        "method": "supervised",
        "training_type": "GlobalStandard",
        "sku": "GlobalStandard",
        "today": TODAY,
    }
    found = models.refusal(model, **{**wanted, **changes})
    return found and (found.code, found.message)


def test_every_entry_is_whole_and_names_its_sources():
    document = models._document()
    assert date.fromisoformat(document["as_of"])
    for source in document["sources"].values():
        assert source["url"].startswith("https://")
        assert date.fromisoformat(source["read"])
    for name, entry in document["students"].items():
        student = models.students()[name]
        assert set(entry["sources"]) <= set(document["sources"])
        assert set(student.training_usd) <= set(student.training_types)
        assert set(student.hosting_usd_per_hour) <= set(student.skus)
        assert set(student.retires) == {"base", "training", "deployments"}
        assert student.serverless == bool(student.skus)


@pytest.mark.parametrize(
    "name",
    ["gpt-4.1-nano", "GPT-4.1-nano-2025-04-14", "gpt-4.1-nano-2025-04-14.ft-0123-plansmith:ckpt-step-2"],
)
def test_a_model_is_found_by_its_undated_and_its_tuned_name(name):
    assert models.find(name).name == "gpt-4.1-nano-2025-04-14"


@pytest.mark.parametrize("model", ["Ministral-3B", "gpt-oss-20b", "Llama-3.3-70B-Instruct", "Qwen3-32B"])
@pytest.mark.parametrize("training_type", ["Standard", "developerTier"])
def test_open_models_refuse_standard_and_developer_training(model, training_type):
    code, text = refusal(model, training_type=training_type)
    assert code == "training_type_not_supported"
    assert f"does not train as {training_type}; it takes DataZone, GlobalStandard" in text
    assert refusal(model) is None


def test_open_models_deploy_as_global_standard_only():
    code, text = refusal("Ministral-3B", sku="DeveloperTier")
    assert (code, "it takes GlobalStandard " in text) == ("sku_not_supported", True)
    assert refusal("gpt-4o", sku="DeveloperTier")[0] == "sku_not_supported"


@pytest.mark.parametrize("model", ["Qwen3.8-27B", "Qwen3.6-35B-A3B", "gpt-oss-120b"])
def test_a_preview_is_refused_unless_training_alone_is_wanted(model):
    code, text = refusal(model)
    assert code == "not_serverless"
    assert "finetune.deploy.enabled" in text
    assert "gpt-4.1-mini-2025-04-14" in text
    assert refusal(model, sku=None) is None


def test_a_model_past_its_date_is_refused_with_alternatives():
    code, text = refusal(today=date(2027, 4, 14))
    assert code == "model_retired"
    assert "no longer be trained since 2027-04-14; choose one of Ministral-3B" in text
    assert refusal(today=date(2027, 4, 13)) is None


def test_what_the_services_list_says_beats_the_data():
    assert refusal(listed=Listed(training_ends="2026-11-01"))[0] == "model_retired"
    assert refusal(today=date(2027, 5, 1), listed=Listed(training_ends="2027-12-01")) is None


def test_an_end_within_180_days_is_told():
    told = models.warnings("gpt-4.1-nano", deploys=True, today=TODAY)
    assert [problem.code for problem in told] == ["model_retires"]
    assert (
        "can be trained until 2027-04-14 only, 136 days from now. A change of the documents"
        in told[0].message
    )
    later = models.warnings("gpt-4.1-nano", deploys=True, today=date(2027, 4, 18))
    assert "can be deployed and called when tuned until 2027-10-14 only, 179 days" in later[0].message
    assert models.warnings("Ministral-3B", deploys=True, today=TODAY) == []


def test_a_deprecated_model_and_an_unknown_one_are_told():
    listed = Listed(lifecycle_status="deprecated")
    assert (
        models.warnings("Ministral-3B", deploys=True, today=TODAY, listed=listed)[0].code
        == "model_deprecated"
    )
    assert models.warnings("my-own-7b", deploys=True, today=TODAY)[0].code == "unknown_model"
    assert refusal("my-own-7b", training_type="Standard") is None


def test_a_method_that_a_model_has_not_is_refused_with_the_models_that_have_it():
    code, text = refusal("gpt-4o-mini", method="dpo")
    assert code == "method_not_supported"
    assert "it takes supervised" in text and text.endswith(
        "For dpo choose one of gpt-4.1-nano-2025-04-14, gpt-4.1-mini-2025-04-14, gpt-4.1-2025-04-14"
    )
    code, text = refusal("o4-mini")
    assert code == "method_not_supported"
    assert "it takes reinforcement (option finetune.method takes supervised and dpo)" in text


def test_a_model_that_could_be_trained_but_no_longer_deployed_is_refused_unless_training_alone_is_wanted():
    listed = Listed(inference_ends="2026-11-01")
    code, text = refusal(listed=listed)
    assert (code, "can no longer be deployed since 2026-11-01; choose one of" in text) == (
        "model_retired",
        True,
    )
    assert refusal(listed=listed, sku=None) is None


def test_a_model_closed_to_new_customers_is_told_as_such_and_no_alternative():
    told = models.warnings("gpt-4o-mini", deploys=False, today=TODAY)
    assert [problem.code for problem in told] == ["model_retires", "model_deprecated"]
    assert "gpt-4o" not in refusal("Qwen3.8-27B")[1]


@pytest.mark.parametrize(
    ("model", "publisher"),
    [
        ("gpt-4.1-nano", "OpenAI"),
        ("Ministral-3B", "Mistral AI"),
        ("gpt-oss-20b", "Microsoft"),
        ("Llama-3.3-70B-Instruct", "Meta"),
        ("Qwen3-32B", "Alibaba"),
    ],
)
def test_the_publisher_is_spelt_as_the_control_plane_does(model, publisher):
    assert models.find(model).format == publisher


def test_a_training_type_is_sent_as_the_service_reads_it():
    assert models.sent_training_type("DataZone") == "DataZoneStandard"
    assert models.sent_training_type("developerTier") == "developerTier"


def test_an_entry_of_the_services_list_is_read_leniently():
    ends = {"fine_tune": 1_807_660_800, "inference": 1_823_472_000}
    found = models.read_listed({"lifecycle_status": "legacy", "deprecation": ends})
    assert found == Listed("legacy", "2027-04-14", "2027-10-14")
    for odd in ({}, {"deprecation": None}, {"deprecation": {"fine_tune": "soon", "inference": True}}):
        assert models.read_listed(odd) == Listed()
