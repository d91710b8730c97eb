"""A body cannot make its own message unreadable."""

from __future__ import annotations

from typing import Any

import pytest
from azure.functions.meta import get_binding_registry
from azure_functions_runtime.bindings.datumdef import Datum

import shared.adapters.storage.queue_message  # noqa: F401  registers what is tested


def _decoded(**metadata: Any) -> Any:
    known = {
        "Id": Datum("1", "string"),
        "DequeueCount": Datum("3", "json"),
        "PopReceipt": Datum("p", "string"),
    }
    times = {
        name: Datum('"2026-01-01T00:00:00+00:00"', "json") for name in ("ExpirationTime", "InsertionTime")
    }
    converter = get_binding_registry().get("queueTrigger")
    return converter.decode(Datum("body", "string"), trigger_metadata={**known, **times, **metadata})


def test_metadata_that_can_be_read_are_there() -> None:
    message = _decoded()
    assert (message.get_body(), message.dequeue_count, message.insertion_time.year) == (b"body", 3, 2026)


@pytest.mark.parametrize("name", ["DequeueCount", "ExpirationTime", "InsertionTime", "NextVisibleTime"])
@pytest.mark.parametrize("value", [Datum("many", "string"), Datum("{}", "json"), Datum("nonsense", "json")])
def test_metadata_that_a_body_has_overwritten_count_as_absent(name: str, value: Any) -> None:
    message = _decoded(**{name: value})
    assert (message.get_body(), message.dequeue_count) == (b"body", None)
