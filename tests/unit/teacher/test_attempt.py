"""Every kind of answer has its own handling, and nothing paid is forgotten."""

from __future__ import annotations

from copy import replace
from typing import Any

import orjson
import pytest

from shared.dataset.outcome import FAULTS, Attempt, Outcome
from shared.errors import (
    ConfigurationError,
    PermanentError,
    RefusedFieldError,
    ThrottledError,
    TransientError,
)
from shared.plan.validate import PlanValidator
from shared.plan.wire import encode
from shared.ports.teacher import TeacherReply
from shared.teacher.ask_options import AskOptions, Way
from shared.teacher.assignment import Assignment
from shared.teacher.attempt import make_record
from shared.teacher.begun import Begun, Interrupted, NotTaken, Refused
from shared.teacher.prompt import briefing
from shared.tokens import Tokens
from testing.shop import CATALOG
from tests.builders.records import CREATED_AT, blueprint, decoded
from tests.builders.scripted_teacher import TOKENS, ScriptedTeacher, reply
from tests.builders.teachers import verdict_text

VALIDATOR = PlanValidator(CATALOG)
GOOD = orjson.dumps(encode(decoded())).decode()
BAD = GOOD.replace('\\"EUR\\"', '\\"GBP\\"')
PASS = verdict_text()
FAIL = verdict_text(does_the_task=2, reason="wrong order")


async def ask(
    *answers: str | TeacherReply | Exception,
    prior: tuple[Attempt, ...] = (),
    last_text: str = "",
    **options: Any,
) -> tuple[Outcome, ScriptedTeacher]:
    teacher = ScriptedTeacher(*answers)
    assignment = Assignment("shop-000007", CREATED_AT, blueprint(), briefing(CATALOG.apis))
    begun, chosen = Begun(prior, last_text), AskOptions(model="teacher", **options)
    outcome = await make_record(assignment, begun, VALIDATOR, teacher, chosen)
    return outcome, teacher


def results(outcome: Outcome) -> list[str]:
    return [attempt.result for attempt in outcome.attempts]


async def test_a_good_answer_is_accepted_at_once() -> None:
    outcome, teacher = await ask(GOOD)
    assert (outcome.status, outcome.reason, results(outcome)) == ("accepted", "", ["valid"])
    assert outcome.record is not None
    assert outcome.record["task_id"] == "shop-000007"
    assert outcome.record["metadata"]["generator_model"] == "teacher-1"
    assert VALIDATOR.errors(outcome.record) == []
    assert outcome.blueprint == {
        "slice": 0,
        "focus": ["create_order", "create_invoice"],
        "shape": "chain",
        "variation": "plain",
        "difficulty": "S",
        "seed_task": "",
    }
    assert (outcome.index, outcome.model) == (7, "teacher-1")
    assert [message["role"] for message in teacher.requests[0].messages] == ["system", "user"]
    assert Outcome.from_line(outcome.to_line()) == outcome


async def test_errors_go_back_with_the_answer_and_the_wrong_plan_is_kept() -> None:
    outcome, teacher = await ask(BAD, GOOD)
    assert (outcome.status, results(outcome)) == ("accepted", ["invalid", "valid"])
    assert outcome.attempts[0].plan is not None
    assert outcome.attempts[0].plan["steps"][0]["arguments"]["currency"] == "GBP"
    assert {error["code"] for error in outcome.attempts[0].errors} == {"not_in_enum"}
    roles = [message["role"] for message in teacher.requests[1].messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert teacher.requests[1].messages[3]["content"].startswith('## Errors\n{"code":"not_in_enum"')
    assert outcome.tokens == TOKENS + TOKENS


async def test_the_shared_messages_and_the_cache_key_stay_the_same_in_a_repair() -> None:
    _, teacher = await ask(BAD, BAD, GOOD)
    first, second, third = teacher.requests
    assert first.messages[:2] == second.messages[:2] == third.messages[:2]
    assert first.cache_key == second.cache_key == third.cache_key != ""
    assert len(third.messages) == 4


async def test_an_answer_that_stays_bad_is_rejected_with_its_first_code() -> None:
    outcome, _ = await ask(BAD, BAD, BAD)
    assert (outcome.status, outcome.reason, outcome.record) == ("rejected", "not_in_enum", None)
    assert outcome.errors == outcome.attempts[-1].errors
    assert len(outcome.attempts) == 3


async def test_no_more_calls_are_made_than_allowed() -> None:
    outcome, teacher = await ask(BAD, max_attempts=1)
    assert (outcome.status, len(teacher.requests)) == ("rejected", 1)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Sorry, no.", "not_json"),
        (f"Here: {GOOD}", "prose_around_json"),
        (repr(encode(decoded())), "python_repr"),
    ],
)
async def test_an_answer_that_is_no_json_is_malformed_and_repaired(answer: str, code: str) -> None:
    outcome, teacher = await ask(answer, GOOD)
    assert results(outcome) == ["malformed", "valid"]
    assert outcome.attempts[0].errors[0]["code"] == code
    assert outcome.attempts[0].plan is None
    assert teacher.requests[1].messages[2] == {"role": "assistant", "content": answer}


