"""Which call stands for which: plans that say the same in other orders, and calls that only their neighbours tell apart."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.finetune.measure.metrics import METRICS, measured
from shared.plan.references import Use, find, replace
from tests.builders.plan_steps import plan, step

_VALUES = st.sampled_from(["u", "Zoë", 1, True, None, ["u", {"n": 2}]])


def scores(answer, reference):
    return measured(answer, reference, shape=True, executable=True)[0]


def reordered(made, order):
    """The plan with its steps in `order` (old indices), renumbered, references and dependencies with them."""
    number = {old: new for new, old in enumerate(order, start=1)}
    by_index = {one["index"]: one for one in made["steps"]}
    steps = []
    for old in order:
        arguments = by_index[old]["arguments"]
        uses = [use.reference for use in find(arguments) if isinstance(use, Use)]
        renamed = {use: f"${{steps.{number[use.step]}.{use.path}}}" for use in uses}
        needs = [number[n] for n in by_index[old]["depends_on"]]
        steps.append(step(by_index[old]["api"], needs=needs, **replace(arguments, renamed)))
    return plan(*steps)


@st.composite
def plans_in_another_order(draw):
    steps, needed = [], []
    for index in range(1, draw(st.integers(1, 6)) + 1):
        earlier = st.integers(1, index - 1) if index > 1 else st.nothing()
        uses = draw(st.lists(earlier, max_size=2)) if index > 1 else []
        needs = draw(st.lists(earlier, max_size=1)) if index > 1 else []
        arguments = {"abc"[n]: f"${{steps.{source}.id}}" for n, source in enumerate(uses)}
        arguments |= draw(st.dictionaries(st.sampled_from("xy"), _VALUES, max_size=1))
        steps.append(step(draw(st.sampled_from(["get", "put"])), needs=needs, **arguments))
        needed.append({*uses, *needs})
    order: list[int] = []
    while len(order) < len(steps):
        free = [n for n in range(1, len(steps) + 1) if n not in order and needed[n - 1] <= set(order)]
        order.append(draw(st.sampled_from(free)))
    made = plan(*steps)
    return made, reordered(made, order)


@given(plans_in_another_order())
@settings(max_examples=60, deadline=None)
def test_a_plan_in_any_order_that_its_data_allows_is_the_same_plan(both):
    reference, answer = both
    assert {value for value in scores(answer, reference).values() if value is not None} == {1.0}


def test_equal_calls_are_told_apart_by_what_uses_them():
    reference = plan(
        step("carts.create"),
        step("carts.create"),
        step("items.add", sku="tea", cart="${steps.1.id}"),
        step("items.add", sku="milk", cart="${steps.2.id}"),
        step("carts.pay", cart="${steps.1.id}"),
    )
    assert scores(reordered(reference, [1, 2, 4, 3, 5]), reference) == dict.fromkeys(METRICS, 1.0)
    crossed = reordered(reference, [2, 1, 3, 4, 5])
    assert scores(crossed, reference)["exact_plan"] == 1.0
    crossed["steps"][4]["arguments"] = {"cart": "${steps.1.id}"}
    found = scores(crossed, reference)
    assert (found["exact_plan"], found["argument_value_accuracy"]) == (0.0, 4 / 5)


def test_the_only_call_is_paired_with_the_one_of_two_equal_ones_that_is_used():
    reference = plan(
        step("index.get", name="n"),
        step("index.run", needs=[1], name="n"),
        step("index.get", needs=[2], name="n"),
        step("report.send", needs=[3], state="${steps.3.id}"),
    )
    answer = plan(step("index.get", name="n"), step("report.send", needs=[1], state="${steps.1.id}"))
    assert scores(answer, reference)["edge_f1"] == 1.0


def test_two_steps_of_one_number_are_two_calls():
    reference = plan(step("get", x=1), step("get", x=2))
    answer = plan(step("get", x=1), step("get", x=2))
    answer["steps"][1]["index"] = 1
    assert scores(answer, reference)["argument_value_accuracy"] == 1.0


def test_every_arm_is_measured_in_edges_and_names_over_the_same_tasks():
    reference = plan(step("ping"), step("pong"))
    answer = plan(step("ping"), step("pong", x="${steps.1.id}"))
    found = scores(answer, reference)
    assert found["edge_f1"] is found["argument_name_f1"] is None
    assert found["exact_plan"] == 0.0


def test_many_equal_calls_are_paired_in_no_time():
    calls = [step("get", id=n) for n in range(40)]
    last = step("join", all=[f"${{steps.{n + 1}.id}}" for n in range(40)])
    reference = plan(*calls, last)
    assert scores(reordered(reference, [*range(40, 0, -1), 41]), reference)["exact_plan"] == 1.0
    assert scores(plan(*([step("get")] * 40)), plan(*([step("get")] * 40)))["exact_plan"] == 1.0
