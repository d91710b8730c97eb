from shared.dataset.decontaminate import separate
from shared.dataset.split import TEST, TRAIN, VALIDATION
from shared.dataset.texts import Texts
from tests.builders.outcomes import task

ALIKE = "cancel the order of the blue lamp for our customer and tell me what will be refunded"


def texts(*lines):
    made = Texts()
    for line in lines:
        made.append(line)
    return made


def test_a_split_without_near_pairs_stays_as_it_is():
    assigned = bytearray([TRAIN, VALIDATION])
    report = separate(texts(task(1), task(2)), [0, 1], assigned, 0.85)
    assert list(assigned) == [TRAIN, VALIDATION]
    assert (report.moved_to_train, report.pairs_above_threshold) == (0, 0)


def test_a_family_that_leaks_is_moved_to_train_as_a_whole():
    lines = texts(ALIKE, ALIKE + " please", task(3), task(4))
    assigned = bytearray([TRAIN, VALIDATION, VALIDATION, VALIDATION])
    report = separate(lines, [0, 1, 1, 3], assigned, 0.85)
    assert list(assigned) == [TRAIN, TRAIN, TRAIN, VALIDATION]
    assert (report.moved_to_train, report.pairs_above_threshold) == (2, 0)


def test_moving_goes_on_until_nothing_leaks():
    lines = texts(ALIKE, ALIKE + " please", task(3), task(3) + " please")
    assigned = bytearray([TRAIN, VALIDATION, VALIDATION, VALIDATION])
    separate(lines, [0, 1, 1, 3], assigned, 0.8)
    assert list(assigned) == [TRAIN] * 4


def test_a_test_family_that_leaks_into_validation_validates_and_one_that_leaks_into_train_trains():
    lines = texts(task(3), task(5), ALIKE, ALIKE + " please", task(3) + " please")
    assigned = bytearray([TRAIN, TRAIN, VALIDATION, TEST, TEST])
    report = separate(lines, [0, 1, 2, 3, 4], assigned, 0.8)
    assert list(assigned) == [TRAIN, TRAIN, VALIDATION, VALIDATION, TRAIN]
    assert (report.moved_to_train, report.moved_to_validation) == (1, 1)


def test_a_pair_just_below_the_threshold_is_no_leak():
    assigned = bytearray([TRAIN, VALIDATION])
    report = separate(texts(ALIKE, ALIKE + " please"), [0, 1], assigned, 0.95)
    assert list(assigned) == [TRAIN, VALIDATION]
    assert report.highest_similarity < 0.95


def test_marks_of_values_do_not_hide_a_pair():
    marked = " ".join("=" + word for word in ALIKE.split())
    assigned = bytearray([TRAIN, VALIDATION])
    assert separate(texts(ALIKE, marked), [0, 1], assigned, 0.85).moved_to_train == 1


def test_near_tasks_on_one_side_stay_there():
    assigned = bytearray([TRAIN, VALIDATION, VALIDATION, TEST])
    report = separate(texts(task(3), ALIKE, ALIKE + " please", task(5)), [0, 1, 2, 3], assigned, 0.8)
    assert list(assigned) == [TRAIN, VALIDATION, VALIDATION, TEST]
    assert report.pairs_above_threshold == 0
