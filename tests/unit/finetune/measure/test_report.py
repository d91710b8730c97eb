"""What an evaluation says: arms, pairs, form apart from planning, price, and the verdict in words."""

import pytest

from shared.dataset.plan_prices import plan_cost
from shared.finetune.measure.arms import Arm, examples_band
from shared.finetune.measure.outcome import ArmOutcome, folded
from shared.finetune.measure.report import Measured, evaluation, task_line
from shared.finetune.measure.verdict import price_ratio
from tests.builders.arms import METRICS, failed, right, task, wrong

TASKS = [task(n, difficulty="SL"[n % 2], taught=n) for n in range(24)]


def outcomes(good, *, of=24, shape=True, **changes):
    return {n: right(n, **changes) if n < good else wrong(n, shape=shape, **changes) for n in range(of)}


def measure(*arms, missing=(), tasks=TASKS):
    return evaluation(
        run_id="hub-0f3a5b7c9d",
        model="gpt-4.1-nano-2025-04-14.ft-1",
        sft_plan="full",
        tasks=tasks,
        measured=[Measured(*arm) for arm in arms],
        missing=missing,
        cost=plan_cost,
        finished_at="2026-11-22T10:00:00.000Z",
    )


def test_an_arm_has_every_metric_with_its_interval():
    (arm,) = measure((Arm.STUDENT, "student", outcomes(18), 1.7))["arms"]
    assert set(arm["metrics"]) == set(METRICS)
    exact = arm["metrics"]["exact_plan"]
    assert (exact["value"], exact["n"]) == (0.75, 24)
    assert exact["low"] < 0.75 < exact["high"]
    assert arm["counts"] == {"asked": 24, "answered": 24, "failed": 0}
    assert arm["faults"] == {"unknown_api": 6}
    assert arm["latency_ms"] == {"median": 411, "p95": 422}
    assert arm["tokens"] == {"prompt": 4800, "cached": 2400, "completion": 1200}


def test_a_task_without_an_answer_counts_zero_and_its_reason_is_told():
    (arm,) = measure((Arm.STUDENT, "student", {0: right(0), 1: failed(1)}))["arms"]
    assert arm["counts"] == {"asked": 2, "answered": 1, "failed": 1}
    assert {name: arm["metrics"][name]["value"] for name in METRICS} == dict.fromkeys(METRICS, 0.5)
    assert arm["faults"] == {"content_filter": 1}


def test_groups_say_how_good_plans_are_by_what_is_asked():
    (arm,) = measure((Arm.STUDENT, "student", outcomes(12)))["arms"]
    assert {name: group["n"] for name, group in arm["by"]["difficulty"].items()} == {"S": 12, "L": 12}
    assert arm["by"]["examples"]["0"]["metrics"]["exact_plan"]["value"] == 1.0
    assert arm["by"]["examples"]["over 10"]["metrics"]["exact_plan"]["value"] == pytest.approx(
        1 / 13, abs=1e-5
    )
    assert arm["by"]["operation"]["orders.get"]["n"] == 24
    assert [examples_band(n) for n in (0, 1, 3, 10, 11)] == ["0", "1-2", "3-5", "6-10", "over 10"]


def test_a_thousand_plans_cost_what_their_tokens_do_and_hosting_is_apart():
    (arm,) = measure((Arm.STUDENT, "student", outcomes(24), 1.7))["arms"]
    # 100 prompt tokens at $0.10, 100 cached at $0.025 and 50 answered at $0.40 a million.
    assert arm["cost"]["usd_per_1000_plans"] == pytest.approx(0.0325)
    assert arm["cost"]["hosting_usd_per_hour"] == 1.7
    (other,) = measure((Arm.STUDENT, "student", outcomes(24, model="my-7b")))["arms"]
    assert other["cost"]["usd_per_1000_plans"] is other["cost"]["usd"] is None


def test_a_gain_in_form_is_a_line_of_its_own():
    found = measure((Arm.STUDENT, "student", outcomes(0)), (Arm.BASE, "base", outcomes(0, shape=False)))[
        "comparisons"
    ][0]
    assert found["shape_only"]["value"] == 1.0
    assert found["shape_only"]["verdict"] == "better"
    assert found["planning"]["n"] == 0
    assert found["metrics"]["exact_plan"]["verdict"] == "cannot_tell"


def test_arms_are_paired_over_the_tasks_that_both_were_asked():
    found = measure((Arm.STUDENT, "s", outcomes(24)), (Arm.BASE, "b", outcomes(3, of=10)))["comparisons"][0]
    assert (found["arm"], found["against"], found["n"]) == ("student", "base", 10)
    assert found["metrics"]["exact_plan"]["mcnemar"] == {"won": 7, "lost": 0, "p": 0.015625}


def test_the_verdict_names_the_strongest_rival_the_difference_and_the_price():
    teacher = outcomes(20, model="gpt-5.1-2025-11-13")
    verdict = measure(
        (Arm.STUDENT, "student", outcomes(18), 1.7),
        (Arm.BASE, "base", outcomes(0)),
        (Arm.TEACHER_WITH_CATALOG, "teacher", teacher),
    )["verdict"]
    assert verdict.startswith(
        "On 24 unseen tasks the student cannot be told apart from gpt-5.1-2025-11-13 with the catalog "
        "(75 % vs 83 % exact, difference −8 points, −21 … "
    )
    assert verdict.endswith(" at 1/20 of the price a plan, hosting at $1.70 an hour apart.")


