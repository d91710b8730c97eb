"""What is done for the deployment of a fine-tuned model."""

from __future__ import annotations

from copy import replace

from shared.errors import ConfigurationError
from shared.finetune import hosting, reactions
from shared.finetune.decisions import Action
from shared.finetune.deployment import deployment_name, deployment_request
from shared.finetune.job import Job
from shared.finetune.measure import money
from shared.ports.finetune import Deployments
from shared.steps.deps import Deps


async def deploy(job: Job, deps: Deps) -> Job:
    by_name = deps.settings.finetune.model_is_deployment
    name = job.chosen_model if by_name else deployment_name(job.run_id)
    return hosting.deploying(job, name, deps.clock.now())


async def put_deployment(job: Job, deps: Deps) -> Job:
    if deps.settings.finetune.model_is_deployment:
        return hosting.deployment_asked_for(job, "Succeeded", deps.clock.now())
    request = deployment_request(job)
    status = await _control_plane(deps).put_deployment(request)
    rate = money.hosting(job.model, request.sku)
    return hosting.deployment_asked_for(job, status.state, deps.clock.now(), usd_per_hour=rate)


async def check_deployment(job: Job, deps: Deps) -> Job:
    assert job.deployment is not None, "a deploying job has a deployment"
    state, message = "Succeeded", ""
    if not deps.settings.finetune.model_is_deployment:
        status = await _control_plane(deps).get_deployment(job.deployment.name)
        state, message = (status.state, status.message) if status else ("Missing", "")
    return hosting.deployment_seen(job, state, message, deps.clock.now(), deps.settings.finetune)


async def undeploy(job: Job, deps: Deps) -> Job:
    assert job.deployment is not None, "there is something to remove"
    if not deps.settings.finetune.model_is_deployment:
        await _control_plane(deps).delete_deployment(job.deployment.name)
    return hosting.undeployed(job, deps.clock.now())


async def remove_deployment(job: Job, deps: Deps) -> Job:
    removed = job
    if not deps.settings.finetune.model_is_deployment:  # else nothing is there that costs by the hour
        # Somebody may want it again already.
        removed = replace(await undeploy(job, deps), wanted=job.wanted)
    return reactions.chore_done(removed, Action.REMOVE_DEPLOYMENT, deps.clock.now())


def _control_plane(deps: Deps) -> Deployments:
    if deps.deployments is None:
        needed = "AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP and AZURE_OPENAI_ACCOUNT"
        raise ConfigurationError(f"deploying needs the settings {needed}", code="missing_setting")
    return deps.deployments
