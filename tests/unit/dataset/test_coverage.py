from copy import replace

import orjson

from shared.dataset.coverage import Coverage
from tests.builders.outcomes import catalog, plan


def operation(coverage, name, train=None):
    return next(o for o in coverage.to_dict(train)["by_operation"] if o["api"] == name)


def test_records_and_calls_of_an_operation_are_counted():
    coverage = Coverage(catalog())
    coverage.add_accepted(plan("depot.op0", "depot.op1", "depot.op1"), ["depot.op0", "depot.op1"])
    found = operation(coverage, "depot.op1", {"depot.op1": 1})
    assert (found["planned"], found["taught"], found["calls"], found["train"]) == (1, 1, 2, 1)
    assert "why_not" not in found


def test_an_argument_counts_as_taught_each_time_it_is_filled_whatever_its_value():
    coverage = Coverage(catalog())
    coverage.add_accepted(plan("depot.op0", id="A", limit=40), [])
    id_, limit = operation(coverage, "depot.op0")["parameters"]
    assert (id_["taught"], limit["taught"]) == (1, 1)


def test_an_operation_that_no_blueprint_chose_was_not_planned():
    assert operation(Coverage(catalog()), "depot.op4")["why_not"] == "not_planned"


def test_an_operation_whose_records_failed_says_by_what():
    coverage = Coverage(catalog())
    for reason in ("wrong_type", "duplicate", "wrong_type", "budget"):
        coverage.add_lost(reason, ["depot.op1"])
    coverage.add_accepted(plan("depot.op0"), ["depot.op0", "depot.op1"])
    assert operation(coverage, "depot.op1")["why_not"] == {
        "duplicate": 1,
        "rejected": {"budget": 1, "wrong_type": 2},
        "not_called": 1,
    }


def test_a_parameter_that_is_never_filled_says_why():
    writes = catalog(2)
    coverage = Coverage(replace(writes, apis=(replace(writes.apis[0], method="GET"), *writes.apis[1:])))
    coverage.add_accepted(plan("depot.op0"), [])
    assert operation(coverage, "depot.op0")["parameters"][1]["why_not"] == "unused"
    assert operation(coverage, "depot.op1")["parameters"][0]["why_not"] == "operation_not_taught"


def test_totals_count_operations_and_required_parameters():
    coverage = Coverage(catalog(3))
    coverage.add_accepted(plan("depot.op0", "depot.op2"), [])
    report = orjson.loads(coverage.to_bytes())
    assert report["operations"] == {"total": 3, "taught": 2}
    assert report["required_parameters"] == {"total": 3, "taught": 2}


def test_operations_are_ranked_by_use_then_name():
    coverage = Coverage(catalog(3))
    coverage.add_accepted(plan("depot.op2"), [])
    assert coverage.operations_by_use() == [("depot.op2", 1), ("depot.op0", 0), ("depot.op1", 0)]
