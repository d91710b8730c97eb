"""What requests to one url fix is told from what they only send as an example."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema
from tests.builders.documents import collection, read, request


def body_of(name: str, items: list[dict[str, Any]]) -> JsonSchema:
    """The schema of the one body field of the operation called `name`."""
    api = next(one for one in read(collection(*items)).apis if one.name == name)
    return next(p.schema for p in api.parameters if p.location == "body")


def terminal(name: str, **fields: Any) -> dict[str, Any]:
    header = {
        "ProtocolVersion": "3.0",
        "Kind": "Request",
        "Command": name,
        "Currency": "EUR",
        "SaleID": "{{sale}}",
    }
    return request(name, "{{base}}", "POST", body={"Envelope": {"Header": header, **fields}})


def leaves(name: str, *items: dict[str, Any]) -> dict[str, Any]:
    schema = body_of(name, list(items))
    return {**schema["properties"], **schema["properties"]["Header"]["properties"]}


ITEMS = [terminal(name, Amount=12.5, Text="Pay now?") for name in ("PayNow", "PayLater", "GiveBack")]


def test_versions_and_words_that_all_requests_of_a_url_send_are_constants() -> None:
    found = leaves("PayNow", *ITEMS)
    assert found["ProtocolVersion"] == {"type": "string", "const": "3.0"}
    assert found["Kind"] == {"type": "string", "const": "Request"}


def test_the_word_that_tells_requests_apart_is_fixed_for_each() -> None:
    said = {str(leaves(name, *ITEMS)["Command"]) for name in ("PayNow", "PayLater", "GiveBack")}
    assert len(said) == 3
    assert all("PayNow" in one or "PayLater" in one or "GiveBack" in one for one in said)


def test_amounts_currencies_and_sentences_stay_examples() -> None:
    found = leaves("PayNow", *ITEMS)
    assert found["Amount"] == {"type": "number", "examples": [12.5]}
    assert found["Currency"] == {"type": "string", "examples": ["EUR"]}
    assert found["Text"] == {"type": "string", "examples": ["Pay now?"]}


def test_a_placeholder_is_no_example() -> None:
    assert leaves("PayNow", *ITEMS)["SaleID"] == {"type": "string"}


def test_requests_to_different_urls_fix_nothing() -> None:
    items = [
        request(name, f"{{{{base}}}}/{name}", "POST", body={"o": {"kind": "Order"}})
        for name in ("a", "b", "c")
    ]
    assert body_of("a", items)["properties"]["kind"]["examples"] == ["Order"]
