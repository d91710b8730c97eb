"""The wire form is read strictly, tolerantly only where asked, and never as Python."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared.plan.wire import decode, encode
from tests.builders.records import decoded

WIRE: dict[str, Any] = encode(decoded())
TEXT = orjson.dumps(WIRE).decode()


def codes(text: str, *, tolerant: bool = False) -> list[str]:
    return [error["code"] for error in decode(text, tolerant=tolerant)[1]]


def test_decoding_gives_back_what_was_encoded() -> None:
    assert decode(TEXT) == (decoded(), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TEXT[:-40], "truncated_json"),
        (TEXT[: len(TEXT) // 2], "truncated_json"),
        (f"Here is the plan: {TEXT}", "prose_around_json"),
        (f"{TEXT}\nEnjoy!", "prose_around_json"),
        (f"```json\n{TEXT}\n```", "prose_around_json"),
        (repr(WIRE), "python_repr"),
        ("", "not_json"),
        ("I cannot do that.", "not_json"),
        ("[1]", "not_json"),
        ("{}", "schema"),
        (TEXT.replace('"task"', '"Task"'), "schema"),
        (TEXT.replace('\\"EUR\\"', "EUR"), "bad_value_json"),
        (TEXT.replace('\\"EUR\\"', "'EUR'"), "bad_value_json"),
        (TEXT.replace("12.5", "None"), "python_repr"),
        (TEXT.replace("12.5", "{'a': 1}"), "python_repr"),
        (TEXT.replace("12.5", "[" * 65 + "]" * 65), "bad_value_json"),
        (TEXT.replace('"name":"amount"', '"name":"due_on"'), "duplicate_argument"),
    ],
)
def test_an_answer_that_is_not_the_wire_form_is_named(text: str, code: str) -> None:
    assert decode(text)[0] is None
    assert codes(text)[0] == code


def test_errors_in_values_point_at_the_step_and_the_pair() -> None:
    error = decode(TEXT.replace("12.5", "about twelve"))[1][0]
    assert (error["step"], error["path"]) == (2, "steps[1].arguments[2]")


@pytest.mark.parametrize(
    "text", [TEXT, f"```json\n{TEXT}\n```", f"Sure: {TEXT}", f"```\n{TEXT}\n```\nDone.", f"\ufeff{TEXT}"]
)
def test_tolerant_reading_takes_the_object_out_of_prose_and_fences(text: str) -> None:
    assert decode(text, tolerant=True) == (decoded(), [])


def test_tolerant_reading_takes_plain_arguments_and_fills_in_optional_members() -> None:
    steps = [{"index": 1, "action": "a", "api": "b", "arguments": {"x": [1]}}]
    text = orjson.dumps({"task": "t", "steps": steps, "expected_end_state": "e"}).decode()
    parts, errors = decode(text, tolerant=True)
    assert errors == []
    assert parts is not None
    assert parts["plan"]["steps"][0]["arguments"] == {"x": [1]}
    assert parts["plan"]["steps"][0]["depends_on"] == []


@pytest.mark.parametrize("text", [repr(WIRE), TEXT[:-40], f"Look: {TEXT[:-40]}", "", "no"])
def test_tolerant_reading_never_takes_python_or_a_part(text: str) -> None:
    assert decode(text, tolerant=True)[0] is None
    assert codes(text, tolerant=True)[0] in {"python_repr", "truncated_json", "prose_around_json", "not_json"}


def test_an_argument_may_be_nested_as_deeply_as_the_message_says() -> None:
    assert decode(TEXT.replace("12.5", "[" * 64 + "]" * 64))[1] == []
