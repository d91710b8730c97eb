import pytest

from shared.dataset.selection import Selection
from tests.builders.outcomes import plan, record


def selection(count=40, **options):
    made = Selection({"samples": count, **options})
    for index in range(count):
        made.add(index, record(index))
    return made


def test_a_record_that_repeats_one_names_its_index_not_its_place():
    made = Selection({})
    made.add(3, None)
    made.add(7, record(1))
    assert made.add(9, record(1)).repeats == 7
    assert made.verdict(9).repeats == 7
    assert list(made.repeated()) == [9]


def test_indices_may_have_gaps_but_must_ascend():
    made = Selection({})
    made.add(3, record(1))
    made.add(900, record(2))
    for index in (900, 5):
        with pytest.raises(ValueError, match="index order"):
            made.add(index, None)


def test_an_unknown_index_has_no_verdict():
    with pytest.raises(ValueError, match="not observed"):
        selection().verdict(999)


def test_kept_records_are_on_one_side_each():
    made = selection(validation_fraction=0.25)
    made.divide()
    sides = [made.verdict(index).side for index in range(40)]
    assert made.rows() == {side: sides.count(side) for side in ("train", "validation", "test", "left_out")}
    assert sum(made.rows().values()) == made.accepted


def test_caps_leave_out_what_is_beyond_them():
    made = selection(train_rows=12, validation_rows=3)
    made.divide()
    assert made.rows()["train"] == 12
    assert made.rows()["validation"] <= 3
    assert made.rows()["left_out"] == made.accepted - 12 - made.rows()["validation"] - made.rows()["test"]


def test_every_operation_is_taught_in_train():
    made = selection(60)
    made.divide()
    counts = made.train_by_operation()
    assert all(counts[f"depot.op{n}"] > 0 for n in range(6))


def test_the_report_names_the_families():
    made = Selection({"validation_fraction": 0.125})
    for index in range(12):
        made.add(index, record(index, plan=plan("depot.op0")))
    made.divide()
    report = made.report()
    assert (report["families"], report["largest_family"]) == (1, 12)
    assert (report["fraction_wanted"], report["fraction"]) == (0.125, 0.0)
    assert (report["test_fraction_wanted"], report["test_fraction"]) == (0.1, 0.0)
    assert "0 test rows instead of 20" in report["notes"][0]


def test_a_fraction_of_zero_is_a_wish_and_not_the_default():
    made = selection(validation_fraction=0)
    made.divide()
    assert made.rows()["validation"] == 0
