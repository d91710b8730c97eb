import pytest

from shared.finetune.measure.metrics import measured, no_answer
from shared.finetune.measure.outside import summary
from tests.builders.plan_steps import plan, step

CHAIN = plan(step("search", query="Titanic"), step("credits", needs=[1], movie_id="${steps.1.id}"))


def counts(answer, reference=CHAIN):
    return measured(answer, reference, shape=True, executable=True)[1]


def test_taskbench_f1_is_micro_over_sets_of_tools_links_and_arguments():
    wrong = plan(step("search", query="Titanic"), step("images", needs=[1], movie_id="${steps.1.id}"))
    found = summary([counts(CHAIN), counts(wrong), no_answer(CHAIN)[1]])["taskbench"]
    # Tools: 2 + 1 + 0 agree, 4 are answered, 6 expected; links: 1 of 2 and of 3; arguments as tools.
    assert found["node_f1"] == pytest.approx(2 * 3 / 10)
    assert found["edge_f1"] == pytest.approx(2 * 1 / 5)
    assert found["argument_name_f1"] == found["argument_value_f1"] == pytest.approx(2 * 3 / 10)


def test_nestful_accuracies_go_by_calls_in_their_place():
    half = plan(step("search", query="Titanic"), step("credits", needs=[1], movie_id="${steps.1.number}"))
    found = summary([counts(CHAIN), counts(half)])["nestful"]
    assert found["partial_sequence_accuracy"] == pytest.approx(3 / 4)
    assert found["full_sequence_accuracy"] == pytest.approx(1 / 2)
    assert found["function_f1"] == found["parameter_f1"] == 1.0


def test_a_longer_answer_is_not_the_whole_sequence():
    longer = plan(*CHAIN["steps"], step("search", query="Titanic"))
    assert summary([counts(longer)])["nestful"]["full_sequence_accuracy"] == 0.0
