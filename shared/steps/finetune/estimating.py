"""What a fine-tune job with its evaluation will probably cost, reckoned before anything is paid."""

from __future__ import annotations

from copy import replace

from shared import names
from shared.dataset.manifest import Manifest
from shared.dataset.plan_prices import plan_cost
from shared.finetune import evaluation, words
from shared.finetune.estimate import Work, estimate, refusal
from shared.finetune.job import Job, Problem
from shared.finetune.measure.arms import Arm
from shared.finetune.reactions import warned
from shared.runs import paths
from shared.runs.spec import RunSpec
from shared.steps.deps import Deps
from shared.steps.finetune.measured_tasks import TEST
from shared.teacher.plan_prompt import BUDGET_CHARS

_ANSWER_SHARE = 0.6
"""How much of a row is its answer, roughly; a whole plan is longer than task and instruction."""


async def reckoned(job: Job, spec: RunSpec, manifest: Manifest, deps: Deps) -> tuple[Job, Problem | None]:
    """The job with its estimate, and why it may not begin: `over_budget` for what would go over `max_cost_usd`."""
    catalog = await deps.store.properties(names.RUNS, paths.catalog(job.run_id))
    found = estimate(_work(job, spec, manifest, catalog.size if catalog else 0, deps), plan_cost)
    limit = job.options["max_cost_usd"]
    problem = refusal(found, limit)
    if limit is not None and found.unknown:
        job = warned(job, words.unbounded(found.unknown))
    return replace(job, estimate=found.to_json()), Problem("over_budget", problem) if problem else None


def _work(job: Job, spec: RunSpec, manifest: Manifest, catalog_bytes: int, deps: Deps) -> Work:
    folder = paths.revision_folder(job.revision)
    files = {folder + file.path: file for file in manifest.files}
    settings, options = deps.settings.finetune, job.options
    train, test = files.get(job.files["train"].path), files.get(folder + TEST)
    row = test.bytes // test.rows if test and test.rows else 0
    deploys = options["deploy"]["enabled"] and not settings.model_is_deployment
    asked = options["evaluate"]
    serves = deploys or settings.model_is_deployment
    chosen = evaluation.choose(asked, student=job.model if serves else "", teacher=spec.teacher)
    arms = {
        # A base model's deployment is named by the user; what it costs is what its model does.
        arm: _priced(arm, deployment, job.model, deps.settings.teacher_model)
        for arm, deployment in (chosen.deployments.items() if asked["enabled"] else ())
    }
    return Work(
        train_bytes=train.bytes if train else 0,
        n_epochs=options["n_epochs"],
        model=job.model,
        training_type=job.training_type,
        deploys_as=options["deploy"]["sku"] if deploys else None,
        removed_after=bool(options["deploy"]["remove_after_evaluation"]),
        test_rows=min(test.rows, settings.max_evaluation_rows) if test and asked["enabled"] else 0,
        row_bytes=row,
        answer_bytes=round(row * _ANSWER_SHARE),
        catalog_chars=min(BUDGET_CHARS, catalog_bytes),
        arms=arms,
    )


def _priced(arm: Arm, deployment: str, student: str, teacher_model: str) -> str:
    if arm == Arm.TEACHER_WITH_CATALOG:
        return teacher_model or deployment
    return student
