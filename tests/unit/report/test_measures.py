"""The evaluation's table: figures, intervals, and whether a gain is one."""

from __future__ import annotations

from shared.finetune.evaluation import report
from shared.report.measures import render
from tests.builders.finetune import RUN
from tests.builders.report import Page, measured, outcomes


def shown(*parts: tuple[str, dict]) -> str:
    roles = ("student", "baseline")
    given = [(name, role, found) for role, (name, found) in zip(roles, parts, strict=False)]
    return Page(str(render(report(RUN, "m", 6, given, ""))).encode()).text


def test_each_metric_has_its_figures_with_intervals() -> None:
    text = Page(str(render(measured())).encode()).text
    for name in ("Valid JSON", "Plan's shape", "Executable on paper", "Same calls", "API F1", "Argument F1"):
        assert name in text
    assert "83.3%" in text
    assert "+66.7" in text


def test_a_gain_whose_interval_holds_nothing_is_within_error() -> None:
    assert "within error" in shown(("s", outcomes(1, 0, 1, 0, 1)), ("b", outcomes(0, 1, 1, 0, 0)))
    assert "within error" not in shown(("s", outcomes(*[1] * 9)), ("b", outcomes(*[0] * 9)))


def test_equal_answers_are_no_difference() -> None:
    assert "no difference" in shown(("s", outcomes(1, 1)), ("b", outcomes(1, 1)))


def test_faults_are_counted_for_both() -> None:
    text = shown(("s", outcomes(0, reason="wrong_type")), ("b", outcomes(0, reason="unknown_api")))
    assert text.index("wrong_type") < text.index("unknown_api")
