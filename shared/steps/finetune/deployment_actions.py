"""What is done for the deployment of a fine-tuned model."""

from __future__ import annotations

from copy import replace

from shared.finetune import reactions
from shared.finetune.decisions import Action
from shared.finetune.deployment import deployment_request
from shared.finetune.job import Job
from shared.finetune.measure import money
from shared.steps.deps import Deps


async def deploy(job: Job, deps: Deps) -> Job:
    now = deps.clock.now()
    if deps.settings.finetune.model_is_deployment:
        return reactions.deploying(job, job.chosen_model, "Succeeded", now)
    if deps.deployments is None:
        needed = "AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP and AZURE_OPENAI_ACCOUNT"
        return reactions.without_deployment(job, f"deploying needs the settings {needed}", now)
    request = deployment_request(job)
    status = await deps.deployments.put_deployment(request)
    rate = money.hosting(job.model, request.sku)
    return reactions.deploying(job, request.name, status.state, deps.clock.now(), usd_per_hour=rate)


async def check_deployment(job: Job, deps: Deps) -> Job:
    assert job.deployment is not None, "a deploying job has a deployment"
    state, message = "Succeeded", ""
    if not deps.settings.finetune.model_is_deployment:
        assert deps.deployments is not None, "it was asked for the deployment"
        status = await deps.deployments.get_deployment(job.deployment.name)
        state, message = (status.state, status.message) if status else ("Missing", "")
    return reactions.deployment_seen(job, state, message, deps.clock.now(), deps.settings.finetune)


async def undeploy(job: Job, deps: Deps) -> Job:
    await _delete_deployment(job, deps)
    return reactions.undeployed(job, deps.clock.now())


async def remove_deployment(job: Job, deps: Deps) -> Job:
    now = deps.clock.now()
    if (
        deps.settings.finetune.model_is_deployment
    ):  # served by its name: there is nothing that costs by the hour
        return reactions.chore_done(job, Action.REMOVE_DEPLOYMENT, now)
    await _delete_deployment(job, deps)
    removed = replace(reactions.undeployed(job, now), wanted=job.wanted)  # somebody may want it again already
    return reactions.chore_done(removed, Action.REMOVE_DEPLOYMENT, now)


async def _delete_deployment(job: Job, deps: Deps) -> None:
    assert job.deployment is not None, "there is something to remove"
    if deps.deployments is not None and not deps.settings.finetune.model_is_deployment:
        await deps.deployments.delete_deployment(job.deployment.name)
