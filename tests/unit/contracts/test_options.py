"""Options are complete or refused with their name and what they accept."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts import options, schema
from shared.errors import BadRequestError


def test_nothing_given_is_all_defaults() -> None:
    chosen = options.resolve()
    assert chosen["samples"] == 500
    assert chosen["finetune"]["deploy"] == {
        "enabled": False,
        "sku": "GlobalStandard",
        "capacity": 50,
        "remove_after_evaluation": False,
    }


def test_a_later_layer_beats_an_earlier_one_key_by_key() -> None:
    chosen = options.resolve(
        {"samples": 7, "finetune": {"enabled": True, "n_epochs": 2}},
        {"finetune": {"n_epochs": 3}},
    )
    assert (chosen["samples"], chosen["finetune"]["enabled"], chosen["finetune"]["n_epochs"]) == (7, True, 3)


def test_layers_are_left_as_they_were() -> None:
    layer: dict[str, Any] = {"finetune": {"enabled": True, "deploy": {"capacity": 1}}}
    options.resolve(layer, {"finetune": {"n_epochs": 3, "deploy": {"capacity": 2}}})
    assert layer == {"finetune": {"enabled": True, "deploy": {"capacity": 1}}}


def test_metadata_that_is_no_json_object_is_refused_by_name() -> None:
    with pytest.raises(BadRequestError, match="'options' must be a JSON object"):
        options.resolve(options.from_metadata({"options": "[1]"}))


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"sample": 3}, "unknown_option", "did you mean 'samples'"),
        ({"finetune": {"epochs": 3}}, "unknown_option", "finetune.epochs"),
        ({"samples": 0}, "bad_option", "at least 1"),
        ({"samples": "many"}, "bad_option", "integer"),
        ({"samples": True}, "bad_option", "integer"),
        ({"validation_fraction": float("nan")}, "bad_option", "number"),
        ({"formats": ["csv"]}, "bad_option", "instructions, chat, tools, agent, dpo"),
        ({"finetune": "yes"}, "bad_option", "object"),
        ({"finetune": {"suffix": "a.b"}}, "bad_option", "finetune.suffix"),
    ],
)
def test_a_bad_option_is_refused_by_name(given: dict[str, Any], code: str, words: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        options.resolve(given)
    assert caught.value.code == code
    assert words in caught.value.message


def test_metadata_carries_scalars_and_json() -> None:
    found = options.from_metadata(
        {
            "Samples": "12",
            "judge": "True",
            "system_prompt": "12",
            "options": '{"finetune": {"enabled": true}}',
        }
    )
    assert found == {"samples": 12, "judge": True, "system_prompt": "12", "finetune": {"enabled": True}}


def test_metadata_of_upload_tools_is_no_option() -> None:
    assert options.from_metadata({"hdi_isfolder": "false", "mtime": "1", "start": "false"}) == {}


def test_a_value_of_the_wrong_kind_in_metadata_is_refused_like_any_other() -> None:
    with pytest.raises(BadRequestError) as caught:
        options.resolve(options.from_metadata({"samples": "many"}))
    assert caught.value.code == "bad_option"


def test_every_option_says_what_it_is_for() -> None:
    def walk(spec: dict[str, Any]) -> None:
        for name, inner in spec["properties"].items():
            assert "description" in inner or "properties" in inner, name
            if "properties" in inner:
                walk(inner)

    walk(schema("options"))
