"""What reads like an id is told from plain words; what is private is found wherever it stands."""

from __future__ import annotations

import pytest

from shared.plan.catalog_words import is_id_like
from shared.plan.task_text import private_findings


@pytest.mark.parametrize(
    "name",
    [
        "create_order",
        "getUser",
        "ListPets",
        "order.create",
        "search-hybrid-filter",
        "update-order",
        "HTTPGet",
    ],
)
def test_joined_words_are_ids(name: str) -> None:
    assert is_id_like(name)


@pytest.mark.parametrize(
    "name", ["search", "Orders", "login", "sign-up", "check-in", "opt-out", "get", "SEARCH"]
)
def test_plain_words_are_not(name: str) -> None:
    assert not is_id_like(name)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AKIA" + "QWERTYUIOPASDFGH", "secret"),
        ("Bearer " + "abcdef0123456789ABCDEF", "secret"),
        ("password=" + "hunter2hunter2", "secret"),
        ("https://user:" + "pass1234@db.example.net/x", "secret"),
        ("write to anna.real@gmail.com", "personal_data"),
        ("pay with 4539 1488 0343 6467", "personal_data"),
    ],
)
def test_private_texts_are_found_with_their_path(text: str, code: str) -> None:
    found = list(private_findings({"plan": {"steps": [{"arguments": {"x": ["ok", text]}}]}}))
    assert [(error["code"], error["path"]) for error in found] == [(code, "plan.steps[0].arguments.x[1]")]


@pytest.mark.parametrize(
    "text",
    [
        "maria.keller@example.com",
        "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80",
        "${steps.1.order.customer.preferences[0].id}",
        "2026-03-01T09:30:00Z",
        "+1 202-555-0143",
        "the key point: pins and signatures",
        "https://example.com/articles/how-to-plan-a-garden",
        "<secret:string>",
    ],
)
def test_fakes_ids_and_plain_words_are_not_private(text: str) -> None:
    assert list(private_findings({"x": text})) == []
