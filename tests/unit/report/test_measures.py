"""The evaluation's tables: figures, intervals, prices, and whether a difference is one."""

from __future__ import annotations

from typing import Any

from shared.report import groups, pairs, price_plot, verdict
from shared.report.measures import NAMES, render
from tests.builders.arms import right, wrong
from tests.builders.report import Page, measured, trained


def text_of(html: Any) -> str:
    return Page(str(html).encode()).text


def test_each_metric_has_its_figures_with_intervals_for_each_arm() -> None:
    text = text_of(render(measured()))
    for title, _ in NAMES.values():
        assert title in text
    for expected in ("83.3%", "Student", "Base model", "Teacher with catalog", "unknown_api"):
        assert expected in text


def test_costs_tell_hosting_by_the_hour_apart() -> None:
    text = text_of(render(measured()))
    assert "1,000 plans" in text
    assert "$0.0325" in text
    assert "$1.70" in text


def test_a_difference_that_may_be_chance_is_said_to_be() -> None:
    close = measured(student=[right(0), wrong(1), right(2)], base=[wrong(0), right(1), wrong(2)])
    assert "cannot be told apart" in text_of(pairs.render(close))
    sure = measured(student=[right(n) for n in range(9)], base=[wrong(n) for n in range(9)])
    exact = text_of(pairs.render(sure)).split("Exact plan")[1]
    assert "+100.0" in exact and "9 won, 0 lost, p 0.004" in exact


def test_equal_answers_are_no_difference() -> None:
    equal = measured(student=[right(0), right(1)], base=[right(0), right(1)])
    assert "no difference" in text_of(pairs.render(equal))


def test_a_gain_in_form_is_a_line_of_its_own() -> None:
    formless = measured(student=[wrong(n) for n in range(9)], base=[wrong(n, shape=False) for n in range(9)])
    text = text_of(pairs.render(formless))
    assert "Shape only: +100.0 points of answers that have the form of a plan." in text
    assert "Both in shape (0), points" in text


def test_nothing_beside_the_student_is_said() -> None:
    assert "Nothing was measured beside the student." in text_of(
        pairs.render(measured(base=None, teacher=None))
    )


def test_the_plot_has_a_dot_for_each_arm_with_a_price_and_says_who_has_none() -> None:
    found = measured(teacher=[right(n, model="my-own-70b") for n in range(6)])
    html = str(price_plot.render(found["arms"]))
    assert html.count("dots") == 2
    assert "no price is known for Teacher with catalog" in html
    assert "No price is set against quality: no price is known for Student" in str(
        price_plot.render([{**part, "cost": {"usd_per_1000_plans": None}} for part in found["arms"]])
    )


def test_groups_tell_difficulty_shape_rows_and_operations() -> None:
    text = text_of(groups.render(measured()))
    for expected in ("Difficulty", "Training rows of the rarest operation", "3-5", "payments.create", "n 6"):
        assert expected in text


def test_the_verdict_comes_with_what_was_not_measured() -> None:
    found = measured(missing=[{"arm": "base_with_catalog", "why": "no deployment of the base model"}])
    assert "On 6 unseen tasks the student" in text_of(verdict.render(found, trained()))
    assert "Base with catalog: " in text_of(verdict.missing(found))
    assert str(verdict.render(None, trained())) == ""
