"""What an accepted plan is preferred to: something wrong, that may be shown, and that reads differently."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from shared.dataset.checkers import check_file
from shared.dataset.formats import EXECUTABLE, FULL, Rows
from shared.dataset.outcome import Attempt
from shared.dataset.preferences import Preferences
from tests.builders.outcomes import accepted, attempt, catalog, plain, plan, published, record

PLAN = plan("depot.op1", "depot.op2")


def _wrong(*codes: str, made: dict[str, Any] | None = None) -> Attempt:
    errors = tuple({"code": code} for code in codes)
    return attempt("invalid", errors=errors, plan=made or plan("depot.op5"))


def _preferred_to(*attempts: Attempt, sft_plan: str = FULL) -> tuple[str, Any]:
    """The fault of the pair that an accepted plan gives, and its non-preferred answer."""
    rows = Rows(catalog(), sft_plan=sft_plan)
    outcome = plain(accepted(3, record=record(3, plan=PLAN), attempts=(*attempts, attempt())))
    made = dict(Preferences(catalog(), rows, Counter()).rows("train", outcome, rows.answer(PLAN)))
    pair, label = map(orjson.loads, made.values())
    return label["fault"], orjson.loads(pair["non_preferred_output"][0]["content"])


def test_the_last_wrong_attempt_is_taken() -> None:
    last = plan("depot.op3")
    assert _preferred_to(_wrong("wrong_type"), _wrong("wrong_type", made=last)) == ("attempt", last)


@pytest.mark.parametrize("code", ["secret", "personal_data"])
def test_an_attempt_with_private_data_is_never_shown(code: str) -> None:
    assert _preferred_to(_wrong("wrong_type", code))[0] != "attempt"


def test_an_attempt_without_a_plan_gives_no_pair() -> None:
    assert _preferred_to(attempt("malformed"))[0] != "attempt"


def test_an_attempt_that_reads_as_the_accepted_plan_does_gives_no_pair() -> None:
    other_reasons = {**PLAN, "steps": [{**step, "reasoning": "Because."} for step in PLAN["steps"]]}
    assert _preferred_to(_wrong("wrong_type", made=PLAN))[0] != "attempt"
    other_order = {**PLAN, "steps": [dict(reversed(step.items())) for step in PLAN["steps"]]}
    assert _preferred_to(_wrong("wrong_type", made=other_order))[0] != "attempt"
    assert _preferred_to(_wrong("wrong_type", made=other_reasons))[0] == "attempt"
    assert _preferred_to(_wrong("wrong_type", made=other_reasons), sft_plan=EXECUTABLE)[0] != "attempt"


@pytest.mark.parametrize("sft_plan", [FULL, EXECUTABLE])
def test_both_answers_of_a_pair_differ_whatever_is_shown_of_a_plan(sft_plan: str) -> None:
    outcomes = [accepted(i, record=record(i, plan=plan(f"depot.op{i % 6}", "depot.op1"))) for i in range(40)]
    files = published(outcomes, formats=["dpo"], sft_plan=sft_plan)
    pairs = files["sft/dpo-train.jsonl"].splitlines(keepends=True)
    assert len(pairs) > 20
    assert check_file("sft/dpo-train.jsonl", pairs) == []
