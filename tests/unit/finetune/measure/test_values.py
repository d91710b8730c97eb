import pytest

from shared.finetune.measure.values import normal, standardized


def key(value):
    return normal(value, lambda index: index)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("April 1, 2024", "april 1 2024"),
        ("it's", 'it"s'),
        ("a_b-c", "abc"),
        (5, 5.0),
        (["A b", 1], ["ab", 1.0]),
        ({"x": {"y": "A."}}, {"x": {"y": "a"}}),
        ("order ${steps.1.id}!", "Order ${steps.1.id}!"),
        (None, None),
    ],
)
def test_values_that_say_the_same_are_equal(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5", 5),
        (True, 1),
        (0, False),
        (["a", "b"], ["b", "a"]),
        ({"x": 1}, {"x": 1, "y": 1}),
        ("${steps.1.id}", "${steps.2.id}"),
        ("${steps.1.item.id}", "${steps.1.itemid}"),
        ("steps1id", "${steps.1.id}"),
        (None, ""),
        ([], {}),
    ],
)
def test_values_that_differ_are_told_apart(one, other):
    assert key(one) != key(other)


def test_text_is_standardized_as_in_bfcl():
    assert standardized("A, b./c-d_e*f^g 'h'") == 'abcdefg"h"'
