import sys

import pytest

from cli.api_error import ApiError
from cli.client import Client
from cli.errors import CommandError
from cli.progress import LiveDisplay, PlainDisplay, follow
from cli.run_view import Ending
from tests.builders.fake_api import RUN_ID, FakeApi, a_run, serving


class Hours:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _generating(done: int) -> dict:
    return a_run(status="generating", counts={"total": 4, "done": done, "accepted": done, "rejected": 0})


def _follow(api: FakeApi, *, finetune: bool = False, timeout_s: float | None = None):
    time, lines = Hours(), []
    shown = PlainDisplay(lines.append, time.clock)
    with serving(api), Client(api.url) as client:
        found = follow(
            client, RUN_ID, shown, finetune=finetune, timeout_s=timeout_s, clock=time.clock, sleep=time.sleep
        )
    return *found, lines


def test_a_run_is_followed_to_its_end():
    state, end, lines = _follow(FakeApi(states=[_generating(0), _generating(2), a_run()]))
    assert (state["status"], end) == ("published", Ending())
    assert [text.split(" · ")[0] for text in lines] == ["generating", "published"]


def test_plain_lines_come_every_few_seconds_and_only_when_something_moved():
    _, _, lines = _follow(FakeApi(states=[_generating(1)] * 30 + [_generating(2)] * 30 + [a_run()]))
    assert [text.split(" · ")[1] for text in lines] == ["1/4 records", "2/4 records", "4/4 records"]


def test_a_host_that_restarts_is_waited_for():
    _, end, _ = _follow(FakeApi(failing=100))
    assert end == Ending()


def test_a_host_that_stays_away_is_given_up():
    with pytest.raises(ApiError, match="storage does not answer"):
        _follow(FakeApi(failing=1000))


def test_waiting_can_be_bounded_and_says_that_the_run_goes_on():
    with pytest.raises(CommandError, match="goes on"):
        _follow(FakeApi(states=[_generating(1)]), timeout_s=3)


def test_an_unknown_run_ends_the_wait_at_once():
    api = FakeApi()
    with serving(api), Client(api.url) as client, pytest.raises(ApiError, match="no such run"):
        follow(client, "other-0123456789", PlainDisplay(print), finetune=False)


def test_the_live_display_shows_records_and_job(capsys: pytest.CaptureFixture[str]):
    job = {"state": "running", "step": 3, "total_steps": 30, "train_loss": 0.5}
    with LiveDisplay(sys.stdout) as shown:
        shown.show(_generating(2), 1.0)
        shown.show(a_run(status="fine_tuning", finetune=job), 0.0)
    text = capsys.readouterr().out
    assert "fine tuning" in text
    assert "4/4" in text
    assert "loss 0.5" in text


def test_the_live_display_says_what_a_run_waits_for(capsys: pytest.CaptureFixture[str]):
    waiting = {"what": "throttled", "since": "2026-11-30T09:00:00Z", "indices": 12}
    with LiveDisplay(sys.stdout) as shown:
        shown.show({**_generating(2), "waiting": waiting}, 1.0)
    assert "the model service is throttling" in " ".join(capsys.readouterr().out.split())
