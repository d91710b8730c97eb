from local.functions_host.backoff import RandomizedBackoff


def test_waits_double_from_100_ms_to_the_maximum_within_20_percent():
    backoff = RandomizedBackoff(2.0)
    waits = [backoff.next_s() for _ in range(8)]
    assert waits[0] == 0.1
    for step, wait in enumerate(waits[1:5]):
        assert 0.1 + 0.08 * 2**step <= wait <= 0.1 + 0.12 * 2**step
    assert waits[6:] == [2.0, 2.0]


def test_the_maximum_is_kept_once_it_was_waited():
    """One in thirty reaches it a step early by its spread, and must not fall below it by the next."""
    for _ in range(1000):
        backoff = RandomizedBackoff(2.0)
        waits = [backoff.next_s() for _ in range(9)]
        assert set(waits[waits.index(2.0) :]) == {2.0}


def test_a_success_starts_again_with_the_shortest_wait():
    backoff = RandomizedBackoff(60)
    for _ in range(5):
        backoff.next_s()
    backoff.reset()
    assert backoff.next_s() == 0.1


def test_the_maximum_may_be_shorter_than_the_first_wait():
    assert RandomizedBackoff(0.05).next_s() == 0.05
