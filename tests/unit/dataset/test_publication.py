import hashlib

import orjson
import pytest

from shared.dataset.checkers import check_file
from shared.dataset.manifest import PublishedFile
from tests.builders.outcomes import (
    accepted,
    attempt,
    mixed,
    plain,
    plan,
    publication,
    published,
    record,
    rejected,
)


def rows(data: bytes):
    return [orjson.loads(line) for line in data.splitlines()]


def made(outcomes, **options):
    making = publication(**options)
    for outcome in outcomes:
        making.observe(plain(outcome))
    return making


def test_accepted_and_rejected_make_up_what_was_planned():
    outcomes = [*mixed(80), accepted(80, record=record(3))]
    making = made(outcomes)
    decision = making.decide()
    assert decision.planned == 81
    assert list(decision.duplicates) == [80]
    files = published(outcomes)
    assert len(rows(files["dataset.jsonl"])) == decision.accepted
    assert len(rows(files["rejected.jsonl"])) == decision.planned - decision.accepted
    assert decision.train + decision.validation + decision.test + decision.left_out == decision.accepted


def test_the_dataset_holds_the_records_as_they_are_in_index_order():
    outcomes = mixed(30)
    files = published(outcomes)
    assert rows(files["dataset.jsonl"]) == [o.record for o in outcomes if o.status == "accepted"]


def test_rejected_holds_every_other_index():
    files = published([*mixed(30), accepted(30, record=record(3))])
    assert [row["index"] for row in rows(files["rejected.jsonl"])] == [6, 13, 20, 27, 30]
    assert rows(files["rejected.jsonl"])[-1]["repeats"] == 3


def test_an_accepted_outcome_without_asked_formats_writes_instructions_and_chat_only():
    assert [path for path in published(mixed(20)) if path.startswith("sft/")] == [
        "sft/instructions.jsonl",
        "sft/train.jsonl",
        "sft/validation.jsonl",
        "sft/test.jsonl",
    ]


def test_every_format_passes_the_services_rules():
    outcomes = [
        accepted(i, attempts=(attempt("invalid", plan=plan("depot.op5")), attempt()), record=record(i))
        for i in range(120)
    ]
    files = published(outcomes, formats=["instructions", "chat", "tools", "agent", "dpo"])
    checked = [path for path in files if path.startswith("sft/") and path != "sft/dpo-faults.jsonl"]
    assert len(checked) == 12
    for path in checked:
        assert check_file(path, files[path].splitlines(keepends=True)) == [], path


def test_the_assistants_turn_decodes_to_exactly_the_records_plan():
    outcomes = mixed(60)
    plans = {o.record["task_nl"]: o.record["plan"] for o in outcomes if o.record}
    files = published(outcomes, formats=["tools"])
    chats = [row for side in ("train", "validation", "test") for row in rows(files[f"sft/{side}.jsonl"])]
    assert len(chats) == len(plans)
    for row in chats:
        task = row["messages"][1]["content"].split("\n\nInput: ", 1)[1]
        assert orjson.loads(row["messages"][2]["content"]) == plans[task]
    for row in rows(files["sft/tools-train.jsonl"]):
        task = row["messages"][1]["content"].split("\n\nInput: ", 1)[1]
        calls = [orjson.loads(call["function"]["arguments"]) for call in row["messages"][2]["tool_calls"]]
        assert calls == [step["arguments"] for step in plans[task]["steps"]]


def test_tools_are_defined_alike_in_train_and_validation():
    files = published(mixed(60), formats=["tools"])
    tools = {orjson.dumps(row["tools"]) for path in files if "tools-" in path for row in rows(files[path])}
    assert len(tools) == 1


def test_train_and_validation_share_no_task_and_no_plan_signature():
    files = published(mixed(80))
    train, validation = (
        {row["messages"][1]["content"] for row in rows(files[f"sft/{name}.jsonl"])}
        for name in ("train", "validation")
    )
    assert train.isdisjoint(validation)


