"""Which state of the model is deployed: by the loss over the whole validation file, and by nothing else."""

from __future__ import annotations

import inspect

from shared.finetune import checkpoints
from shared.finetune.checkpoints import choose
from shared.finetune.service import Checkpoint


def checkpoint(step: int, loss: float | None) -> Checkpoint:
    metrics = {} if loss is None else {"full_valid_loss": loss}
    return Checkpoint(f"c{step}", f"m:ckpt-step-{step}", step, metrics=metrics)


THREE = [checkpoint(10, 0.9), checkpoint(20, 0.5), checkpoint(30, 0.7)]


def test_the_lowest_validation_loss_counts() -> None:
    assert choose(THREE, "lowest_validation_loss") == "m:ckpt-step-20"


def test_the_last_one_is_the_model_as_the_training_left_it() -> None:
    assert choose(THREE, "last") == ""
    assert choose([checkpoint(10, 0.9), checkpoint(20, 0.5)], "lowest_validation_loss") == ""


def test_of_equal_ones_the_later_counts() -> None:
    equal = [checkpoint(10, 0.5), checkpoint(20, 0.5), checkpoint(30, 0.9)]
    assert choose(equal, "lowest_validation_loss") == "m:ckpt-step-20"


def test_without_a_full_validation_loss_it_is_the_last() -> None:
    assert choose([checkpoint(10, None), checkpoint(20, None)], "lowest_validation_loss") == ""
    assert choose([], "lowest_validation_loss") == ""


def test_the_test_split_has_no_part_in_it() -> None:
    """What chooses is given the service's checkpoints and the option, and can read nothing."""
    assert list(inspect.signature(checkpoints.choose).parameters) == ["checkpoints", "wanted"]
    assert "shared.ports" not in inspect.getsource(checkpoints)
