"""The report as a page: complete, self-contained, and safe whatever its data hold."""

from __future__ import annotations

from copy import replace
from typing import Any

import pytest

from shared.finetune.job import Job, Problem
from shared.finetune.transitions import State
from shared.report.curves import Curves, read_curves
from shared.report.page import Facts, render
from tests.builders.report import (
    COVERAGE,
    MANIFEST,
    Page,
    an_answer,
    an_example,
    facts,
    measured,
    metrics,
    trained,
)

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202e\x00"


def poisoned(value: Any) -> Any:
    """`value` with every text in it made hostile; keys and what code reads as a word stay."""
    if isinstance(value, dict):
        return {key: item if key in ("role", "level") else poisoned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [poisoned(item) for item in value]
    return EVIL if isinstance(value, str) else value


def test_the_page_has_what_one_looks_for_afterwards() -> None:
    text = Page(render(facts())).text
    for expected in ("Shop: fine-tuning report", "1,944,000", "1 h 42 min", "gpt-4.1-nano-2025-04-14.ft-1", "50 of 60 planned (83.3%)",
                     "m:ckpt-step-40", "Job succeeded.", "$1.25 at list price", "Executable on paper", "only the student is right", "On 6 unseen tasks the student"):  # fmt: skip
        assert expected in text


def test_every_element_is_closed_and_ids_are_unique() -> None:
    page = Page(render(facts()))
    assert (page.unbalanced, page.open) == ([], [])
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render(facts()) == render(facts())


def test_the_page_loads_and_runs_nothing() -> None:
    page = Page(render(facts()))
    assert {name for name, _ in page.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "form",
        "a",
        "object",
        "use",
    } == set()
    policy = next(
        meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None and policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not any("style" in attributes for _, attributes in page.elements)
    assert "url(" not in render(facts()).decode() and "@import" not in render(facts()).decode()


def test_hostile_text_is_shown_and_never_markup() -> None:
    hostile_job = trained(
        model=EVIL,
        fine_tuned_model=EVIL,
        job_id=EVIL,
        suffix=EVIL,
        hyperparameters={EVIL: EVIL},
        error=Problem(EVIL, EVIL),
        warnings=(Problem(EVIL, EVIL),),
    )
    answer = an_answer(
        f'{{"steps": [{{"api": "{"<b>"}", "arguments": {{"<i>": "</code><script>"}}}}]}}', reason=EVIL
    )
    found = replace(
        poisoned_facts(),
        job=hostile_job,
        examples=[
            an_example(why=EVIL, task=EVIL, reference=EVIL, answers=[answer, an_answer(EVIL, arm=EVIL)])
        ],
    )
    page = Page(render(found))
    assert {name for name, _ in page.elements} & {"script", "img", "i>"} == set()
    assert not any(key.startswith("on") for _, attributes in page.elements for key in attributes)
    assert (page.unbalanced, page.open) == ([], [])
    assert "<script>alert(1)</script>" in page.text
    assert "</code><script>" in page.text
    assert "\u202e" not in page.text and "\x00" not in page.text


def poisoned_facts() -> Facts:
    evaluation = measured()
    for part in evaluation["arms"]:
        part |= {"deployment": EVIL, "models": [EVIL], "faults": {EVIL: 3}}
        part["by"] = {kind: {EVIL: next(iter(found.values()))} for kind, found in part["by"].items()}
    evaluation |= {"verdict": EVIL, "model": EVIL, "missing": [{"arm": EVIL, "why": EVIL}]}
    manifest = {**poisoned(MANIFEST), "counts": {**MANIFEST["counts"], "by_reason": {EVIL: 1}}}
    base = facts()
    return replace(
        base,
        manifest=manifest,
        coverage=COVERAGE,
        checkpoints=poisoned(list(base.checkpoints)),
        events=[{**event, "level": EVIL, "message": EVIL} for event in base.events],
        evaluation=evaluation,
    )


@pytest.mark.parametrize(
    ("state", "error", "expected"),
    [
        (State.FAILED, Problem("rai", "the data failed the checks"), "The job failed:"),
        (State.CANCELLED, Problem("cancelled", "the fine-tune job was cancelled"), "The job was cancelled:"),
        (State.COMPLETE, Problem("deployment_failed", "no quota"), "The model is trained, but"),
    ],
)
def test_what_went_wrong_is_at_the_top(state: State, error: Problem, expected: str) -> None:
    text = Page(render(facts(job=trained(state, error=error), evaluation=None, examples=()))).text
    assert expected in text
    assert error.message in text
    assert text.index(error.message) < text.index("Training")


def bare(job: Job) -> Facts:
    return Facts(job)


@pytest.mark.parametrize("state", State)
def test_a_job_that_left_nothing_has_a_page_all_the_same(state: State) -> None:
    page = Page(
        render(
            bare(
                trained(state, files={}, history=(), finished_at="", trained_tokens=None, hyperparameters={})
            )
        )
    )
    assert (page.unbalanced, page.open) == ([], [])
    assert "The service left no metrics." in page.text
    assert page.named("svg") == []


def test_without_validation_rows_only_the_training_is_drawn() -> None:
    text = Page(
        render(facts(curves=read_curves(metrics(validation=False)), evaluation=None, examples=()))
    ).text
    assert "Training 0." in text
    assert "Full validation 0." not in text
    assert "validation token accuracy" not in text


def test_a_training_of_one_step_can_be_drawn() -> None:
    assert len(Page(render(facts(curves=read_curves(metrics(1))))).named("svg")) >= 2


def test_a_missing_evaluation_says_why() -> None:
    without = {"evaluation": None, "examples": ()}
    asked = trained(State.SUCCEEDED)
    assert "It is still to come" in Page(render(facts(job=asked, **without))).text
    unasked = trained(options={**asked.options, "evaluate": {"enabled": False}})
    assert "finetune.evaluate.enabled" in Page(render(facts(job=unasked, **without))).text
    assert "no model to measure" in Page(render(facts(job=trained(State.FAILED), **without))).text


def test_an_evaluation_of_the_student_alone_shows_no_difference() -> None:
    text = Page(render(facts(evaluation=measured(base=None, teacher=None), examples=()))).text
    assert "Student minus" not in text
    assert "Nothing was measured beside the student." in text


def test_a_model_service_that_was_an_emulator_is_told_before_any_figure() -> None:
    told = {
        "created_at": 1,
        "level": "info",
        "message": "This job was trained by the emulator: a small student.",
    }
    manifest = {**MANIFEST, "teacher": {"models": ["emulator-x"], "emulator": True}}
    text = Page(render(facts(manifest=manifest, events=[told]))).text
    banner = text.index("The model service was an emulator.")
    assert banner < text.index("records accepted")
    assert "none: emulated" in text
    assert "emulator" not in Page(render(facts())).text


def test_the_page_stays_small_for_a_long_training() -> None:
    long = read_curves(metrics(50_000))
    events = [{"created_at": 1, "level": "info", "message": f"event {n}"} for n in range(10_000)]
    assert len(render(facts(curves=long, events=events))) < 300_000


def test_charts_are_described_and_have_their_figures_in_a_table() -> None:
    page = Page(render(facts()))
    pictures = [svg for svg in page.named("svg") if svg.get("aria-hidden") != "true"]
    assert {svg["role"] for svg in pictures} == {"img"}
    assert len(page.named("title")) == len(pictures) + 1
    assert "Loss by training step" in page.text
    assert "Figures as a table" in page.text


def test_curves_are_optional() -> None:
    assert "The service left no metrics." in Page(render(facts(curves=Curves()))).text
