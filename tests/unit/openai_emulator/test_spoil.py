"""Each class of faulty answer has its fault, as the app's own validation sees it."""

from __future__ import annotations

from random import Random

import orjson
import pytest

from local.openai_emulator.planning.prompt_catalog import read_catalog
from local.openai_emulator.spoil import TEXT_FAULTS, spoil_plan, spoil_text
from local.openai_emulator.switches import FAULTS
from shared.plan.validate import PlanValidator
from shared.plan.wire import decode
from tests.builders.emulator import Prompts, hub

CODES = {
    "wrong_type": {"wrong_type"},
    "missing_required": {"missing_argument"},
    "unknown_argument": {"unknown_argument"},
    "invented_api": {"unknown_api"},
    "dangling_reference": {"unresolved_reference", "bad_dependency"},
    "forward_reference": {"forward_reference", "bad_dependency", "cycle"},
    "bad_enum": {"not_in_enum"},
    "cycle": {"cycle", "bad_dependency"},
    "undeclared_output": {"undeclared_output"},
    "secret": {"secret"},
    "leaked_ids": {"task_names_api"},
}


@pytest.fixture(scope="module")
def prompts():
    return Prompts(hub())


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - TEXT_FAULTS))
def test_a_spoiled_plan_fails_validation_with_the_codes_of_its_fault(prompts, fault):
    validator, seen = PlanValidator(prompts.catalog), 0
    for index in range(40):
        wire = prompts.plan(index)
        applied = spoil_plan(wire, fault, read_catalog(prompts.system(index)), Random(index))
        decoded, errors = decode(orjson.dumps(wire).decode())
        codes = {error["code"] for error in errors or validator.errors(decoded)}
        assert codes & CODES[applied], (applied, codes)
        seen += applied == fault
    assert seen >= 10


def test_a_fault_that_a_plan_cannot_have_becomes_another(prompts):
    single = next(i for i in range(50) if prompts.blueprint(i).shape == "single")
    applied = spoil_plan(
        prompts.plan(single), "forward_reference", read_catalog(prompts.system(single)), Random(1)
    )
    assert applied not in ("", "forward_reference")


@pytest.mark.parametrize(
    ("fault", "code"),
    [("truncated_json", "truncated_json"), ("prose", "prose_around_json"), ("python_repr", "python_repr")],
)
def test_a_spoiled_text_is_told_by_its_code(prompts, fault, code):
    text = spoil_text(orjson.dumps(prompts.plan(2)).decode(), fault, Random(1))
    _, errors = decode(text)
    assert [error["code"] for error in errors] == [code]
