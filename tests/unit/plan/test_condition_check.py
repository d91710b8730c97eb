"""Arguments of a body that need, exclude or decide each other."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api, Parameter
from shared.plan.api_check import ApiCheck
from shared.plan.codes import Finding
from shared.plan.references import Use, find

NAMES = ("kind", "zip", "state")
RULES = (
    {"dependentRequired": {"zip": ["state"]}},
    {"if": {"properties": {"kind": {"enum": ["us"]}}, "required": ["kind"]}, "then": {"required": ["state"]}},
    {"not": {"required": ["kind", "zip"]}},
)
API = Api(
    "add",
    method="POST",
    path="/a",
    parameters=(
        Parameter("zip_of", "query", "string"),
        *[Parameter(name, "body", "string") for name in NAMES],
    ),
    conditions=RULES,
)


def findings(**arguments: Any) -> list[Finding]:
    step = {"index": 2, "api": "add", "arguments": arguments}
    uses = [use for use in find(arguments) if isinstance(use, Use)]
    return list(ApiCheck(API).call_findings(step, uses, "plan.steps[1]"))


def codes(**arguments: Any) -> list[str]:
    return [found["code"] for found in findings(**arguments)]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, []),
        ({"zip": "1", "state": "x"}, []),
        ({"zip_of": "1"}, []),
        ({"kind": "de"}, []),
        ({"zip": "1"}, ["missing_argument"]),
        ({"kind": "us"}, ["missing_argument"]),
        ({"kind": "de", "zip": "1", "state": "x"}, ["bad_value"]),
    ],
)
def test_arguments_satisfy_the_conditions_of_their_operation(
    arguments: dict[str, Any], found: list[str]
) -> None:
    assert codes(**arguments) == found


def test_what_depends_on_a_value_that_is_yet_to_come_is_not_judged() -> None:
    assert codes(kind="${steps.1.kind}") == []
    assert codes(zip="${steps.1.zip}") == ["missing_argument"]


def test_the_finding_says_the_rule_and_where() -> None:
    (found,) = findings(zip="1")
    assert (found["step"], found["path"]) == (2, "plan.steps[1].arguments")
    assert "state" in found["message"]
    assert "dependentRequired" in found["message"]
