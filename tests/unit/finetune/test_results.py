"""Result files and checkpoints of every spelling become one table."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from shared.finetune.results import checkpoints_json, metrics_csv, plain
from shared.finetune.service import Checkpoint

HEADER = (
    "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy,"
    "full_valid_loss,full_valid_mean_token_accuracy"
)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (
            "step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy\n1,2.5,0.5,-1,\n",
            [HEADER, "1,2.5,0.5,,,,"],
        ),
        ("step,valid_loss,valid_mean_token_accuracy\n1,-1.0,0.25\n", [HEADER, "1,,,,0.25,,"]),
        ("step,full_validation_loss\n1,0.5\n", [HEADER, "1,,,,,0.5,"]),
        ("\ufeffStep, Train_Loss\r\n1,2\r\n", [HEADER, "1,2,,,,,"]),
        ("step,train_loss\n2,1\n1,2\n2,0.5\n", [HEADER, "1,2,,,,,", "2,0.5,,,,,"]),
        ("step,train_loss\n,3\nx,4\n1,nan\n", [HEADER, "1,,,,,,"]),
        ("step,train_loss\n1\n", [HEADER, "1,,,,,,"]),
        ("step,reward,train_loss\n1,7,2\n", [f"{HEADER},reward", "1,2,,,,,,7"]),
        ("", [HEADER]),
        ("<html>no csv</html>", [HEADER]),
        ("c3RlcCx0cmFpbl9sb3NzCjEsMgo=", [HEADER]),
    ],
)
def test_a_result_file_becomes_a_clean_table(results: str, expected: list[str]) -> None:
    assert metrics_csv(results.encode()).decode().splitlines() == expected


def test_a_result_file_with_broken_bytes_is_no_crash() -> None:
    assert metrics_csv(b"step,train_loss\n\xff\x00,1\n1,2\n").decode().splitlines()[1:] == ["1,2,,,,,"]


def test_a_clean_table_stays_as_it_is() -> None:
    once = metrics_csv(b"step,train_loss,valid_loss\n1,2.5,-1\n2,1.0,1.5\n")
    assert metrics_csv(once) == once


def test_checkpoints_are_in_the_order_of_their_steps() -> None:
    found = json.loads(checkpoints_json([Checkpoint("b", "m:2", 20), Checkpoint("a", "m:1", 10)]))
    assert [(entry["id"], entry["step_number"]) for entry in found] == [("a", 10), ("b", 20)]


@pytest.mark.parametrize(
    "wrap", [bytes, b64encode, lambda data: b64encode(data)[:40] + b"\n" + b64encode(data)[40:]]
)
def test_a_result_file_is_read_plain_or_in_base64(wrap):
    results = b"step,train_loss\n1,0.5\n2,0.25\n"
    assert plain(wrap(results)) == results


@pytest.mark.parametrize("odd", [b"<html>busy</html>", b64encode(b"<html>busy</html>"), b"\xff\xfe\x00"])
def test_a_result_file_that_cannot_be_read_is_an_error_with_words(odd):
    with pytest.raises(ValueError, match=r"CSV"):
        plain(odd)
