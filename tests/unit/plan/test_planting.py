"""Planted plans have the fault that they are said to have, and every class gets its share."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from random import Random

import pytest

from shared.plan.planting import FAULTS, plant
from shared.plan.validate import PlanValidator
from testing.plans import good_records
from testing.shop import CATALOG

VALIDATOR = PlanValidator(CATALOG)
RECORDS = list(good_records(CATALOG, 240, seed=3))
CODES = {
    "dangling_reference": {"unresolved_reference"},
    "wrong_path": {"unresolved_reference"},
    "wrong_api": {"missing_argument", "unknown_argument", "unresolved_reference", "unknown_output"},
    "dropped_step": {"unresolved_reference", "forward_reference", "missing_dependency", "undeclared_output"},
}


def planted() -> list[tuple[str, dict, dict]]:
    found = [
        (record["plan"], plant(record["plan"], VALIDATOR, number)) for number, record in enumerate(RECORDS)
    ]
    return [(one[0], plan, one[1]) for plan, one in found if one is not None]


def test_every_good_plan_can_be_spoilt_and_the_good_one_is_left_alone() -> None:
    spoilt = planted()
    assert len(spoilt) == len(RECORDS)
    assert all(VALIDATOR.plan_errors(plan) == [] for _, plan, _ in spoilt)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_plan_has_the_fault_that_is_named(name: str) -> None:
    cases = [wrong for fault, _, wrong in planted() if fault == name]
    assert cases
    for wrong in cases:
        codes = {error["code"] for error in VALIDATOR.plan_errors(wrong)}
        assert codes & CODES.get(name, {name})


def test_faults_are_dealt_evenly_among_the_plans_that_can_have_them() -> None:
    in_every_plan = {
        name for name in FAULTS if all(can_have(name, record["plan"]) for record in RECORDS[:60])
    }
    dealt: Counter[str] = Counter()
    for number, record in enumerate(RECORDS):
        found = plant(record["plan"], VALIDATOR, number, dealt)
        assert found is not None
        dealt[found[0]] += 1
    assert set(dealt) == set(FAULTS)
    for names in (in_every_plan, FAULTS.keys() - in_every_plan):
        counts = [dealt[name] for name in names]
        assert max(counts) - min(counts) <= 3, dealt
    assert max(dealt.values()) <= 1.5 * len(RECORDS) / len(FAULTS)


def can_have(name: str, plan: dict) -> bool:
    """Whether a plan can have a fault of this class."""
    copy = deepcopy(plan)
    return FAULTS[name](copy, VALIDATOR.checks, Random(1)) and bool(VALIDATOR.plan_errors(copy))


def test_the_same_plan_and_number_give_the_same_fault() -> None:
    assert [plant(record["plan"], VALIDATOR, 5) for record in RECORDS[:20]] == [
        plant(record["plan"], VALIDATOR, 5) for record in RECORDS[:20]
    ]
