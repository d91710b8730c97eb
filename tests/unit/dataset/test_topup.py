from dataclasses import dataclass

import pytest

from shared.dataset.topup import most_planned, top_up


@dataclass
class Accepted:
    accepted: int


def more(accepted, planned, samples=100, **given):
    options = {"samples": samples, "top_up": given.pop("wanted", True)}
    return top_up(Accepted(accepted), options, planned, **given)


def test_enough_records_need_no_more():
    assert more(100, 100) == 0
    assert more(130, 150) == 0


def test_a_wave_makes_up_for_the_rate_of_acceptance():
    assert more(50, 100) == 110


def test_a_few_missing_records_need_a_few_indices():
    assert 1 <= more(99, 100) <= 3


def test_top_up_can_be_refused():
    assert more(50, 100, wanted=False) == 0


def test_a_run_that_accepts_nothing_stops():
    assert more(0, 100) == 0


def test_a_wave_that_accepted_nothing_is_the_last():
    assert more(50, 200, previous_planned=100, previous_accepted=50) == 0


def test_the_last_waves_rate_counts():
    assert more(60, 200, previous_planned=100, previous_accepted=50) == 150


@pytest.mark.parametrize("samples", [1, 100, 5000])
def test_a_run_never_plans_more_than_its_bound(samples):
    planned, accepted, waves = samples, 1, 0
    while wave := more(accepted, planned, samples=samples, previous_accepted=accepted - 1):
        planned += wave
        waves += 1
        assert planned <= most_planned(samples)
        if accepted >= samples or waves > 500:
            break
    assert planned <= most_planned(samples)
