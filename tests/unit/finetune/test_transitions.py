"""The state machine of a fine-tune job, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.finetune.transitions import FINAL, TRANSITIONS, State, allowed
from tests.builders.finetune import NOW, job


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_can_be_reached_and_every_way_ends() -> None:
    reached, frontier = {State.REQUESTED}, [State.REQUESTED]
    while frontier:
        for target in TRANSITIONS[frontier.pop()]:
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State)
    assert frozenset({State.COMPLETE, State.FAILED, State.CANCELLED}) == FINAL


def test_a_trained_job_never_fails() -> None:
    for state in (State.SUCCEEDED, State.DEPLOYING, State.DEPLOYED, State.EVALUATING):
        assert not allowed(state, State.FAILED)


@pytest.mark.parametrize("state", State)
def test_no_state_is_entered_twice(state: State) -> None:
    assert state not in TRANSITIONS[state]


def test_a_forbidden_way_is_refused() -> None:
    with pytest.raises(ValueError, match="from cancelled to running"):
        job(State.CANCELLED).moved(State.RUNNING, NOW)


def test_entering_a_state_is_noted_and_staying_is_not() -> None:
    later = NOW + timedelta(seconds=5)
    entered = job(State.REQUESTED).moved(State.UPLOADING, later)
    assert entered.history == ({"at": "2026-01-01T00:00:05.000Z", "state": "uploading"},)
    assert entered.kept(later + timedelta(hours=1)).history == entered.history
    assert entered.age_s(later + timedelta(hours=1)) == 3600
