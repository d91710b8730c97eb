from pathlib import Path

import pytest

from local.functions_host.errors import HostError
from local.functions_host.host_json import HostJson, load_host_json, parse_host_json, parse_span


def parse(**document: object) -> HostJson:
    return parse_host_json({"version": "2.0", **document}, processors=2)


def test_an_empty_host_json_has_the_defaults_of_the_functions_host():
    host = parse()
    queues = host.queues
    assert (queues.batch_size, queues.new_batch_threshold, queues.max_dequeue_count) == (16, 16, 5)
    assert (queues.visibility_timeout_s, queues.max_polling_interval_s, queues.encoding) == (0, 2, "base64")
    assert (host.blob_parallelism, host.blob_tries, host.route_prefix) == (16, 5, "api")
    assert (host.singleton.lock_period_s, host.singleton.recovery_interval_s) == (60, 60)
    assert host.function_timeout_s == 30 * 60


def test_the_threshold_for_a_new_batch_follows_the_batch_size_and_the_processors():
    assert parse(extensions={"queues": {"batchSize": 7}}).queues.new_batch_threshold == 6


def test_what_is_given_is_taken():
    queues = {
        "batchSize": 32,
        "newBatchThreshold": 0,
        "visibilityTimeout": "00:00:30",
        "messageEncoding": "none",
    }
    host = parse(extensions={"queues": queues, "http": {"routePrefix": "/v1/"}}, functionTimeout="00:10:00")
    assert (host.queues.batch_size, host.queues.new_batch_threshold) == (32, 0)
    assert (host.queues.visibility_timeout_s, host.queues.encoding) == (30, "none")
    assert (host.route_prefix, host.function_timeout_s) == ("v1", 600)


def test_minus_one_is_no_function_timeout():
    assert parse(functionTimeout="-1").function_timeout_s is None


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"version": "1.0"}, "version"),
        ({"extensions": {"queues": {"batchSize": 33}}}, "extensions.queues.batchSize"),
        ({"extensions": {"queues": {"batchSize": True}}}, "extensions.queues.batchSize"),
        ({"extensions": {"queues": {"messageEncoding": "base-64"}}}, "extensions.queues.messageEncoding"),
        ({"extensions": {"queues": {"maxPollingInterval": 5}}}, "extensions.queues.maxPollingInterval"),
        (
            {"extensions": {"queues": {"maxPollingInterval": "00:00:00"}}},
            "extensions.queues.maxPollingInterval",
        ),
        ({"extensions": {"queues": []}}, "extensions.queues"),
        ({"extensions": []}, "extensions.blobs"),
        ({"singleton": {"listenerLockPeriod": "00:02:00"}}, "singleton.listenerLockPeriod"),
        ({"functionTimeout": "soon"}, "functionTimeout"),
        ({"functions": "all"}, "functions"),
    ],
)
def test_a_value_that_is_not_accepted_is_refused_with_its_key(document: dict[str, object], key: str):
    with pytest.raises(HostError, match=f"host.json: {key} must be"):
        parse(**document)


def test_a_file_that_is_missing_or_not_json_is_refused(tmp_path: Path):
    with pytest.raises(HostError, match=r"no host\.json"):
        load_host_json(tmp_path)
    (tmp_path / "host.json").write_text("{")
    with pytest.raises(HostError, match="not JSON"):
        load_host_json(tmp_path)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00:01", 1), ("01:02:03.5", 3723.5), ("2.00:00:00", 172800), ("-1", None), ("5", None), ("", None)],
)
def test_a_time_span_is_read(text: str, seconds: float | None):
    assert parse_span(text) == seconds
