from random import Random

import pytest

from shared.dataset.split import LEFT_OUT, TEST, TRAIN, VALIDATION, Records, assign, cap
from shared.dataset.split_sizes import LEAST_TEST, LEAST_TRAIN, Sizes, shortfalls, sizes

OPERATIONS = range(10, 30)


def records(count, *, family=lambda n: n, labels=None):
    made = Records()
    rnd = Random(count)
    for number in range(count):
        made.families.append(family(number))
        made.add(labels(number) if labels else (rnd.choice(OPERATIONS), rnd.randrange(5)))
    return made


def divided(made, *, required=OPERATIONS, seed=1, validation=0.1, test=0.1):
    asked = sizes(len(made), validation_fraction=validation, test_fraction=test)
    return assign(made, required=required, seed=seed, sizes=asked)


def test_every_family_stays_on_one_side():
    made = records(400, family=lambda n: n % 90)
    sides = {}
    for record, side in enumerate(divided(made)):
        assert sides.setdefault(made.families[record], side) == side
    assert set(sides.values()) == {TRAIN, VALIDATION, TEST}


@pytest.mark.parametrize("count", [80, 500, 3000])
def test_the_fractions_are_met_as_nearly_as_families_allow(count):
    assigned = divided(records(count))
    assert abs(assigned.count(VALIDATION) - 0.1 * count) <= 2
    assert abs(assigned.count(TEST) - max(0.1 * count, LEAST_TEST)) <= 2


def test_operations_and_difficulties_are_balanced():
    made = records(4000)
    assigned = divided(made, seed=3)
    for side in (VALIDATION, TEST):
        for label in (*OPERATIONS, *range(5)):
            holding = [r for r in range(4000) if label in made.labels_of(r)]
            share = sum(assigned[r] == side for r in holding) / len(holding)
            assert 0.06 <= share <= 0.14


def test_sixty_records_of_sixty_operations_have_all_three_sides():
    assigned = divided(records(60, labels=lambda n: (n,)), required=range(60))
    assert [assigned.count(side) for side in (TRAIN, VALIDATION, TEST)] == [34, 6, 20]


def test_operations_that_others_teach_are_held_out_before_those_that_nothing_else_does():
    made = records(60, labels=lambda n: (n if n < 30 else n % 2 + 90,))
    assigned = divided(made, required=range(100))
    assert assigned.count(TEST) + assigned.count(VALIDATION) == 26
    assert set(assigned[:30]) == {TRAIN}


def test_an_operation_with_many_examples_of_one_form_is_not_taken_from_train():
    made = records(60, family=lambda n: n % 6, labels=lambda n: (n % 6,))
    assert divided(made, required=range(6)).count(TRAIN) == 60


def test_one_family_leaves_the_held_out_sides_empty():
    assert divided(records(50, family=lambda n: 0), required=[]).count(TRAIN) == 50


def test_a_dominating_family_trains_and_the_rest_is_divided():
    made = records(300, family=lambda n: 0 if n < 200 else n, labels=lambda n: (1,))
    assigned = divided(made, required=[1], seed=0)
    assert set(assigned[:200]) == {TRAIN}
    assert 28 <= assigned.count(VALIDATION) <= 32
    assert 28 <= assigned.count(TEST) <= 32


def test_a_fraction_of_zero_holds_nothing_out():
    assert VALIDATION not in divided(records(100), validation=0)
    assert TEST not in divided(records(100), test=0)


def test_no_record_is_no_split():
    assert divided(Records()) == b""


def test_the_seed_changes_the_split_and_repeats_it():
    made = records(200)
    first, again, other = (divided(made, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("count", range(10, 60))
def test_train_keeps_what_fine_tuning_needs_and_test_what_an_interval_needs(count):
    assigned = divided(records(count))
    assert assigned.count(TRAIN) >= LEAST_TRAIN
    assert assigned.count(TEST) >= min(LEAST_TEST, count - LEAST_TRAIN - count // 10 - 1)


def test_a_cap_of_validation_gives_the_rest_to_train():
    asked = sizes(1000, validation_fraction=0.1, test_fraction=0.1, validation_rows=20)
    assert asked == Sizes(validation=20, test=100, least_train=10)


def test_what_a_split_lacks_is_said():
    asked = sizes(25, validation_fraction=0.1, test_fraction=0.1)
    told = shortfalls(asked, train=11, validation=0, test=14, test_fraction=0.1)
    assert len(told) == 2
    assert "14 test rows instead of 20" in told[0]
    assert "No validation rows" in told[1]
    assert shortfalls(asked, train=11, validation=2, test=0, test_fraction=0) == []
    assert "9 training rows" in shortfalls(asked, train=9, validation=2, test=20, test_fraction=0.1)[0]


def test_a_side_well_below_its_fraction_is_said_with_the_rows_that_were_asked_for():
    asked = sizes(80, validation_fraction=0.5, test_fraction=0.5)
    rows = {"train": 25, "validation": 20, "test": 35}
    told = shortfalls(asked, **rows, test_fraction=0.5, validation_fraction=0.5)
    assert [line[:70] for line in told] == [
        "20 validation rows instead of the 40 of validation_fraction 0.5: train"
    ]
    told = shortfalls(asked, **rows, test_fraction=0.5, validation_fraction=0.5, validation_rows=20)
    assert told == []


def test_a_cap_leaves_out_the_excess_but_no_operation():
    made = records(500)
    assigned = bytearray([TRAIN]) * 500
    cap(made, assigned, TRAIN, 30, seed=4, required=OPERATIONS)
    assert (assigned.count(TRAIN), assigned.count(LEFT_OUT)) == (30, 470)
    left = {label for r in range(500) if assigned[r] == TRAIN for label in made.labels_of(r)}
    assert left.issuperset(OPERATIONS)


def test_a_cap_that_is_not_reached_changes_nothing():
    assigned = bytearray([TRAIN]) * 5
    cap(records(5), assigned, TRAIN, 5, seed=0, required=[])
    cap(records(5), assigned, TRAIN, None, seed=0, required=[])
    assert assigned.count(TRAIN) == 5
