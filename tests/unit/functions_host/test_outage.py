import logging

import pytest

from local.functions_host.outage import Outage


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_outage_is_two_lines_however_many_calls_fail(clock: Clock, caplog: pytest.LogCaptureFixture):
    outage = Outage("http://q", clock)
    for clock.now in (0.0, 0.5, 1.0, 2.0, 3.0):
        outage.begin("refused")
    outage.end()
    outage.end()
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "http://q is away, trying again until it is back: refused" in caplog.messages[0]
    assert caplog.messages[1] == "http://q is back after 3.0 s"


def test_a_call_that_fails_once_is_no_outage(clock: Clock, caplog: pytest.LogCaptureFixture):
    outage = Outage("http://q", clock)
    for clock.now in (0.0, 5.0):
        outage.begin("refused")
        outage.end()
    assert caplog.messages == []
