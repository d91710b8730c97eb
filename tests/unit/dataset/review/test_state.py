"""What decisions add up to: the newest state stands, each act once, and nothing without what it judged."""

from __future__ import annotations

from typing import Any

from shared.dataset.review.decisions import (
    APPROVED,
    EDITED,
    NEW,
    ORIGINAL,
    OWN,
    OWN_FIRST,
    REJECTED,
    UNDECIDED,
    Act,
    Decision,
    Kind,
)
from shared.dataset.review.state import WITHDRAWN, Review


def _act(number: int, kind: Kind = "decide", **more: Any) -> Act:
    return Act(f"{number:016x}", kind, "Ines", "2026-01-01T00:00:00.000Z", **more)


def _on(index: int, verdict: str, judged: str = "a", after: str = "", **more: Any) -> Decision:
    return Decision(index, f"shop-{index:06d}", verdict, judged, after or judged, **more)


def _edit(index: int, judged: str, after: str) -> Decision:
    return _on(index, EDITED, judged, after, content=NEW, record={"task_nl": after})


def test_the_newest_decision_stands_and_the_history_stays() -> None:
    review = Review()
    review.take(_act(1), [_on(3, APPROVED)])
    review.take(_act(2), [_edit(3, "a", "b")])
    review.take(_act(3), [_on(3, REJECTED, "b", reason="no")])
    row = review.rows[3]
    assert (row.now.verdict, row.now.hash, row.now.record, row.source) == (
        REJECTED,
        "b",
        {"task_nl": "b"},
        "mixed",
    )
    assert [state.verdict for state in row.history] == [APPROVED, EDITED, REJECTED]
    assert (row.original_hash, review.counts()) == ("a", {APPROVED: 0, REJECTED: 1, EDITED: 0, OWN: 0})


def test_an_act_that_comes_twice_changes_nothing() -> None:
    review = Review()
    act = _act(1)
    review.take(act, [_on(3, APPROVED)])
    review.take(_act(2), [_on(3, REJECTED)])
    review.take(act, [_on(3, APPROVED)])
    assert (review.rows[3].now.verdict, len(review.acts)) == (REJECTED, 2)


def test_a_decision_on_another_content_changes_nothing() -> None:
    review = Review()
    review.take(_act(1), [_edit(3, "a", "b")])
    review.take(_act(2), [_edit(3, "a", "c"), _on(4, APPROVED)])
    assert (review.rows[3].now.hash, review.rows[4].now.verdict) == ("b", APPROVED)
    assert review.acts[_act(2).id].indices == (4,)


def test_reverting_brings_the_content_back_and_takes_the_verdict() -> None:
    review = Review()
    review.take(_act(1), [_edit(3, "a", "b")])
    review.take(_act(2), [_on(3, UNDECIDED, "b", "a", content=ORIGINAL)])
    row = review.rows[3]
    assert (row.now.record, row.is_touched, row.is_as_made, row.source) == (None, False, True, "")


def test_an_own_row_keeps_its_content_when_it_is_reverted() -> None:
    review = Review()
    made = Decision(OWN_FIRST, "shop-own-1", OWN, "", "a", content=NEW, record={"task_nl": "a"})
    review.take(_act(1, "add"), [made])
    review.take(_act(2), [Decision(OWN_FIRST, "shop-own-1", EDITED, "a", "b", "", NEW, {"task_nl": "b"})])
    review.take(_act(3), [Decision(OWN_FIRST, "shop-own-1", OWN, "b", "a", content=ORIGINAL)])
    row = review.rows[OWN_FIRST]
    assert (row.now.record, row.is_own, row.source, row.is_as_made) == ({"task_nl": "a"}, True, "human", True)
    assert (review.next_own, [one.index for one in review.own()]) == (1, [OWN_FIRST])
    assert review.index_of("shop-own-1") == OWN_FIRST


def test_taking_back_goes_to_the_state_before_each() -> None:
    review = Review()
    review.take(_act(1), [_on(3, APPROVED)])
    review.take(_act(2), [_edit(3, "a", "b"), _edit(4, "x", "y")])
    decisions, skipped = review.undoing(_act(2).id)
    assert skipped == []
    assert [(d.index, d.verdict, d.judged, d.hash, d.content) for d in decisions] == [
        (3, APPROVED, "b", "a", ORIGINAL),
        (4, UNDECIDED, "y", "x", ORIGINAL),
    ]
    review.take(_act(3, "undo", of=_act(2).id), decisions)
    assert review.acts[_act(2).id].undone
    assert (review.rows[3].now.verdict, review.rows[4].is_touched) == (APPROVED, False)
    again, _ = review.undoing(_act(3).id)
    review.take(_act(4, "undo", of=_act(3).id), again)
    assert review.rows[3].now.record == {"task_nl": "b"}


def test_taking_back_an_added_row_withdraws_it() -> None:
    review = Review()
    made = Decision(OWN_FIRST, "shop-own-1", OWN, "", "a", content=NEW, record={"task_nl": "a"})
    review.take(_act(1, "add"), [made])
    (decision,), _ = review.undoing(_act(1).id)
    assert (decision.verdict, decision.reason) == (REJECTED, WITHDRAWN)
