"""Markup that is escaped by default, and numbers as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.markup import dollars, escaped, loss, moment, pairs, share, signed, table, tag
from tests.builders.report import Page


@given(st.text())
def test_any_text_reads_back_as_text_and_nothing_else(text: str) -> None:
    page = Page(str(tag("p", text, title=text)).encode(errors="replace"))
    assert [name for name, _ in page.elements] == ["p"]
    assert (page.unbalanced, page.open) == ([], [])


def test_markup_is_not_escaped_again() -> None:
    assert escaped(tag("b", "a & b")) == "<b>a &amp; b</b>"


def test_an_attribute_is_spelt_as_in_html_and_left_out_for_none() -> None:
    assert tag("p", class_="a", aria_label='"', id=None) == '<p class="a" aria-label="&quot;"></p>'


def test_a_list_leaves_out_what_is_not_known() -> None:
    assert "b" not in Page(str(pairs([("a", "1"), ("b", None), ("b", "")])).encode()).text


def test_numbers_stand_right() -> None:
    assert '<td class="n">1</td>' in table(["name", "count"], [["a", "1"]], numbers=frozenset({1}))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (loss(0.51234), "0.512"), (loss(1234.5), "1,234.5"), (loss(None), "–"), (share(0.8731), "87.3%"),
        (signed(0.123), "+12.3"), (signed(-0.2), "−20.0"), (signed(0.0001), "±0.0"), (dollars(1234.5), "$1,234.50"),
        (dollars(0.0123), "$0.0123"), (dollars(0), "$0.00"),
        (moment("2026-01-01T00:00:00.000Z"), "2026-01-01 00:00:00 UTC"), (moment("?"), "?"),
    ],
)  # fmt: skip
def test_numbers_read_well(found: str, expected: str) -> None:
    assert found == expected
