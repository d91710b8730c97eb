import asyncio

import pytest

from local.functions_host.retry import RetryPolicy, parse_retry
from local.functions_host.worker import Outcome

OK, FAILED = Outcome(True, None, []), Outcome(False, None, [], "E")


async def run(policy: RetryPolicy, *outcomes: Outcome, stopping: bool = False) -> tuple[Outcome, list[int]]:
    counts: list[int] = []
    stop = asyncio.Event()
    if stopping:
        stop.set()

    async def attempt(count: int) -> Outcome:
        counts.append(count)
        return outcomes[count]

    return await policy.run(attempt, stop), counts


async def test_without_a_policy_there_is_one_try():
    assert await run(parse_retry({}), FAILED) == (FAILED, [0])


async def test_tries_end_with_the_first_success():
    assert await run(RetryPolicy(5), FAILED, FAILED, OK) == (OK, [0, 1, 2])


async def test_tries_end_with_the_count():
    assert await run(RetryPolicy(2), FAILED, FAILED, FAILED) == (FAILED, [0, 1, 2])


async def test_a_host_that_stops_tries_no_more():
    assert await run(RetryPolicy(2), FAILED, FAILED, FAILED, stopping=True) == (FAILED, [0])


@pytest.mark.parametrize(
    ("settings", "delays"),
    [
        ({"strategy": "fixed_delay", "max_retry_count": "3", "delay_interval": "00:00:10"}, [10, 10, 10]),
        (
            {"strategy": "exponential_backoff", "max_retry_count": "-1", "minimum_interval": "00:00:02",
             "maximum_interval": "00:00:05"},
            [2, 4, 5],
        ),
    ],
)  # fmt: skip
def test_delays_follow_the_strategy(settings: dict[str, str], delays: list[float]):
    policy = parse_retry(settings)
    assert policy.max_count == int(settings["max_retry_count"])
    assert [policy.delay_s(retry) for retry in (1, 2, 3)] == delays
