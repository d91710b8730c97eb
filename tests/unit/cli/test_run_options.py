import pytest

from cli.run_options import asks_for_finetune, merged, parse, with_finetune


def test_json_values_keep_their_type_and_the_rest_is_text():
    options = parse(
        ["samples=5", "judge=true", 'formats=["chat","tools"]', "system_prompt=Plan well, please"]
    )
    assert options == {
        "samples": 5,
        "judge": True,
        "formats": ["chat", "tools"],
        "system_prompt": "Plan well, please",
    }


def test_dots_open_inner_objects():
    options = parse(["finetune.n_epochs=2", "finetune.deploy.enabled=true"])
    assert options == {"finetune": {"n_epochs": 2, "deploy": {"enabled": True}}}


def test_a_value_may_hold_equals_signs():
    assert parse(["system_prompt=a=b"]) == {"system_prompt": "a=b"}


@pytest.mark.parametrize("text", ["samples", "=5", "finetune.=1", ".a=1"])
def test_what_names_no_option_is_refused(text: str):
    with pytest.raises(ValueError, match="name=value"):
        parse([text])


def test_a_plain_value_cannot_become_an_object():
    with pytest.raises(ValueError, match="plain value"):
        parse(["finetune=1", "finetune.seed=2"])


def test_flags_beat_assignments_and_leave_their_neighbours():
    assert merged(
        {"finetune": {"n_epochs": 2}, "samples": 1}, {"finetune": {"enabled": True}, "samples": 9}
    ) == {
        "finetune": {"n_epochs": 2, "enabled": True},
        "samples": 9,
    }


@pytest.mark.parametrize(
    ("options", "asked"),
    [({}, False), ({"finetune": {"enabled": False}}, False), ({"finetune": {"enabled": True}}, True)],
)
def test_only_an_enabled_fine_tune_is_waited_for(options: dict, asked: bool):
    assert asks_for_finetune(options) is asked


def test_a_finetune_is_measured_unless_that_is_turned_off():
    assert with_finetune({})["finetune"]["evaluate"] == {"enabled": True}
    off = with_finetune(parse(["finetune.evaluate.enabled=false"]))["finetune"]
    assert off == {"enabled": True, "evaluate": {"enabled": False}}


def test_what_is_said_of_the_deployment_stands():
    asked = with_finetune(parse(["finetune.deploy.enabled=true", "samples=4"]))
    assert asked["finetune"]["deploy"] == {"enabled": True}
    assert asked["samples"] == 4


def test_a_deployment_that_is_only_described_is_made_for_the_evaluation_all_the_same():
    asked = with_finetune(parse(["finetune.deploy.sku=DataZoneStandard"]))["finetune"]["deploy"]
    assert asked == {"enabled": True, "remove_after_evaluation": True, "sku": "DataZoneStandard"}
    kept = with_finetune(parse(["finetune.deploy.remove_after_evaluation=false"]))["finetune"]["deploy"]
    assert kept == {"enabled": True, "remove_after_evaluation": False}
    assert "deploy" not in with_finetune(parse(["finetune.evaluate.enabled=false"]))["finetune"]


@pytest.mark.parametrize("wrong", ["finetune.evaluate=true", "finetune.deploy=1"])
def test_what_is_no_object_is_left_for_the_app_to_refuse(wrong: str):
    assert with_finetune(parse([wrong]))["finetune"][wrong.split("=")[0].split(".")[1]] in (True, 1)
