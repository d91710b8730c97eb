"""Faults strike the asked share, the same way every time."""

from __future__ import annotations

import pytest

from local.openai_emulator.faults import Attempts, Dice
from local.openai_emulator.switches import FAULTS, Switches


def faults(switches, count=4000, attempt=1):
    return [Dice(switches, request, attempt).fault(is_repair=False) for request in range(count)]


def test_the_asked_share_is_spoiled_with_all_classes_mixed():
    found = faults(Switches(malformed_share=0.3))
    assert 0.27 < sum(map(bool, found)) / len(found) < 0.33
    assert set(found) - {""} == set(FAULTS)


def test_the_same_request_is_spoiled_the_same_way():
    assert faults(Switches(malformed_share=0.3)) == faults(Switches(malformed_share=0.3))
    assert faults(Switches(malformed_share=0.3)) != faults(Switches(malformed_share=0.3, seed=1))


def test_only_answers_without_a_repair_fare_better_when_asked_again():
    switches = Switches(malformed_share=0.3)
    changed = {
        before
        for before, after in zip(faults(switches), faults(switches, attempt=2), strict=True)
        if before != after
    }
    assert changed == {"refusal", "length", "content_filter"}


def test_repair_turns_can_be_spared():
    switches = Switches(malformed_share=1.0, malformed_only_first=True)
    assert Dice(switches, 1, 1).fault(is_repair=True) == ""
    assert Dice(switches, 1, 1).fault(is_repair=False) != ""


def test_a_retry_throws_anew():
    attempts, switches = Attempts(), Switches()
    throws = {Dice(switches, 5, attempts.next(5)).share("500") for _ in range(5)}
    assert len(throws) == 5


@pytest.mark.parametrize("deterministic", [True, False])
def test_the_tail_takes_its_share(deterministic):
    switches = Switches(latency_s=1, tail_share=0.05, tail_s=5, deterministic=deterministic)
    waits = [Dice(switches, request, 1).latency_s() for request in range(4000)]
    assert set(waits) == {1.0, 5}
    assert 0.03 < waits.count(5) / len(waits) < 0.07
