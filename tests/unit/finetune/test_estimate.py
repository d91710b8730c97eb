"""What is told before anything is paid."""

import pytest

from shared.dataset.plan_prices import plan_cost
from shared.finetune.estimate import Work, estimate, refusal
from shared.finetune.measure.arms import Arm


def found(**changes):
    base = {
        "train_bytes": 4_000_000,
        "n_epochs": 2,
        "model": "gpt-4.1-mini-2025-04-14",
        "training_type": "GlobalStandard",
        "deploys_as": "GlobalStandard",
        "removed_after": True,
        "test_rows": 50,
        "row_bytes": 3_200,
        "answer_bytes": 2_000,
        "catalog_chars": 40_000,
        "arms": {Arm.STUDENT: "gpt-4.1-mini", Arm.TEACHER_WITH_CATALOG: "gpt-5.1"},
    }
    return estimate(Work(**{**base, **changes}), plan_cost)


def test_training_costs_tokens_times_epochs_by_the_tier():
    assert found().training_usd == pytest.approx(10.0)
    assert found(training_type="developerTier").training_usd == pytest.approx(5.0)
    assert found(n_epochs=None).n_epochs == 3


def test_hosting_runs_by_the_hour_begun_and_a_day_where_nobody_removes_it():
    assert (found().hosting_hours, found().hosting_usd) == (1, 1.7)
    assert found(removed_after=False).hosting_usd == pytest.approx(24 * 1.7)
    assert found(deploys_as=None).hosting_usd == 0
    assert found(deploys_as="DeveloperTier").hosting_usd == 0


def test_every_arm_is_reckoned_by_its_model_and_the_catalog_where_it_is_shown():
    arms = found().evaluation_usd
    assert arms["student"] == pytest.approx(50 * (300 * 0.4 + 500 * 1.6) / 1e6)
    assert arms["teacher_with_catalog"] == pytest.approx(50 * (11_700 * 1.25 + 500 * 10) / 1e6)
    assert found().total_usd == pytest.approx(10 + 1.7 + sum(arms.values()), abs=1e-4)


def test_what_would_go_over_the_limit_is_refused_with_the_estimate():
    assert refusal(found(), None) is None
    assert refusal(found(), 20.0) is None
    told = refusal(found(), 5.0)
    assert "about $12.7" in told
    assert "training $10.00 (1,000,000 tokens × 2 epochs)" in told
    assert told.startswith("this would go over the $5.00 of option finetune.max_cost_usd: about")


def test_a_limit_on_a_model_without_a_price_cannot_be_kept():
    unknown = found(model="my-own-7b")
    assert unknown.training_usd is None
    assert "no price is known for training" in unknown.text()
    assert "leave the option out" in refusal(unknown, 5.0)