async def test_a_length_stop_asks_anew_with_twice_the_tokens_as_often_as_asked() -> None:
    cut = reply(GOOD[:200], finish_reason="length")
    outcome, teacher = await ask(cut, GOOD, max_completion_tokens=1000)
    assert results(outcome) == ["length", "valid"]
    assert [request.max_completion_tokens for request in teacher.requests] == [1000, 2000]
    assert len(teacher.requests[1].messages) == 2
    outcome, teacher = await ask(cut, cut, cut, max_attempts=5, max_completion_tokens=1000)
    assert (outcome.status, outcome.reason, results(outcome)) == ("rejected", "length", ["length"] * 3)
    assert [request.max_completion_tokens for request in teacher.requests] == [1000, 2000, 4000]
    outcome, _ = await ask(cut, max_attempts=5, longer_answers=0)
    assert results(outcome) == ["length"]


async def test_truncated_json_is_asked_anew_with_more_tokens_too() -> None:
    outcome, teacher = await ask(GOOD[:-30], GOOD, max_completion_tokens=1000)
    assert results(outcome) == ["malformed", "valid"]
    assert teacher.requests[1].max_completion_tokens == 2000
    assert len(teacher.requests[1].messages) == 2


@pytest.mark.parametrize(
    ("answer", "result"),
    [(reply(refusal="I cannot."), "refusal"), (reply(finish_reason="content_filter"), "content_filter")],
)
async def test_a_refused_or_filtered_answer_is_asked_anew_once(answer: TeacherReply, result: str) -> None:
    outcome, teacher = await ask(answer, GOOD)
    assert results(outcome) == [result, "valid"]
    assert len(teacher.requests[1].messages) == 2
    outcome, _ = await ask(answer, answer, max_attempts=5)
    assert (outcome.status, outcome.reason, results(outcome)) == ("rejected", result, [result, result])


async def test_each_call_has_its_own_seed() -> None:
    _, teacher = await ask(BAD, BAD, GOOD, seed=11)
    assert len({request.seed for request in teacher.requests}) == 3


async def test_a_filtered_prompt_is_rejected_without_asking_again() -> None:
    outcome, teacher = await ask(PermanentError("filtered", code="content_filter"))
    assert (outcome.status, outcome.reason, len(teacher.requests)) == ("rejected", "content_filter", 1)


async def test_a_request_that_the_service_will_never_take_fails_the_index() -> None:
    outcome, _ = await ask(PermanentError("too long", code="context_length"))
    assert (outcome.status, outcome.reason) == ("failed", "context_length")
    assert outcome.errors[0]["message"] == "too long"


async def test_an_unsupported_format_is_the_caller_s_to_decide() -> None:
    with pytest.raises(PermanentError, match="no schemas"):
        await ask(PermanentError("no schemas", code="unsupported_response_format"))


async def test_a_wrong_set_up_stops_the_caller() -> None:
    with pytest.raises(ConfigurationError):
        await ask(ConfigurationError("no such deployment"))


@pytest.mark.parametrize("error", [ThrottledError("slow down", retry_after_s=9), TransientError("reset")])
async def test_an_interruption_carries_what_was_paid(error: TransientError) -> None:
    with pytest.raises(Interrupted) as caught:
        await ask(BAD, error)
    assert [attempt.result for attempt in caught.value.attempts] == ["invalid"]
    assert caught.value.attempts[0].tokens == TOKENS
    assert caught.value.retry_after_s == error.retry_after_s
    assert caught.value.cause is error


async def test_a_refused_call_carries_what_was_paid_before_it() -> None:
    with pytest.raises(Refused) as caught:
        await ask(BAD, ConfigurationError("no", code="unauthorized"))
    assert [(attempt.result, attempt.tokens) for attempt in caught.value.attempts] == [("invalid", TOKENS)]
    assert caught.value.code == "unauthorized"


