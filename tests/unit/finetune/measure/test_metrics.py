"""Every metric against cases reckoned by hand."""

import pytest

from shared.finetune.measure.metrics import METRICS, measured, no_answer
from tests.builders.plan_steps import plan, step

# Orders are looked up twice; each is paid by what its look-up gives.
REFERENCE = plan(
    step("orders.get", id="A-1"),
    step("orders.get", id="B-2"),
    step("payments.create", needs=[1], order="${steps.1.id}", amount=5, note="for tea"),
)


def scores(answer, reference=REFERENCE, **changes):
    return measured(answer, reference, **{"shape": True, "executable": True, **changes})[0]


def test_the_reference_itself_is_right_in_everything():
    assert scores(REFERENCE) == dict.fromkeys(METRICS, 1.0)


def test_no_answer_is_zero_wherever_there_was_something_to_get():
    found, counts = no_answer(REFERENCE)
    assert found == dict.fromkeys(METRICS, 0.0)
    assert counts["taskbench_node"] == (0, 0, 2)


def test_a_task_without_edges_or_arguments_has_nothing_to_measure_there():
    alone = plan(step("ping"))
    found = scores(alone, alone)
    assert found["edge_f1"] is found["argument_name_f1"] is found["argument_value_accuracy"] is None
    assert found["api_f1"] == found["exact_plan"] == 1.0
    assert no_answer(alone)[0]["edge_f1"] is None


def test_invented_apis_and_repeated_calls_cost_api_f1():
    answer = plan(step("orders.get", id="A-1"), step("orders.pay", id="A-1"))
    # One of two calls agrees, of three expected: 2 * 1 / (2 + 3).
    assert scores(answer)["api_f1"] == pytest.approx(0.4)


def test_edges_name_output_and_argument():
    elsewhere = plan(
        step("orders.get", id="A-1"),
        step("orders.get", id="B-2"),
        step("payments.create", needs=[1], order="${steps.1.number}", amount=5, note="for tea"),
    )
    found = scores(elsewhere)
    assert found["edge_f1"] == 0.0
    assert found["argument_name_f1"] == 1.0
    # Of five arguments the reference alone is another.
    assert found["argument_value_accuracy"] == pytest.approx(4 / 5)
    assert found["exact_plan"] == 0.0


def test_an_edge_from_the_wrong_one_of_two_equal_calls_is_wrong():
    answer = plan(
        step("orders.get", id="A-1"),
        step("orders.get", id="B-2"),
        step("payments.create", needs=[2], order="${steps.2.id}", amount=5, note="for tea"),
    )
    assert scores(answer)["edge_f1"] == 0.0
    assert scores(answer)["exact_plan"] == 0.0


def test_steps_that_do_not_need_each_other_may_come_in_any_order():
    answer = plan(
        step("orders.get", id="B-2"),
        step("orders.get", id="A-1"),
        step("payments.create", needs=[2], order="${steps.2.id}", amount=5, note="for tea"),
    )
    assert scores(answer) == dict.fromkeys(METRICS, 1.0)


def test_a_dependency_that_the_reference_has_not_makes_another_plan():
    answer = plan(
        step("orders.get", id="A-1"),
        step("orders.get", needs=[1], id="B-2"),
        step("payments.create", needs=[1], order="${steps.1.id}", amount=5, note="for tea"),
    )
    assert scores(answer)["exact_plan"] == 0.0
    assert scores(answer)["edge_f1"] == 1.0


def test_a_dependency_that_follows_from_others_changes_nothing():
    chain = plan(
        step("a", x=1), step("b", needs=[1], x="${steps.1.id}"), step("c", needs=[2], x="${steps.2.id}")
    )
    told = plan(
        step("a", x=1), step("b", needs=[1], x="${steps.1.id}"), step("c", needs=[1, 2], x="${steps.2.id}")
    )
    assert scores(told, chain)["exact_plan"] == 1.0


def test_values_are_compared_as_bfcl_does():
    answer = plan(
        step("orders.get", id="a1"),
        step("orders.get", id="B_2"),
        step("payments.create", needs=[1], order="${steps.1.id}", amount=5.0, note="For tea."),
    )
    assert scores(answer)["argument_value_accuracy"] == 1.0
    assert scores(plan(*answer["steps"][:2]))["argument_value_accuracy"] == pytest.approx(2 / 5)


def test_a_missing_and_an_added_argument_cost_name_f1():
    answer = plan(
        step("orders.get", id="A-1"),
        step("orders.get", id="B-2", limit=1),
        step("payments.create", needs=[1], order="${steps.1.id}", amount=5),
    )
    # Four names agree; five are answered and five expected.
    assert scores(answer)["argument_name_f1"] == pytest.approx(0.8)
    assert scores(answer)["argument_value_accuracy"] == pytest.approx(0.8)


def test_an_answer_of_the_right_calls_in_the_wrong_shape_is_no_exact_plan():
    found = scores(REFERENCE, shape=False)
    assert (found["shape"], found["executable"], found["exact_plan"]) == (0.0, 0.0, 0.0)
    assert found["api_f1"] == 1.0


def test_json_that_is_no_plan_scores_for_json_alone():
    found = scores({"note": "I cannot"}, shape=False, executable=False)
    assert {name for name, value in found.items() if value} == {"valid_json"}


def test_steps_without_an_index_are_numbered_by_their_place():
    bare = {"steps": [{k: v for k, v in s.items() if k != "index"} for s in REFERENCE["steps"]]}
    assert scores(bare)["exact_plan"] == 1.0