def test_caps_keep_records_in_the_dataset_but_out_of_the_splits():
    files = published(mixed(80), train_rows=10, validation_rows=2)
    assert len(rows(files["sft/train.jsonl"])) == 10
    assert len(rows(files["sft/validation.jsonl"])) <= 2
    assert len(rows(files["dataset.jsonl"])) == len(rows(files["sft/instructions.jsonl"])) == 69


def test_preferences_come_from_wrong_attempts_or_else_from_planted_faults():
    repaired = attempt("invalid", plan=plan("depot.op5", "depot.op0"), errors=({"code": "wrong_type"},))
    outcomes = [accepted(i, attempts=(repaired, attempt()) if i % 2 else (attempt(),)) for i in range(60)]
    files = published(outcomes, formats=["dpo"])
    pairs = rows(files["sft/dpo-train.jsonl"]) + rows(files["sft/dpo-validation.jsonl"])
    labels = rows(files["sft/dpo-faults.jsonl"])
    assert len(pairs) == len(labels) > 30
    attempts = {label["index"] for label in labels if label["fault"] == "attempt"}
    assert attempts == {label["index"] for label in labels if label["index"] % 2}
    card = files["README.md"].decode()
    assert f"| `attempt` | {len(attempts)} |" in card
    assert all(f"| `{label['fault']}` |" in card for label in labels)


def test_a_run_without_a_record_publishes_all_the_same():
    making = made([rejected(i) for i in range(5)])
    assert making.decide().accepted == 0
    files = published([rejected(i) for i in range(5)])
    assert files["dataset.jsonl"] == b""
    assert b"0 of 6" in files["README.md"]


def test_a_run_of_nothing_can_be_described():
    making = publication()
    assert making.decide().planned == 0
    assert orjson.loads(making.manifest([]))["counts"]["planned"] == 0
    assert list(making.closing({}))


def test_rows_are_the_same_when_they_are_asked_for_again():
    making = made(mixed(20))
    assert list(making.rows(plain(accepted(3)))) == list(making.rows(plain(accepted(3))))


def test_outcomes_after_the_decision_or_out_of_order_are_refused():
    making = made([accepted(4)])
    with pytest.raises(ValueError, match="index order"):
        making.observe(plain(accepted(4)))
    making.decide()
    with pytest.raises(RuntimeError, match="decided"):
        making.observe(plain(accepted(5)))
    with pytest.raises(ValueError, match="not observed"):
        list(making.rows(plain(accepted(6))))


def test_paths_name_every_file_that_rows_may_fill():
    outcomes = mixed(60)
    making = made(outcomes, formats=["tools", "dpo"])
    named = {path for outcome in outcomes for path, _ in making.rows(plain(outcome))}
    assert named <= set(making.paths())


def test_coverage_counts_what_is_published():
    outcomes = [*mixed(80), accepted(80, record=record(3))]
    report = orjson.loads(published(outcomes)["coverage.json"])
    assert sum(o["taught"] for o in report["by_operation"]) == len(rows(published(outcomes)["dataset.jsonl"]))
    assert sum(o["train"] for o in report["by_operation"]) == len(
        rows(published(outcomes)["sft/train.jsonl"])
    )
    assert all(o["train"] > 0 for o in report["by_operation"])


def test_the_decontamination_report_says_that_no_pair_is_left():
    report = orjson.loads(published(mixed(80))["decontamination.json"])
    assert report["pairs_above_threshold"] == 0
    assert report["threshold"] == 0.85


def test_a_manifest_lists_its_files_in_path_order():
    files = [PublishedFile(path, 1, 2, hashlib.sha256(b"").hexdigest()) for path in ("b", "a/c", "a")]
    listed = orjson.loads(made(mixed(20)).manifest(files))["files"]
    assert [file["path"] for file in listed] == ["a", "a/c", "b"]
