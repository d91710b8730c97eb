"""Which state of a trained model is deployed and measured."""

from __future__ import annotations

from collections.abc import Sequence

from shared.finetune.service import Checkpoint

LOWEST, LAST = "lowest_validation_loss", "last"
_FULL_LOSS = "full_valid_loss"


def choose(checkpoints: Sequence[Checkpoint], wanted: str) -> str:
    """The model of the checkpoint that `wanted` names, "" for the model as the training left it.

    `lowest_validation_loss` goes by the loss over the whole validation file; of equal ones the later counts, and
    where the service told no such loss the last state. The test split has no part in it.
    """
    known = [one for one in checkpoints if _FULL_LOSS in one.metrics and one.model]
    if wanted != LOWEST or not known:
        return ""
    best = min(known, key=lambda one: (one.metrics[_FULL_LOSS], -one.step_number))
    last = max(checkpoints, key=lambda one: one.step_number)
    return "" if best.id == last.id else best.model
