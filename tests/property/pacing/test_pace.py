"""Whatever window the service counts in, and however many processes share it, the quota is used and kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.lengths import cases
from tests.builders.shared_quota import SharedQuota

_CALL_TOKENS = 6200
_QUANTITIES = {
    "calls": lambda window_s: {"rpm": 1200, "rpm_window_s": window_s},
    "tokens": lambda window_s: {"tpm": 1200 * _CALL_TOKENS, "tpm_window_s": window_s},
}
_RECORDS = {1.0: 400, 10.0: 1000, 60.0: 2400}
_SEEDS = range(cases(1, 20))

quantities = pytest.mark.parametrize("quantity", _QUANTITIES)
kinds = pytest.mark.parametrize("kind", ["fixed", "sliding", "bucket"])
windows = pytest.mark.parametrize("window_s", _RECORDS)


def _simulated(quantity: str, kind: str, window_s: float, processes: int, seed: int) -> tuple[float, float]:
    """Time as a multiple of the ideal one, and the share of refused calls."""
    records = _RECORDS[window_s]
    done = SharedQuota(
        {**_QUANTITIES[quantity](window_s), "window": kind},
        processes=processes,
        records=records,
        retry_after_s=1.0 if window_s == 1 else 0,
        seed=seed,
    ).run()
    assert done.answered == records
    ideal_s = records / 20 if quantity == "calls" else done.tokens / (20 * _CALL_TOKENS)
    return done.span_s / ideal_s, done.refused_share


@quantities
@kinds
@windows
def test_one_process_uses_nearly_all_of_a_quota_and_is_hardly_ever_refused(
    quantity: str, kind: str, window_s: float
) -> None:
    # A window of one second holds 20 calls' tokens, of which the last one often does not fit.
    slowest = 1.11 if window_s == 1 and quantity == "tokens" else 1.06
    for seed in _SEEDS:
        ratio, refused = _simulated(quantity, kind, window_s, 1, seed)
        assert ratio <= slowest
        assert refused <= 0.02


@quantities
@kinds
@windows
def test_three_processes_find_their_thirds_without_talking_to_each_other(
    quantity: str, kind: str, window_s: float
) -> None:
    slowest = 1.15 if kind == "fixed" else 1.25
    for seed in _SEEDS:
        ratio, refused = _simulated(quantity, kind, window_s, 3, seed)
        assert ratio <= slowest
        assert refused <= (0.14 if kind == "bucket" else 0.10)


@pytest.mark.parametrize("believed_share", [0.9, 0.95, 0.97, 0.99, 1.0])
def test_tokens_that_the_service_counts_higher_than_we_do_cost_neither_time_nor_refusals(
    believed_share: float,
) -> None:
    for seed in range(cases(5, 100)):
        done = SharedQuota(
            {"tpm": 1200 * _CALL_TOKENS, "tpm_window_s": 10.0},
            believed_share=believed_share,
            seed=seed,
        ).run()
        assert done.span_s / (done.tokens / (20 * _CALL_TOKENS)) <= 1.05
        assert done.refused_share <= 0.02


_STORMS = {
    "no quota": ({}, True),
    "a quota told": ({"rpm": 1200, "rpm_window_s": 1.0}, True),
    "a quota of ten seconds told": ({"rpm": 1200, "rpm_window_s": 10.0}, True),
    "a quota not told": ({"rpm": 1200, "rpm_window_s": 1.0}, False),
}


@pytest.mark.parametrize("storm_share", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("quota", _STORMS)
def test_refusals_that_have_nothing_to_do_with_the_pace_do_not_starve_a_run(
    quota: str, processes: int, storm_share: float
) -> None:
    switches, told = _STORMS[quota]
    for seed in range(cases(2, 20)):
        done = SharedQuota(
            switches,
            processes=processes,
            records=300,
            retry_after_s=0,
            storm_share=storm_share,
            told=told,
            seed=seed,
        ).run()
        assert done.answered == 300
        assert done.span_s <= 120


@given(
    rpm=st.integers(30, 6000),
    window_s=st.sampled_from([1.0, 10.0, 60.0]),
    kind=st.sampled_from(["fixed", "sliding", "bucket"]),
    processes=st.integers(1, 4),
    latency_s=st.floats(0.01, 8),
    told=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_every_record_is_answered_in_a_time_that_the_quota_allows(
    rpm: int, window_s: float, kind: str, processes: int, latency_s: float, told: bool, seed: int
) -> None:
    records = 150
    switches = {"rpm": rpm, "rpm_window_s": window_s, "window": kind}
    done = SharedQuota(
        switches,
        processes=processes,
        records=records,
        latency_s=latency_s,
        retry_after_s=0,
        told=told,
        seed=seed,
    ).run()
    assert done.answered == records
    assert done.span_s <= 4 * (records * 60 / rpm + 3 * window_s + 4 * latency_s + 10)