def test_a_sure_difference_is_said_as_one():
    better = measure((Arm.STUDENT, "s", outcomes(24)), (Arm.BASE_WITH_CATALOG, "b", outcomes(4)))["verdict"]
    assert "plans better than its base model gpt-4.1-nano-2025-04-14 with the catalog" in better
    worse = measure((Arm.STUDENT, "s", outcomes(2)), (Arm.TEACHER_WITH_CATALOG, "t", outcomes(22)))["verdict"]
    assert "plans worse than" in worse


def test_a_student_alone_is_told_as_such_and_few_tasks_as_few():
    alone = measure((Arm.STUDENT, "student", outcomes(18)))["verdict"]
    assert "75 % of the student's plans are exact (95 % interval" in alone
    assert "nothing was measured beside it" in alone
    few = measure((Arm.STUDENT, "s", outcomes(4, of=8)), (Arm.BASE, "b", outcomes(0, of=8)))["verdict"]
    assert few.endswith("So few tasks tell little.")


def test_equal_is_said_only_of_many_tasks_and_a_narrow_interval():
    many = {n: right(n) for n in range(120)}
    tasks = [task(n) for n in range(120)]
    same = measure((Arm.STUDENT, "s", many), (Arm.TEACHER_WITH_CATALOG, "t", many), tasks=tasks)["verdict"]
    assert "the student plans as well as gpt-4.1-nano" in same and "difference ±0 points, ±0 … ±0)" in same
    few = {n: right(n) for n in range(24)}
    assert "cannot be told apart" in measure((Arm.STUDENT, "s", few), (Arm.BASE, "b", few))["verdict"]
    none = {n: wrong(n) for n in range(24)}
    told = measure((Arm.STUDENT, "s", none), (Arm.BASE, "b", none))["verdict"]
    assert (
        "neither the student nor its base model gpt-4.1-nano-2025-04-14 without the catalog has one exact"
        in told
    )


def test_a_price_that_is_not_known_is_said_and_so_are_tasks_that_one_was_not_asked():
    odd = outcomes(20, model="house-model")
    told = measure((Arm.STUDENT, "s", outcomes(18)), (Arm.TEACHER_WITH_CATALOG, "t", odd))["verdict"]
    assert told.endswith("; prices are not compared, as none is known for house-model.")
    part = measure((Arm.STUDENT, "s", outcomes(18)), (Arm.BASE, "b", outcomes(3, of=10)))["verdict"]
    assert "points on the 10 that both were asked, " in part and part.endswith("So few tasks tell little.")


def test_an_arm_that_gave_no_answer_is_no_rival_and_missing_answers_are_told():
    silent = {n: failed(n, "deployment_not_found") for n in range(24)}
    told = measure(
        (Arm.STUDENT, "s", outcomes(18)),
        (Arm.BASE, "b", outcomes(4)),
        (Arm.TEACHER_WITH_CATALOG, "t", silent),
    )["verdict"]
    assert "plans better than its base model" in told and "teacher" not in told
    some = {**outcomes(18), 20: failed(20, "timed_out"), 21: failed(21, "timed_out")}
    told = measure((Arm.STUDENT, "s", some))["verdict"]
    assert told.endswith(" 2 of 24 answers of the student never came (timed_out); they count as wrong.")
    told = measure((Arm.STUDENT, "s", silent), (Arm.BASE, "b", outcomes(4)))["verdict"]
    assert told == (
        "On 24 unseen tasks the student gave no answer (deployment_not_found), so that nothing can be said of its plans."
    )


def test_what_could_not_be_measured_is_kept_with_its_reason():
    missing = [{"arm": "teacher_with_catalog", "why": "no deployment"}]
    assert measure((Arm.STUDENT, "s", outcomes(1)), missing=missing)["missing"] == missing


def test_an_outcome_is_read_as_it_was_written_and_the_first_of_an_index_counts():
    line = right(3).to_line()
    read = folded(line + wrong(3).to_line() + right(1).to_line())
    assert [outcome.to_line() for outcome in read.values()] == [right(1).to_line(), line]
    assert folded(b'{"index": 1, "status": "failed", "later_field": 1}\nno outcome\n') == {1: ArmOutcome(1)}


def test_a_task_line_holds_what_each_arm_made_of_it():
    line = task_line(task(), {"student": wrong(0)})
    assert line["arms"]["student"]["codes"] == ["unknown_api"]
    assert line["reference"]["steps"][0]["api"] == "orders.get"


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        (150, "150 times the price"),
        (9.97, "10 times the price"),
        (1.2, "1.2 times the price"),
        (1, "the same price"),
    ],
)
def test_a_price_is_a_figure_that_people_read(ours, said):
    mine, its = ({"cost": {"usd_per_1000_plans": usd, "hosting_usd_per_hour": None}} for usd in (ours, 1))
    assert price_ratio(mine, its) == f" at {said} a plan"
