from random import Random

import pytest

from shared.dataset.split import LEFT_OUT, TRAIN, VALIDATION, Records, assign, cap

OPERATIONS = range(10, 30)


def records(count, *, family=lambda n: n, labels=None):
    made = Records()
    rnd = Random(count)
    for number in range(count):
        made.families.append(family(number))
        made.add(labels(number) if labels else (rnd.choice(OPERATIONS), rnd.randrange(5)))
    return made


def test_every_family_stays_on_one_side():
    made = records(400, family=lambda n: n % 90)
    assigned = assign(made, required=OPERATIONS, seed=1, fraction=0.125)
    sides = {}
    for record, side in enumerate(assigned):
        assert sides.setdefault(made.families[record], side) == side


@pytest.mark.parametrize("count", [80, 500, 3000])
def test_the_fraction_is_met_as_nearly_as_families_allow(count):
    assigned = assign(records(count), required=OPERATIONS, seed=1, fraction=0.125)
    assert abs(assigned.count(VALIDATION) - 0.125 * count) <= 2


def test_operations_and_difficulties_are_balanced():
    made = records(4000)
    assigned = assign(made, required=OPERATIONS, seed=3, fraction=0.125)
    for label in (*OPERATIONS, *range(5)):
        holding = [r for r in range(4000) if label in made.labels_of(r)]
        share = sum(assigned[r] == VALIDATION for r in holding) / len(holding)
        assert 0.09 <= share <= 0.16


def test_a_small_dataset_with_two_families_validates_on_one():
    made = records(6, family=lambda n: 0 if n < 5 else 5, labels=lambda n: (1,))
    assert list(assign(made, required=[1], seed=0, fraction=0.125)) == [TRAIN] * 5 + [VALIDATION]


def test_an_operation_that_one_family_alone_teaches_is_in_train():
    made = records(60, labels=lambda n: (n,))
    assert assign(made, required=range(60), seed=0, fraction=0.5).count(TRAIN) == 60


def test_one_family_leaves_validation_empty():
    assert assign(records(50, family=lambda n: 0), required=[], seed=0, fraction=0.125).count(VALIDATION) == 0


def test_a_dominating_family_trains_and_the_rest_is_divided():
    made = records(300, family=lambda n: 0 if n < 200 else n, labels=lambda n: (1,))
    assigned = assign(made, required=[1], seed=0, fraction=0.125)
    assert set(assigned[:200]) == {TRAIN}
    assert 30 <= assigned.count(VALIDATION) <= 45


def test_a_fraction_of_zero_validates_nothing():
    assert VALIDATION not in assign(records(100), required=OPERATIONS, seed=0, fraction=0)


def test_no_record_is_no_split():
    assert assign(Records(), required=[], seed=0, fraction=0.125) == b""


def test_the_seed_changes_the_split_and_repeats_it():
    made = records(200)
    first, again, other = (assign(made, required=OPERATIONS, seed=seed, fraction=0.2) for seed in (1, 1, 2))
    assert first == again != other


def test_a_cap_of_validation_gives_the_rest_to_train():
    assigned = assign(records(1000), required=OPERATIONS, seed=0, fraction=0.125, validation_rows=20)
    assert abs(assigned.count(VALIDATION) - 20) <= 2


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
