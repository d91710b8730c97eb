"""References are read, found, replaced and told from what only looks like one."""

from __future__ import annotations

import pytest

from shared.plan.references import Misspelt, Reference, Use, find, parse, replace, signature
from tests.builders.records import decoded


@pytest.mark.parametrize(
    ("text", "step", "parts"),
    [
        ("${steps.1.order.id}", 1, ("order", "id")),
        ("${steps.2.items[0].sku}", 2, ("items", 0, "sku")),
        ("${steps.12.result[3]}", 12, ("result", 3)),
        ('${steps.1.value[0]["@odata.id"]}', 1, ("value", 0, "@odata.id")),
        ("${steps.1.line total}", 1, ("line total",)),
    ],
)
def test_a_reference_is_its_step_and_its_path(text: str, step: int, parts: tuple[str | int, ...]) -> None:
    assert parse(text) == Reference(step, parts)
    assert str(Reference(step, parts)) == text


@pytest.mark.parametrize(
    "text",
    ["${steps.1}", "${steps.x.id}", "${step.1.id}", "steps.1.id", "${steps.1.a..b}", "${steps.1.a[*]}", ""],
)
def test_other_text_is_no_reference(text: str) -> None:
    assert parse(text) is None


def test_references_are_found_wherever_they_stand() -> None:
    value = {"a": "${steps.1.x}", "b": ["n ${steps.2.y} and ${steps.3.z}"], "c": {"d": 1}}
    assert [(use.reference.step, use.where, use.whole) for use in find(value) if isinstance(use, Use)] == [
        (1, ("a",), True),
        (2, ("b", 0), False),
        (3, ("b", 0), False),
    ]


@pytest.mark.parametrize(
    "text",
    ["${step.1.x}", "see ${steps.1.a", "{{steps.1.x}}", "$steps.1.x", "steps[1].x", "${x}", "<steps.1.x>"],
)
def test_what_means_to_be_a_reference_is_told(text: str) -> None:
    assert [type(found) for found in find(text)] == [Misspelt]


@pytest.mark.parametrize(
    "text", ["one step. Two steps.", "costs $5", "Hello ${name}, welcome", "{{name}}", "next step"]
)
def test_ordinary_text_and_templates_are_left_alone(text: str) -> None:
    assert list(find(text)) == []


def test_a_whole_reference_keeps_the_type_and_an_embedded_one_becomes_text() -> None:
    values = {Reference(1, ("n",)): 7}
    assert replace({"a": "${steps.1.n}", "b": ["no ${steps.1.n}"], "c": None}, values) == {
        "a": 7,
        "b": ["no 7"],
        "c": None,
    }


def test_the_signature_ignores_values_and_texts_and_nothing_else() -> None:
    plan, same, other = decoded()["plan"], decoded()["plan"], decoded()["plan"]
    same["steps"][1]["arguments"]["amount"] = 99
    same["steps"][0]["action"] = "something else"
    other["steps"][2]["depends_on"] = [2]
    assert signature(plan) == signature(same) != signature(other)