async def test_prior_attempts_stay_in_the_outcome_and_interrupted_ones_do_not_count() -> None:
    spent = Attempt("interrupted", Tokens(5, 0, 5))
    outcome, _ = await ask(BAD, BAD, GOOD, prior=(spent,) * 4)
    assert outcome.status == "accepted"
    assert len(outcome.attempts) == 7
    outcome, teacher = await ask(BAD, prior=(Attempt("invalid"), Attempt("malformed")))
    assert (outcome.status, len(teacher.requests)) == ("rejected", 1)


async def test_a_valid_plan_must_also_pass_the_judge_when_asked() -> None:
    outcome, teacher = await ask(GOOD, PASS, judge=True)
    assert (outcome.status, results(outcome)) == ("accepted", ["valid"])
    assert outcome.attempts[0].tokens == TOKENS + TOKENS
    assert teacher.requests[1].response_format is not None
    assert teacher.requests[1].response_format["json_schema"]["name"] == "judgement"


async def test_what_the_judge_finds_goes_back_like_an_error() -> None:
    outcome, teacher = await ask(GOOD, FAIL, GOOD, PASS, judge=True)
    assert (outcome.status, results(outcome)) == ("accepted", ["judged_bad", "valid"])
    assert "wrong order" in teacher.requests[2].messages[3]["content"]


@pytest.mark.parametrize(
    "answer", ["perhaps", "", reply(refusal="no"), reply(PASS[:10], finish_reason="length")]
)
async def test_an_unreadable_verdict_is_no_pass(answer: str | TeacherReply) -> None:
    outcome, _ = await ask(GOOD, answer, judge=True, max_attempts=1)
    assert (outcome.status, outcome.reason, outcome.record) == ("rejected", "judge_unreadable", None)


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_a_paid_answer_that_cannot_be_read_is_an_attempt_with_its_tokens(fault: str) -> None:
    odd = replace(reply(), fault=fault, said="upstream is busy, key=sk-abcdefghijklmnopqrstuvwxyz012345")
    outcome, teacher = await ask(odd, GOOD)
    assert (outcome.status, results(outcome)) == ("accepted", [fault, "valid"])
    assert outcome.attempts[0].tokens == TOKENS
    assert outcome.attempts[0].errors[0]["code"] == fault
    assert "sk-abc" not in outcome.attempts[0].errors[0]["message"]
    assert len(teacher.requests[1].messages) == 2
    outcome, _ = await ask(odd, odd, odd)
    assert (outcome.status, outcome.reason, len(outcome.attempts)) == ("rejected", fault, 3)
    assert Outcome.from_line(outcome.to_line()) == outcome


TIME_OUT = TransientError("no answer in time", code="timeout", may_be_paid=True)


async def test_a_call_that_timed_out_counts_with_an_estimate() -> None:
    outcome, teacher = await ask(TIME_OUT, GOOD)
    assert results(outcome) == ["timed_out", "valid"]
    sent = sum(len(message["content"]) for message in teacher.requests[0].messages)
    assert outcome.attempts[0].tokens.estimated
    assert outcome.attempts[0].tokens.prompt >= sent / 4
    assert outcome.attempts[0].tokens.completion > 0
    assert outcome.tokens.estimated


async def test_three_time_outs_reject_an_index_whatever_attempts_are_left() -> None:
    outcome, teacher = await ask(TIME_OUT, BAD, TIME_OUT, TIME_OUT, max_attempts=9)
    assert (outcome.status, outcome.reason, len(teacher.requests)) == ("rejected", "timed_out", 4)
    outcome, _ = await ask(TIME_OUT, max_attempts=1)
    assert (outcome.status, outcome.reason) == ("rejected", "timed_out")


async def test_an_answer_that_broke_off_on_its_way_is_paid() -> None:
    outcome, _ = await ask(TransientError("cut", code="connection", may_be_paid=True), GOOD)
    assert results(outcome) == ["broken_off", "valid"]


async def test_a_verdict_that_timed_out_is_paid_and_no_pass() -> None:
    outcome, _ = await ask(GOOD, TIME_OUT, judge=True, max_attempts=1)
    assert (outcome.status, outcome.reason) == ("rejected", "judge_unreadable")
    assert outcome.tokens.estimated
    assert outcome.tokens.prompt > TOKENS.prompt


