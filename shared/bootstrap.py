"""Chooses the implementations behind the ports and hands messages to their steps; one app a process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from shared import names, telemetry
from shared.contracts import messages
from shared.errors import PermanentError
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.contracts.messages import Delivery, Message
    from shared.http.api import Answer as Answer
    from shared.http.api import Api
    from shared.http.api import Asked as Asked
    from shared.http.api import Part as Part
    from shared.http.api import Sent as Sent
    from shared.ports.finetune import Deployments
    from shared.ports.teacher import Teacher
    from shared.ports.webhook import Webhook
    from shared.steps.deps import Deps, StepSettings

_ROLES_SPREAD_S, _KEY_SPREAD_S = 1800.0, 60.0
"""How long after a run's start refused credentials are waited for."""

MESSAGES: dict[str, type[Message]] = {
    kind.queue: kind for kind in messages.Message.__subclasses__() if kind.queue in names.STEP_OF
}


@cache
def app() -> App:
    """The app of this process, with the environment's settings."""
    return App(Settings.from_environment())


class App:
    """The steps with their dependencies, which are made at first use."""

    def __init__(self, settings: Settings, deps: Deps | None = None) -> None:
        """`deps` replaces what the settings would choose, as tests do."""
        self.settings = settings
        self._given = deps

    @cached_property
    def deps(self) -> Deps:
        """What the steps work with."""
        return self._given or _deps(self.settings)

    @cached_property
    def api(self) -> Api:
        """The HTTP API."""
        from shared.http.api import Api

        return Api(self.deps)

    async def receive(self, delivery: Delivery) -> None:
        """Do what a message asks.

        A message that can never be acted on is kept under `_poison/` with the reason and consumed;
        any other error is raised, and the host delivers the message again.
        """
        telemetry.received(delivery.queue, delivery.inserted_at)

        async def call() -> None:
            kind = MESSAGES[delivery.queue]
            message = kind.decode(delivery.body, repeated=delivery.dequeue_count > 1)
            await _step(delivery.queue)(message, self.deps)

        await self._guard(delivery.queue, delivery.body, call)

    async def catalog_uploaded(self, blob: str) -> None:
        """A blob has arrived below `catalogs`: start its run, unless its metadata says `start=false`."""
        from shared.steps.start_run import start_uploaded

        async def call() -> None:
            await start_uploaded(messages.CatalogEvent(blob), self.deps)

        await self._guard(names.CATALOG_EVENTS, blob.encode(), call)

    async def _guard(self, queue: str, body: bytes, call: Callable[[], Awaitable[None]]) -> None:
        from shared.steps.record_poison import refuse
        from shared.steps.start_run import StartFailedError

        try:
            await call()
        except StartFailedError as error:
            telemetry.refused(queue, error.code)
        except PermanentError as error:
            telemetry.refused(queue, error.code)
            await refuse(queue, body, error, self.deps)

    async def poison(self, queue: str, body: bytes) -> None:
        """Account for a message that the host gave up on."""
        from shared.steps.record_poison import record_poison

        telemetry.poisoned(queue)
        await record_poison(queue, body, self.deps)

    async def reconcile(self) -> None:
        """Send what a crash lost."""
        from shared.steps.reconcile import reconcile

        await reconcile(self.deps)

    async def advance_finetunes(self) -> None:
        """Take every open fine-tune further."""
        from shared.steps.finetune.advance_finetunes import advance_finetunes

        await advance_finetunes(self.deps)


@cache
def _step(queue: str) -> Callable[[Message, Deps], Awaitable[Any]]:
    """The step of a queue, imported when its first message comes."""
    module, _, function = names.STEP_OF[queue].partition(":")
    step: Callable[[Message, Deps], Awaitable[Any]] = getattr(
        import_module(f"shared.steps.{module}"), function or module.rpartition(".")[2]
    )
    return step


def _deps(settings: Settings) -> Deps:
    """What runs in Azure: Storage, the model service and Resource Manager; each is asked for at its first use."""
    from shared.adapters.observed import ObservedQueue
    from shared.adapters.openai.finetune import AzureOpenAIFineTune
    from shared.adapters.storage.blobs import AzureBlobStore
    from shared.adapters.storage.queue import AzureQueue
    from shared.adapters.storage.record_log import AzureRecordLog
    from shared.adapters.system_clock import SystemClock
    from shared.steps.deps import deps_over

    store = AzureBlobStore(settings.storage)
    return deps_over(
        store=store,
        log=AzureRecordLog(store),
        queue=ObservedQueue(AzureQueue(settings.storage)),
        clock=SystemClock(),
        teacher=_teacher(settings),
        service=AzureOpenAIFineTune(settings),
        deployments=_deployments(settings),
        webhook=_webhook(settings),
        settings=_step_settings(settings),
    )


def _teacher(settings: Settings) -> Teacher:
    """The teacher: paced to its deployment's quota, patient for seconds."""
    from shared.adapters.observed import ObservedTeacher
    from shared.adapters.openai.teacher import AzureOpenAITeacher
    from shared.adapters.system_clock import SystemClock
    from shared.pacing.paced import PacedTeacher
    from shared.pacing.patience import PatientTeacher

    # Innermost, so that every call is counted, also those that are repeated.
    telling = ObservedTeacher(AzureOpenAITeacher(settings))
    clock = SystemClock()
    return PatientTeacher(PacedTeacher(telling, clock), clock)


def _webhook(settings: Settings) -> Webhook | None:
    from shared.adapters.webhook import HttpWebhook

    if not settings.events_webhook_url:
        return None
    return HttpWebhook(settings.events_webhook_url, settings.events_webhook_secret)


def _deployments(settings: Settings) -> Deployments | None:
    from shared.adapters.arm.deployments import ArmAccount, AzureArmDeployments

    if not settings.arm_account:
        return None
    return AzureArmDeployments(
        ArmAccount(
            subscription=settings.arm_subscription,
            resource_group=settings.arm_resource_group,
            account=settings.arm_account,
            client_id=settings.identity_client_id or settings.storage.client_id,
        )
    )


def _step_settings(settings: Settings) -> StepSettings:
    from shared.catalog.limits import Limits
    from shared.finetune.settings import FineTuneSettings
    from shared.runs.comebacks import Patience
    from shared.steps.deps import StepSettings

    return StepSettings(
        run_options=settings.run_options,
        teacher=settings.teacher,
        teacher_model=settings.teacher_model,
        is_charged=settings.is_charged,
        created_at=settings.created_at,
        limits=Limits(**settings.catalog_limits),
        finetune=FineTuneSettings(
            student_model=settings.student_model,
            poll_s=settings.finetune_poll_s,
            model_is_deployment=settings.finetune_served_by_name,
            webhook_secret=settings.webhook_secret,
        ),
        patience=Patience(settings.outage_patience_s, settings.request_tries),
        # A key is right or wrong at once; a role that was just assigned is not known everywhere yet.
        roles_spread_s=_KEY_SPREAD_S if settings.openai_api_key else _ROLES_SPREAD_S,
        timeout_s=settings.teacher_timeout_s,
        token_characters=settings.token_characters,
        stall_s=settings.stall_s,
    )
