"""What a person has changed is no longer what was asked, answered and judged before."""

from __future__ import annotations

from typing import Any

from shared.dataset.outcome import BaseAnswer
from shared.dataset.review.decisions import EDITED, NEW, Act, Decision
from shared.dataset.review.outcomes import as_reviewed
from shared.dataset.review.state import Review, RowReview
from shared.tokens import Tokens
from tests.builders.outcomes import accepted, attempt, plain, plan, publication, record


def _outcome() -> dict[str, Any]:
    base = BaseAnswer("wrong", "wrong_type", ("wrong_type",), '{"steps":[]}', Tokens(30, 0, 5))
    wrong = attempt("invalid", plan=plan("depot.op5"), errors=({"code": "wrong_type"},))
    judgement = {"score": 2, "scores": {"does_the_task": 2}}
    return plain(accepted(3, attempts=(wrong, attempt()), base=base, judgement=judgement))


def _edited(after: dict[str, Any]) -> RowReview:
    review = Review()
    act = Act("0" * 16, "decide", "Ines", "2026-01-01T00:00:00.000Z")
    review.take(act, [Decision(3, "depot-000003", EDITED, "a", "b", content=NEW, record=after)])
    return review.rows[3]


def test_answers_to_the_former_content_of_an_edited_row_are_no_preferences_and_judge_nothing() -> None:
    made = as_reviewed(_outcome(), _edited(record(3, task_nl="Sell the lamp")))
    assert made["record"]["task_nl"] == "Sell the lamp"
    assert (made["base"]["result"], made["base"]["text"], made["judgement"]) == ("unanswered", "", None)
    assert [made["plan"] for made in made["attempts"]] == [None, None]


def test_what_the_former_content_cost_stays() -> None:
    spent = []
    for outcome in (_outcome(), as_reviewed(_outcome(), _edited(record(3, task_nl="Sell the lamp")))):
        making = publication()
        making.observe(outcome)
        spent.append(making.manifest([]).split(b'"tokens"', 1)[1].split(b"}", 1)[0])
    assert spent[0] == spent[1]


def test_the_answers_of_a_row_that_nobody_changed_stay() -> None:
    assert as_reviewed(_outcome(), None) == _outcome()
