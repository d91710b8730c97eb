"""Each rule of sense finds its fault and leaves what is meant alone."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.kinds import is_cursor
from shared.plan.rules.guards import read_guard, write_guard
from shared.plan.validate import PlanValidator
from testing import office
from tests.builders.records import decoded, step

VALIDATOR = PlanValidator(office.CATALOG)


def codes(task: str, *steps: dict[str, Any], **plan: Any) -> list[str]:
    """Codes of everything found in a plan of the office."""
    parts = decoded(
        task_nl=task,
        plan={"global_constraints": {}, "steps": list(steps), "expected_end_state": "done", **plan},
        negatives={},
    )
    return [item["code"] for item in VALIDATOR.findings(parts)]


def show(index: int = 1, **members: Any) -> dict[str, Any]:
    return step(index, "get_file", {"file_id": "fil-1"}, **members)


TASK = "Show me fil-1, please"


def test_good_records_have_no_findings() -> None:
    assert [item for record in office.good(Random(1)) for item in VALIDATOR.findings(record)] == []


@pytest.mark.parametrize("name", ["max_calls", "max_requests", "max_attempts", "limit_of_calls"])
def test_a_limit_of_calls_counts_every_retry(name: str) -> None:
    assert codes(TASK, show(retries=1), global_constraints={name: 1}) == ["retries_break_limit"]
    assert codes(TASK, show(retries=1), global_constraints={name: 2}) == []


@pytest.mark.parametrize("name", ["max_calls_per_minute", "max_rows", "calls", "max_call_seconds"])
def test_other_limits_are_not_of_calls(name: str) -> None:
    assert codes(TASK, show(retries=1), global_constraints={name: 1}) == []


@pytest.mark.parametrize(
    "name",
    "cursor start_cursor marker next_marker pageToken nextToken starting_after continuationToken ExclusiveStartKey "
    "$skiptoken scroll_id".split(),
)
def test_tokens_that_continue_a_list(name: str) -> None:
    assert is_cursor(name)


@pytest.mark.parametrize("name", "page offset limit page_size token after before page_id start".split())
def test_names_that_do_not_continue_a_list(name: str) -> None:
    assert not is_cursor(name)


def test_a_cursor_may_come_from_the_page_before_and_from_nowhere_else() -> None:
    task = "List the files in fol-310, from 9a2d64f8 on"
    pages = (
        step(1, "list_files", {"folder_id": "fol-310"}, outputs=["next_cursor"]),
        step(2, "list_files", {"folder_id": "fol-310", "cursor": "${steps.1.next_cursor}"}, depends_on=[1]),
    )
    assert codes(task, *pages) == []
    assert codes(task, step(1, "list_files", {"folder_id": "fol-310", "cursor": "9a2d64f8"})) == [
        "token_from_nowhere"
    ]


def test_what_is_created_is_not_removed_in_the_same_plan() -> None:
    made = step(1, "create_folder", {"name": "Lease"}, outputs=["folder"])
    gone = step(2, "delete_folder", {"folder_id": "${steps.1.folder.id}"}, depends_on=[1])
    assert codes("Make a folder Lease and delete it", made, gone) == ["undone_step"]
    other = step(2, "delete_folder", {"folder_id": "fol-9"})
    assert codes("Make a folder Lease and delete fol-9", made, other) == []


def test_following_and_unfollowing_the_same_thing_is_undoing() -> None:
    follow = step(1, "follow_file", {"file_id": "fil-1"})
    assert codes(TASK, follow, step(2, "unfollow_file", {"file_id": "fil-1"})) == ["undone_step"]
    assert codes("Follow fil-1, not fil-2", follow, step(2, "unfollow_file", {"file_id": "fil-2"})) == []


def test_a_new_hold_has_no_first_file() -> None:
    made = step(1, "create_hold", {"reason": "audit"}, outputs=["hold"])
    listed = step(
        2, "list_hold_files", {"hold_id": "${steps.1.hold.id}"}, depends_on=[1], outputs=["entries"]
    )
    first = step(3, "get_file", {"file_id": "${steps.2.entries[0].id}"}, depends_on=[2])
    assert codes("Hold for the audit, then its first file", made, listed, first) == ["nothing_there_yet"]
    known = {**listed, "arguments": {"hold_id": "hol-1"}, "depends_on": []}
    assert codes("Hold for the audit, then the first file of hol-1", made, known, first) == []


def edit(**arguments: str) -> list[str]:
    return codes("Make let-1 say Closed", step(1, "edit_letter", {"letter_id": "let-1", **arguments}))


def test_an_argument_goes_with_the_value_that_its_description_names() -> None:
    assert edit(kind="replace", replacement="Closed") == []
    assert edit(kind="append", replacement="Closed") == ["excluded_argument"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("The text can be set to empty if the kind is set to `off`.", []),
        ("Can be only used if kind is `off`.", ["excluded_argument"]),
        ("Required if kind is `off`.", ["excluded_argument"]),
    ],
)
def test_what_is_allowed_in_one_case_is_not_tied_to_it(told: str, found: list[str]) -> None:
    kind = Parameter("kind", "body", "string", True, ("on", "off"))
    text = Parameter("text", "body", "string", description=told)
    api = Api("write", "Writes", "POST", "/x", parameters=(kind, text))
    steps = [step(1, "write", {"kind": "on", "text": "hello"})]
    parts = decoded(
        task_nl="Write hello to them, please", plan={"steps": steps, "expected_end_state": ""}, negatives={}
    )
    assert [item["code"] for item in PlanValidator(Catalog("c", apis=(api,))).findings(parts)] == found


def test_of_two_that_exclude_each_other_one_is_given() -> None:
    both = {"kind": "append", "addition": "closed", "template": "closed", "letterhead": "closed"}
    assert edit(**both) == ["excluded_argument"]
    assert edit(**{name: value for name, value in both.items() if name != "template"}) == []


def test_deprecated_arguments_and_fields_are_left_out() -> None:
    assert edit(kind="append", addition="Closed", footer="Closed") == ["deprecated_argument"]
    old = {"type": "object", "properties": {"note": {"type": "string", "deprecated": True}}}
    api = Api("write", "Writes", "POST", "/x", parameters=(Parameter("body", "body", "object", schema=old),))
    parts = decoded(
        task_nl="Write a note that says hello",
        plan={"steps": [step(1, "write", {"body": {"note": "hello"}})], "expected_end_state": ""},
        negatives={},
    )
    found = PlanValidator(Catalog("c", apis=(api,))).findings(parts)
    assert [(item["code"], item["path"]) for item in found] == [
        ("deprecated_argument", "plan.steps[0].arguments.body.note")
    ]


def test_a_fixed_header_is_not_spoken_of() -> None:
    given = step(1, "get_file", {"file_id": "fil-1", "Office-Version": "2026-02-01"})
    assert codes(TASK, given) == []
    assert codes(f"{TASK}, on version 2026-02-01", given) == ["spoken_constant"]


def test_a_reference_to_ones_own_argument_is_an_echo() -> None:
    first = step(1, "get_file", {"file_id": "fil-1"}, outputs=["file"])
    again = step(2, "follow_file", {"file_id": "${steps.1.file.id}"}, depends_on=[1])
    assert (
        codes("Look at fil-1 and follow it", first, again) == []
    )  # the answer's own nesting: not the argument's
    folder = step(1, "create_folder", {"name": "Lease"}, outputs=["name"])
    hold = step(2, "create_hold", {"reason": "${steps.1.name}"}, depends_on=[1])
    assert "echo_reference" in codes("Make a folder Lease", folder, hold)


def test_a_confuser_is_another_call_than_the_one_made() -> None:
    parts = decoded(
        task_nl=TASK,
        plan={"steps": [show()], "expected_end_state": ""},
        negatives={"confusers": ["read_file", "delete_folder"]},
    )
    found = VALIDATOR.findings(parts)
    assert [(item["code"], item["path"]) for item in found] == [("twin_confuser", "negatives.confusers[0]")]


@pytest.mark.parametrize("said", ["{{PASSWORD}}", "${USER}", "<your name>", "{file_id}", "[your name]"])
def test_nobody_speaks_in_placeholders(said: str) -> None:
    assert codes(f"{TASK}, for {said}", show()) == ["template_in_task"]


@pytest.mark.parametrize("said", ["a < b and c > d", "[see above]", '{"a": 1}'])
def test_brackets_alone_are_no_placeholder(said: str) -> None:
    assert codes(f"{TASK}, {said}", show()) == []


def test_a_text_with_gaps_may_be_handed_over() -> None:
    text = "Closed, says {name}"
    given = step(1, "edit_letter", {"letter_id": "let-1", "kind": "append", "addition": text})
    assert codes(f'Add "{text}" to let-1', given) == []


def skipping(mode: str) -> list[str]:
    label = step(
        1,
        "attach_label",
        {"file_id": "fil-1", "label_name": "lease"},
        outputs=["label"],
        failure_modes=[mode],
    )
    shown = step(2, "get_file", {"file_id": "${steps.1.label.file_id}"}, depends_on=[1])
    return codes("Label fil-1 lease, then show it", label, shown)


def test_a_step_that_is_needed_is_not_skipped() -> None:
    assert skipping("The label is there: skip this step.") == ["skipped_but_needed"]
    assert skipping("The service is down: skip step 1.") == ["skipped_but_needed"]
    assert skipping("The label is there: skip this step and skip step 2.") == []
    assert skipping("The label is refused: stop.") == []


def test_a_guard_is_read_as_it_is_written() -> None:
    for otherwise, to in (("stop", None), ("skip this step", 4), ("skip to step 6", 6)):
        guard = read_guard(write_guard(2, "the list is not empty", otherwise), 3)
        assert guard is not None
        assert (guard.step, guard.condition, guard.skips_to) == (2, "the list is not empty", to)


def guarded(mode: str, **members: Any) -> list[str]:
    listed = step(1, "list_files", {"folder_id": "fol-3"}, outputs=["entries"])
    first = step(
        2,
        "get_file",
        {"file_id": "${steps.1.entries[0].id}"},
        depends_on=[1],
        failure_modes=[mode],
        **members,
    )
    return codes("List fol-3 and show me the first", listed, first)


def test_a_condition_has_the_fixed_wording_and_looks_back() -> None:
    assert guarded("Only if step 1: the list is not empty. Otherwise: stop.") == []
    assert guarded("Only if step 1: the list is not empty. Otherwise: skip this step.") == []
    assert guarded("Only if there is one.") == ["bad_guard"]
    assert guarded("Only if step 2: it is there. Otherwise: stop.") == ["bad_guard"]
    assert guarded("Only if step 1: it is there. Otherwise: skip to step 9.") == ["bad_guard"]
