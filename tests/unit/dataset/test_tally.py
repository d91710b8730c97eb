import orjson
import pytest
from msgspec.structs import replace

from shared.dataset.quality import quality
from shared.dataset.tally import Tally
from shared.plan.shapes import shape
from shared.tokens import Tokens
from tests.builders.outcomes import accepted, attempt, plan, rejected


def add(tally, outcome, status=None):
    tally.add(orjson.loads(outcome.to_line()), status=status or outcome.status, reason=outcome.reason)


def steps(*depends_on):
    return {"steps": [{"depends_on": needs} for needs in depends_on]}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (steps([]), "single"),
        (steps([], [1]), "chain"),
        (steps([], [1], [2]), "chain"),
        (steps([], []), "parallel"),
        (steps([], [], [1, 2]), "join"),
        (steps([], [1], [1]), "fan_out"),
        ({"steps": [{}, {"depends_on": None}]}, "parallel"),
    ],
)
def test_the_shape_follows_the_dependencies(made, expected):
    assert shape(made) == expected


def test_every_attempt_and_token_is_counted_whatever_became_of_the_index():
    tally = Tally()
    add(tally, accepted(0, attempts=(attempt("invalid"), attempt())))
    add(tally, rejected(1))
    assert tally.all_tokens == Tokens(300, 120, 90)
    assert tally.attempts == {"valid": 1, "invalid": 2}
    assert tally.teacher_ms == 1500


def test_tokens_are_kept_apart_by_model():
    tally = Tally()
    add(tally, accepted(0, model="a"))
    add(tally, accepted(1, model="b"))
    add(tally, rejected(2, model=""))
    assert tally.tokens == {"a": Tokens(100, 40, 30), "b": Tokens(100, 40, 30), "": Tokens(100, 40, 30)}
    assert tally.models == ["a", "b"]


def test_an_endless_list_of_models_does_not_grow_memory():
    tally = Tally()
    for index in range(300):
        add(tally, accepted(index, model=f"model-{index}"))
    assert len(tally.tokens) <= 65
    assert tally.all_tokens == Tokens(30_000, 12_000, 9_000)


def test_accepted_records_are_counted_by_kind():
    tally = Tally()
    add(
        tally,
        accepted(
            2, record={**accepted(2).record, "plan": plan("a", "b")}, blueprint={"variation": "multi_entity"}
        ),
    )
    assert tally.shapes == {"chain": 1}
    assert tally.steps == {2: 1}
    assert tally.difficulties == {"M": 1}
    assert tally.variations == {"multi_entity": 1}


def test_the_last_finish_counts_and_not_the_last_line():
    tally = Tally()
    add(tally, accepted(0, finished_at="2026-03-01T10:00:00+00:00"))
    add(tally, accepted(1, finished_at="2026-03-01T09:00:00+00:00"))
    assert tally.finished_at == "2026-03-01T10:00:00+00:00"


def judged(index, **scores):
    every = {"does_the_task": 5, "would_be_asked": 5, "from_somewhere": 5, **scores}
    weakest = min(every, key=every.get)
    kept = {"score": every[weakest], "question": weakest, "reason": "r", "scores": every}
    return replace(accepted(index), judgement=kept)


def test_the_quality_is_that_of_the_judged_records_with_its_interval():
    tally = Tally()
    for index in range(20):
        add(tally, judged(index, **({"would_be_asked": 2} if index < 5 else {})))
    add(tally, accepted(20))
    found = quality(tally)
    assert (found["judged"], found["right"], found["mean"]) == (20, 0.75, 4.25)
    low, high = found["interval"]
    assert 0.5 < low < 0.75 < high < 0.9
    assert found["by_question"] == {"does_the_task": 5, "from_somewhere": 5, "would_be_asked": 4.25}


def test_without_a_judged_record_nothing_is_said_of_quality():
    tally = Tally()
    add(tally, accepted(0))
    assert quality(tally) is None
