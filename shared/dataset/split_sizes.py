"""How many rows each side of a split is to have."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_TRAIN = 10
"""Rows that a fine-tuning service wants at least."""

LEAST_TEST = 20
"""Rows below which an interval is too wide to say anything: one of a share of one half is ±22 points at 20."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows that validation and test are to have, and that train must keep."""

    validation: int
    test: int
    least_train: int


def sizes(
    rows: int, *, validation_fraction: float, test_fraction: float, validation_rows: int | None = None
) -> Sizes:
    """The sizes for a dataset of `rows` records.

    Each held-out side has its fraction, at least one row; test at least `LEAST_TEST`, and validation at most
    `validation_rows`. Train keeps `LEAST_TRAIN` rows, or half of fewer than that; what is left for the held-out
    sides is shared, validation by its fraction and at most half.
    """
    least_train = LEAST_TRAIN if rows >= LEAST_TRAIN else rows - rows // 2
    room = rows - least_train
    validation = test = 0
    if validation_fraction > 0:
        validation = min(max(1, round(validation_fraction * rows)), room // 2 if test_fraction > 0 else room)
        validation = validation if validation_rows is None else min(validation, validation_rows)
    if test_fraction > 0:
        test = min(max(LEAST_TEST, round(test_fraction * rows)), room - validation)
    return Sizes(validation, test, least_train)


def shortfalls(
    asked: Sizes,
    *,
    train: int,
    validation: int,
    test: int,
    test_fraction: float,
    validation_fraction: float = 0.0,
    validation_rows: int | None = None,
) -> list[str]:
    """What a split as it came out (rows) lacks, in sentences; empty if nothing."""
    found = []
    rows = train + validation + test
    if train < LEAST_TRAIN:
        found.append(f"{train} training rows: fine-tuning needs at least {LEAST_TRAIN}; raise samples.")
    if test_fraction > 0 and test < LEAST_TEST:
        found.append(
            f"{test} test rows instead of {LEAST_TEST}: with train keeping {LEAST_TRAIN} and plans of one signature "
            "staying together there are no more; raise samples."
        )
    elif short := _short("test", test, round(test_fraction * rows), test_fraction):
        found.append(short)
    if asked.validation and not validation:
        found.append("No validation rows: no family of plans is small enough; raise samples.")
    else:
        wanted = round(validation_fraction * rows)
        wanted = wanted if validation_rows is None else min(wanted, validation_rows)
        if short := _short("validation", validation, wanted, validation_fraction):
            found.append(short)
    return found


def _short(side: str, rows: int, wanted: int, fraction: float) -> str:
    """A side that is a fifth or more, and more than a row, below its fraction."""
    if rows >= wanted - max(1.0, wanted / 5):
        return ""
    return (
        f"{rows} {side} rows instead of the {wanted} of {side}_fraction {fraction:g}: train keeps at least "
        f"{LEAST_TRAIN} rows and an example of every operation, test goes before validation, and plans of one "
        "signature stay together; raise samples or lower the fractions."
    )
