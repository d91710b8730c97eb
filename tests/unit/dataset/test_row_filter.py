"""Filters of rows: what a quick look at a stored line refuses, the filter itself would refuse."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from shared.dataset.row_filter import RowFilter
from shared.dataset.row_index import RowEntry

_TEXTS = st.text(alphabet='aAkKzé\u212a\u0130 "\\,:\n', max_size=6)
_WORDS = st.sampled_from(["", "train", "chain", "a", "A", 'q"x', "\u212a"])


@st.composite
def entries(draw: st.DrawFn) -> RowEntry:
    return RowEntry(
        index=draw(st.integers(0, 9)),
        status="accepted",
        reason=draw(_WORDS),
        split=draw(_WORDS),
        task=draw(_TEXTS),
        operations=tuple(draw(st.lists(_WORDS, max_size=2))),
        shape=draw(_WORDS),
        persona=draw(_TEXTS),
        findings=tuple(draw(st.lists(_WORDS, max_size=2))),
    )


@given(
    entries(),
    st.dictionaries(
        st.sampled_from(["q", "operation", "finding", "split", "shape", "persona", "reason"]), _TEXTS | _WORDS
    ),
)
def test_no_line_is_refused_that_the_filter_takes(entry: RowEntry, asked: dict[str, str]) -> None:
    wanted = RowFilter.of(asked)
    if wanted.takes(entry):
        assert wanted.probe()(msgspec.json.encode(entry))


def test_most_lines_that_do_not_fit_are_refused_unread() -> None:
    line = msgspec.json.encode(RowEntry(index=1, status="accepted", split="train", task="Pay the bill"))
    assert not RowFilter.of({"q": "lamp"}).probe()(line)
    assert not RowFilter.of({"split": "test"}).probe()(line)
    assert not RowFilter.of({"operation": "pay"}).probe()(line)
    assert RowFilter.of({"q": "THE BILL", "split": "train"}).probe()(line)