async def test_what_a_service_refuses_is_the_caller_s_to_leave_out_and_what_is_paid_comes_with_it() -> None:
    with pytest.raises(NotTaken) as caught:
        await ask(BAD, RefusedFieldError("no seeds", field="seed"))
    assert caught.value.field == "seed"
    assert [attempt.tokens for attempt in caught.value.attempts] == [TOKENS]
    _, teacher = await ask(GOOD, way=Way(without=frozenset({"seed"})))
    assert teacher.requests[0].without == {"seed"}


@pytest.mark.parametrize("script", [(BAD, GOOD), (BAD, BAD, GOOD), ("prose", GOOD), (BAD, BAD, BAD)])
@pytest.mark.parametrize("at", [1, 2])
async def test_an_index_that_goes_on_elsewhere_ends_as_if_nothing_had_happened(
    script: tuple[str, ...], at: int
) -> None:
    undisturbed, asked = await ask(*script, seed=5)
    if at >= len(script):
        return
    with pytest.raises(Interrupted) as caught:
        await ask(*script[:at], ThrottledError("slow down"), seed=5)
    begun = Begun.from_json(caught.value.begun.to_json())
    outcome, teacher = await ask(*script[at:], prior=begun.attempts, last_text=begun.text, seed=5)
    assert outcome == undisturbed
    assert teacher.requests == asked.requests[at:]


async def test_a_good_answer_whose_verdict_was_interrupted_is_judged_and_not_asked_for_again() -> None:
    with pytest.raises(Interrupted) as caught:
        await ask(GOOD, ThrottledError("slow down"), judge=True)
    begun = caught.value.begun
    outcome, teacher = await ask(PASS, prior=begun.attempts, last_text=begun.text, judge=True)
    assert (outcome.status, len(teacher.requests)) == ("accepted", 1)
    assert outcome.tokens == TOKENS + TOKENS


async def test_a_verdict_of_a_model_that_thinks_has_room_to_think() -> None:
    _, teacher = await ask(GOOD, PASS, judge=True)
    assert teacher.requests[1].max_completion_tokens == 512
    _, teacher = await ask(GOOD, PASS, judge=True, reasons=True)
    assert teacher.requests[1].max_completion_tokens == 8192
    thought = replace(reply(GOOD), tokens=replace(TOKENS, reasoning=10))
    _, teacher = await ask(thought, PASS, judge=True)
    assert teacher.requests[1].max_completion_tokens == 8192


async def test_a_sampled_record_is_kept_whatever_the_judge_says_and_its_least_score_with_it() -> None:
    outcome, teacher = await ask(GOOD, FAIL, judge_sample=1.0)
    assert (outcome.status, results(outcome), len(teacher.requests)) == ("accepted", ["valid"], 2)
    assert outcome.judgement is not None
    assert (outcome.judgement["score"], outcome.judgement["question"]) == (2, "does_the_task")
    assert outcome.attempts[0].tokens == TOKENS + TOKENS


async def test_a_sample_that_cannot_be_had_costs_no_record() -> None:
    for answer in ("perhaps", ThrottledError("slow down")):
        outcome, _ = await ask(GOOD, answer, judge_sample=1.0)
        assert (outcome.status, results(outcome), outcome.judgement) == ("accepted", ["valid"], None)


async def test_without_a_sample_nothing_is_judged() -> None:
    outcome, teacher = await ask(GOOD, judge_sample=0.0)
    assert (outcome.judgement, len(teacher.requests)) == (None, 1)


async def test_an_interrupted_judgement_keeps_the_answer_s_tokens() -> None:
    with pytest.raises(Interrupted) as caught:
        await ask(GOOD, ThrottledError("slow down"), judge=True)
    assert [(attempt.result, attempt.tokens) for attempt in caught.value.attempts] == [("unjudged", TOKENS)]


@pytest.mark.parametrize("mode", ["json_object", "text"])
async def test_looser_modes_read_tolerantly(mode: str) -> None:
    outcome, teacher = await ask(f"```json\n{GOOD}\n```", way=Way(mode))
    assert outcome.status == "accepted"
    assert teacher.requests[0].response_format == ({"type": "json_object"} if mode == "json_object" else None)


async def test_no_error_text_enters_a_record() -> None:
    outcome, _ = await ask(BAD, GOOD)
    assert b"GBP" not in orjson.dumps(outcome.record)
    assert b"not_in_enum" not in orjson.dumps(outcome.record)
