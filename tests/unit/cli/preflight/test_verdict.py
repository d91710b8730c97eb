"""What a region's lists mean for an installation. region.json has the shape of `az cognitiveservices model list` and `usage list`."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.preflight import Verdict, Wanted, decide, read_region

LISTS = (Path(__file__).parent / "region.json").read_text()
TODAY = date(2026, 8, 1)
WANTED = Wanted("swedencentral", "gpt-5.1", "2025-11-13", "GlobalStandard", 100)
NANO, MINI = "gpt-4.1-nano-2025-04-14", "gpt-4.1-mini-2025-04-14"
Change = Callable[[dict[str, Any]], None]


def _verdict(wanted: Wanted = WANTED, today: date = TODAY, *changes: Change) -> Verdict:
    lists = json.loads(LISTS)
    for change in changes:
        change(lists)
    return decide(wanted, read_region(lists["models"], lists["usages"]), today)


def _models(name: str, **values: Any) -> Change:
    def change(lists: dict[str, Any]) -> None:
        for entry in lists["models"]:
            if entry["model"]["name"] == name:
                for key, value in values.items():
                    old = entry["model"][key]
                    entry["model"][key] = {**old, **value} if isinstance(old, dict) else value

    return change


def _without(name: str) -> Change:
    def change(lists: dict[str, Any]) -> None:
        lists["models"] = [entry for entry in lists["models"] if entry["model"]["name"] != name]

    return change


def _quota(name: str, limit: float, used: float = 0) -> Change:
    def change(lists: dict[str, Any]) -> None:
        for entry in lists["usages"]:
            if entry["name"]["value"] == name:
                entry.update(limit=limit, currentValue=used)

    return change


def _of(verdict: Verdict, code: str) -> str:
    (text,) = (str(finding) for finding in verdict.findings if finding.code == code)
    return text


def test_the_defaults_are_possible_where_the_region_has_them():
    verdict = _verdict()
    assert [(finding.level, finding.code) for finding in verdict.findings] == [
        ("ok", "teacher"),
        ("ok", "student"),
    ]
    assert (verdict.possible, verdict.student) == (True, NANO)
    assert "until 2027-05-15" in _of(verdict, "teacher")
    assert "30000 of 30000 thousand tokens a minute free" in _of(verdict, "teacher")
    assert "until 2027-04-14" in _of(verdict, "student")


def test_the_same_lists_by_azure_resource_manager_mean_the_same():
    lists = json.loads(LISTS)
    arm = read_region({"value": lists["models"], "nextLink": None}, {"value": lists["usages"]})
    assert decide(WANTED, arm, TODAY) == _verdict()


# ---- teacher -------------------------------------------------------------------------------------------------------


def test_a_teacher_without_quota_is_an_error_that_names_others_with_enough():
    verdict = _verdict(replace(WANTED, teacher="gpt-4.1", version="2025-04-14"))
    assert not verdict.possible
    text = _of(verdict, "teacher_quota")
    assert "quota is 0" in text
    assert "TEACHER_MODEL=gpt-5.4 TEACHER_MODEL_VERSION=2026-03-05 or TEACHER_MODEL=gpt-5.1" in text
    assert "gpt-5.4-mini" not in text  # 50 of 1000 are left
    assert "embedding" not in text


@pytest.mark.parametrize(
    "change",
    [
        _models("gpt-5.4", capabilities={"jsonSchemaResponse": None}),
        _models("gpt-5.4", format="Meta"),
        _models("gpt-5.4", lifecycleStatus="Deprecating"),
        _quota("OpenAI.GlobalStandard.gpt-5.4", 99),
    ],
)
def test_no_other_is_named_that_cannot_be_the_teacher(change: Change):
    verdict = _verdict(replace(WANTED, teacher="gpt-4.1", version="2025-04-14"), TODAY, change)
    assert "gpt-5.4" not in _of(verdict, "teacher_quota")
    assert "TEACHER_MODEL=gpt-5.1" in _of(verdict, "teacher_quota")


def test_where_nothing_else_has_the_quota_another_region_is_named():
    wanted = replace(WANTED, teacher="gpt-4.1", version="2025-04-14", capacity=50_000)
    assert "try another region" in _of(_verdict(wanted), "teacher_quota")


def test_a_teacher_that_the_region_lacks_is_an_error_that_says_what_it_has():
    verdict = _verdict(replace(WANTED, sku="Standard"))
    assert not verdict.possible
    assert "it has gpt-5.1 as 2025-11-13 DataZoneStandard, 2025-11-13 GlobalStandard" in _of(
        verdict, "teacher_not_offered"
    )
    assert "no gpt-5.1 at all" in _of(_verdict(WANTED, TODAY, _without("gpt-5.1")), "teacher_not_offered")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_models("gpt-5.1", lifecycleStatus="Deprecating"), "is Deprecating"),
        (_models("gpt-5.1", lifecycleStatus="Deprecated"), "is Deprecated"),
    ],
)
def test_a_teacher_that_takes_no_new_deployments_is_an_error_but_not_where_it_is_deployed(
    change: Change, says: str
):
    assert says in _of(_verdict(WANTED, TODAY, change), "teacher_closed")
    assert not _verdict(WANTED, TODAY, change).possible
    assert _verdict(replace(WANTED, installed=True), TODAY, change).possible


def test_a_teacher_that_has_ended_is_an_error_and_one_that_ends_soon_a_warning():
    assert not _verdict(WANTED, date(2027, 5, 15)).possible
    soon = _verdict(WANTED, date(2027, 1, 1))
    assert soon.possible
    assert "ends on 2027-05-15" in _of(soon, "teacher_ends_soon")


def test_quota_in_use_is_a_warning_and_none_for_the_installation_that_may_use_it():
    used = _quota("OpenAI.GlobalStandard.gpt-5.1", 150, 100)
    verdict = _verdict(WANTED, TODAY, used)
    assert verdict.possible
    assert "50 of 150 are free" in _of(verdict, "teacher_quota_in_use")
    assert _of(_verdict(replace(WANTED, installed=True), TODAY, used), "teacher")


def test_no_teacher_is_looked_for_where_none_is_made():
    assert [finding.code for finding in _verdict(replace(WANTED, teacher="")).findings] == ["student"]


# ---- student -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without("gpt-4.1-nano"), "is not listed"),
        (_models("gpt-4.1-nano", lifecycleStatus="Deprecated"), "closed to new customers"),
        (
            _models("gpt-4.1-nano", deprecation={"fineTune": "2026-07-31T00:00:00Z"}),
            "can no longer be trained since 2026-07-31",
        ),
        (
            _models("gpt-4.1-nano", capabilities={"fineTune": "false"}),
            "not among the models that the region trains",
        ),
        (
            _quota("OpenAI.GlobalStandard.gpt-4.1-nano-finetune", 0),
            "no quota for deployments of tuned models",
        ),
    ],
)
def test_mini_is_the_student_where_nano_cannot_be(change: Change, says: str):
    verdict = _verdict(WANTED, TODAY, change)
    assert (verdict.student, verdict.possible) == (MINI, True)
    assert says in _of(verdict, "student_not_offered")
    assert f"student {MINI} can be trained" in _of(verdict, "student")


def test_a_student_that_was_chosen_is_kept_with_a_warning_that_names_others():
    verdict = _verdict(
        replace(WANTED, student=NANO), TODAY, _models("gpt-4.1-nano", lifecycleStatus="Deprecated")
    )
    assert (verdict.student, verdict.possible) == (NANO, True)
    assert "the region trains gpt-4.1-2025-04-14, gpt-4.1-mini-2025-04-14 (STUDENT_MODEL)" in _of(
        verdict, "student_not_offered"
    )


def test_where_no_default_can_be_trained_the_dataset_can_still_be_made():
    verdict = _verdict(WANTED, TODAY, _without("gpt-4.1-nano"), _without("gpt-4.1-mini"))
    assert verdict.possible
    assert "the region trains gpt-4.1-2025-04-14 (STUDENT_MODEL)" in _of(verdict, "no_student")


def test_where_the_service_tells_of_no_training_at_all_nano_is_kept():
    silent = [
        _models(name, capabilities={"fineTune": None})
        for name in ("gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o")
    ]
    assert _verdict(WANTED, TODAY, *silent).student == NANO


def test_the_list_may_tell_of_training_by_its_own_capabilities():
    told = _models(
        "gpt-4.1-nano", capabilities={"fineTune": None}, finetuneCapabilities={"supervised": "true"}
    )
    assert _verdict(WANTED, TODAY, told).student == NANO


def test_a_training_that_ends_soon_is_a_warning():
    assert "until 2027-04-14" in _of(_verdict(WANTED, date(2026, 11, 29)), "student_ends_soon")


# ---- nonsense ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "models", [[], None, "x", {"value": None}, [1, {"model": 3}, {"model": {"name": "a", "skus": [4]}}]]
)
def test_lists_that_make_no_sense_are_no_models(models: object):
    verdict = decide(
        WANTED, read_region(models, [None, {"name": None}, {"name": {"value": "x"}, "limit": "y"}]), TODAY
    )
    assert [finding.code for finding in verdict.findings] == ["no_models"]
