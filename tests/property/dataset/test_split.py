from hypothesis import given
from hypothesis import strategies as st

from shared.dataset.split import LEFT_OUT, TEST, TRAIN, VALIDATION, Records, assign, cap
from shared.dataset.split_sizes import sizes

OPERATIONS = range(6)


@st.composite
def datasets(draw):
    made, roots = Records(), []
    for number in range(draw(st.integers(0, 60))):
        old = draw(st.sampled_from([None, *roots])) if roots else None
        if old is None:
            roots.append(number)
        made.families.append(number if old is None else old)
        labels = draw(st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=3, unique=True))
        made.add(labels if old is None else made.labels_of(old))
    return made


@given(datasets(), st.integers(0, 2**31 - 1), st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_split_is_a_partition_by_families_that_keeps_its_sizes(made, seed, validation, test):
    asked = sizes(len(made), validation_fraction=validation, test_fraction=test)
    assigned = assign(made, required=OPERATIONS, seed=seed, sizes=asked)
    assert len(assigned) == len(made)
    assert set(assigned) <= {TRAIN, VALIDATION, TEST}
    assert all(assigned[record] == assigned[root] for record, root in enumerate(made.families))
    assert assigned.count(TRAIN) >= asked.least_train
    assert asked.validation or VALIDATION not in assigned
    assert asked.test or TEST not in assigned
    assert assigned == assign(made, required=OPERATIONS, seed=seed, sizes=asked)


@given(datasets(), st.integers(0, 9))
def test_what_several_families_teach_is_taught_in_train(made, seed):
    asked = sizes(len(made), validation_fraction=0.1, test_fraction=0.1)
    assigned = assign(made, required=OPERATIONS, seed=seed, sizes=asked)
    lost = set(OPERATIONS) - {
        label for r in range(len(made)) if assigned[r] == TRAIN for label in made.labels_of(r)
    }
    assert all(sum(label in made.labels_of(r) for r in range(len(made))) <= 2 for label in lost)


@given(datasets(), st.integers(1, 30), st.integers(0, 9))
def test_a_cap_is_never_exceeded_and_never_wasted(made, rows, seed):
    assigned = bytearray([TRAIN]) * len(made)
    cap(made, assigned, TRAIN, rows, seed=seed, required=OPERATIONS)
    assert assigned.count(TRAIN) == min(rows, len(made))
    assert assigned.count(TRAIN) + assigned.count(LEFT_OUT) == len(made)
