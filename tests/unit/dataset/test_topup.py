"""A run is topped up to exactly the samples asked for, within bounds."""

from dataclasses import dataclass

import pytest

from shared.dataset.topup import MAX_WAVES, most_planned, top_up


@dataclass
class Accepted:
    accepted: int


def more(accepted, planned, samples=100, **given):
    options = {"samples": samples, "top_up": given.pop("wanted", True)}
    return top_up(Accepted(accepted), options, planned, **given)


def test_enough_records_need_no_more():
    assert more(100, 100) == 0


def test_a_wave_is_exactly_what_is_lacking():
    assert more(50, 100) == 50
    assert more(99, 140, previous_planned=130, previous_accepted=90) == 1


def test_top_up_can_be_refused():
    assert more(50, 100, wanted=False) == 0


def test_a_run_that_accepts_nothing_stops():
    assert more(0, 100) == 0


def test_a_large_wave_that_accepted_nothing_is_the_last():
    assert more(50, 200, previous_planned=100, previous_accepted=50) == 0


def test_a_small_wave_that_accepted_nothing_was_bad_luck():
    assert more(98, 102, previous_planned=100, previous_accepted=98) == 2


def test_the_number_of_waves_is_bounded():
    assert more(98, 150, waves=MAX_WAVES) == 0


@pytest.mark.parametrize("samples", [1, 100, 5000])
def test_a_run_never_plans_more_than_its_bound(samples):
    assert more(1, most_planned(samples), samples=max(2, samples)) <= most_planned(
        max(2, samples)
    ) - most_planned(samples)
    assert more(1, most_planned(samples) - 1, samples=samples) <= 1
