import pytest

from shared.finetune.measure.statistics import bootstrap, difference, interval, mcnemar, quantile, wilson


def test_wilson_agrees_with_its_published_example():
    # Newcombe (1998), table I: 81 of 263.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("won", "lost", "p"), [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (3, 3, 1.0), (9, 1, 0.021484375)]
)
def test_mcnemar_is_the_exact_binomial_test(won, lost, p):
    assert mcnemar(won, lost) == pytest.approx(p)
    assert mcnemar(lost, won) == pytest.approx(p)


def test_a_difference_is_paired_and_says_how_many_tasks_changed():
    found = difference([1, 1, 1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], is_share=True)
    assert found["value"] == 0.75
    assert found["mcnemar"] == {"won": 6, "lost": 0, "p": 0.03125}
    assert found["verdict"] == "better"
    assert difference([0] * 8, [1] * 8, is_share=True)["verdict"] == "worse"


def test_few_changes_cannot_be_told_from_chance():
    found = difference([1, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0], is_share=True)
    assert found["low"] > 0
    assert found["verdict"] == "cannot_tell"


def test_an_interval_that_holds_zero_cannot_be_told_apart():
    assert difference([0.2, 0.9, 0.4], [0.3, 0.5, 0.6], is_share=False)["verdict"] == "cannot_tell"


def test_tasks_with_nothing_to_measure_do_not_count():
    assert interval([1.0, None, 0.0], is_share=True)["n"] == 2
    assert difference([1.0, None, 0.5], [0.0, 1.0, None], is_share=False)["n"] == 1
    assert interval([None], is_share=False) == {"value": None, "low": None, "high": None, "n": 0}


def test_a_bootstrap_is_the_same_for_the_same_values_and_holds_their_mean():
    values = [0.0, 0.5, 1.0, 1.0, 0.25]
    low, high = bootstrap(values)
    assert bootstrap(values) == (low, high)
    assert low < sum(values) / len(values) < high
    assert bootstrap([]) == (0.0, 0.0)


def test_quantiles_go_by_the_nearest_rank():
    assert quantile([30, 10, 20], 0.5) == 20
    assert quantile(range(1, 101), 0.95) == 95
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(("count", "low"), [(1, 0.2), (3, 0.44), (10, 0.72)])
def test_values_that_are_all_alike_leave_room_for_others(count, low):
    found = interval([1.0] * count, is_share=False)
    assert (round(found["low"], 2), found["high"]) == (pytest.approx(low, abs=0.01), 1.0)


@pytest.mark.parametrize("is_share", [False, True])
@pytest.mark.parametrize(("count", "verdict"), [(1, "cannot_tell"), (5, "cannot_tell"), (6, "better")])
def test_a_few_tasks_that_all_went_one_way_may_be_chance(count, verdict, is_share):
    found = difference([1.0] * count, [0.0] * count, is_share=is_share)
    assert found["verdict"] == verdict
    assert found["low"] < found["value"] == found["high"] == 1.0


def test_equal_differences_are_equal_whatever_binary_fractions_make_of_them():
    found = difference([2 / 3] * 4 + [1.0] * 4, [1 / 3] * 4 + [2 / 3] * 4, is_share=False)
    assert found["low"] < found["value"] - 0.1 < found["value"] + 0.1 < found["high"]


def test_equal_values_are_equal_whatever_binary_fractions_make_of_them():
    assert interval([0.1 + 0.2, 0.3, 0.3], is_share=False) == interval([0.3] * 3, is_share=False)


def test_equal_answers_differ_by_nothing():
    found = difference([1.0, 0.0], [1.0, 0.0], is_share=False)
    assert (found["low"], found["value"], found["high"]) == (0.0, 0.0, 0.0)
