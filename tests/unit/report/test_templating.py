"""Templates escape whatever they are given, and figures are as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.cells import Cell, Table, known
from shared.report.figures import dollars, dollars_alike, loss, moment, percent, share, signed
from shared.report.templating import environment
from tests.builders.report import Page


def made(table: Table) -> str:
    macros = environment().get_template("macros.html").module
    return str(macros.table(table))  # type: ignore[attr-defined]


@given(st.text(), st.sampled_from(["", "b", "code", "small"]))
def test_any_text_reads_back_as_text_and_nothing_else(text: str, mark: str) -> None:
    page = Page(
        made(Table([text], [[Cell(text, [text], mark, small_mark=mark)]], label=text)).encode(
            errors="replace"
        )
    )
    assert {name for name, _ in page.elements} <= {
        *("div", "table", "thead", "tbody", "tr", "th", "td", "small", "b", "code")
    }
    assert (page.unbalanced, page.open) == ([], [])


def test_controls_and_texts_that_read_backwards_are_replaced() -> None:
    assert "\u202e" not in made(Table(["a\u202eb\x00"], [])) and "a\ufffdb\ufffd" in made(
        Table(["a\u202eb\x00"], [])
    )


def test_what_is_not_known_is_left_out() -> None:
    assert [fact.name for fact in known([("a", "1"), ("b", None), ("c", ""), ("d", "x", "code")])] == [
        "a",
        "d",
    ]


def test_numbers_stand_right() -> None:
    found = made(Table(["name", "count"], [["a", "1"]], frozenset({1})))
    assert '<td class="n">1</td>' in found and "<td>a</td>" in found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (loss(0.51234), "0.512"), (loss(1234.5), "1,234.5"), (loss(None), "–"), (share(0.8731), "87.3%"), (percent(0.871), "87 %"),
        (signed(0.123), "+12.3"), (signed(-0.2), "−20.0"), (signed(0.0001), "±0.0"), (dollars(1234.5), "$1,234.50"),
        (dollars(0.0123), "$0.0123"), (dollars(0), "$0.00"), (dollars(None), "–"),
        (dollars(0.00002), "under $0.0001"), (dollars(0.00006), "$0.0001"),
        (" → ".join(dollars_alike(0.0809, 0.12)), "$0.0809 → $0.1200"), (" → ".join(dollars_alike(None, 1.5)), "– → $1.50"),
        (moment("2026-01-01T00:00:00.000Z"), "2026-01-01 00:00:00 UTC"), (moment("?"), "?"),
    ],
)  # fmt: skip
def test_numbers_read_well(found: str, expected: str) -> None:
    assert found == expected
