"""Chooses the implementations behind the ports and hands messages to their steps; one app a process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from shared import names, telemetry
from shared.contracts import messages
from shared.errors import PermanentError
from shared.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from shared.finetune.settings import FineTuneSettings
    from shared.http.api import Answer as Answer
    from shared.http.api import Api
    from shared.ports.clock import Clock
    from shared.ports.finetune import Deployments, FineTuneService
    from shared.ports.storage import Queue, RecordLog, RunStore
    from shared.ports.teacher import Teacher
    from shared.runs.store import Runs
    from shared.steps.aggregate import CountedSegments
    from shared.steps.finetune.evaluate_example import EvaluatePorts
    from shared.steps.generate_record import GenerateRecordPorts
    from shared.steps.one_at_a_time import OneAtATime
    from shared.steps.segment_full import SegmentFull

_ROLES_SPREAD_S, _KEY_SPREAD_S = 1800.0, 60.0
"""How long after a run's start refused credentials are waited for."""


@cache
def app() -> App:
    """The app of this process, with the environment's settings."""
    return App(Settings.from_environment())


class App:
    """The steps with their dependencies; every dependency is made at first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def store(self) -> RunStore:
        """Blobs."""
        from shared.adapters.storage.blobs import AzureRunStore

        return AzureRunStore(self.settings.storage)

    @cached_property
    def log(self) -> RecordLog:
        """Outcome logs."""
        from shared.adapters.storage.blobs import AzureRunStore
        from shared.adapters.storage.record_log import AzureRecordLog

        assert isinstance(self.store, AzureRunStore)
        return AzureRecordLog(self.store)

    @cached_property
    def queue(self) -> Queue:
        """Queues."""
        from shared.adapters.storage.queue import AzureQueue
        from shared.adapters.telling import TellingQueue

        return TellingQueue(AzureQueue(self.settings.storage))

    @cached_property
    def clock(self) -> Clock:
        """Time."""
        from shared.adapters.system_clock import SystemClock

        return SystemClock()

    @cached_property
    def teacher(self) -> Teacher:
        """The teacher: paced to its deployment's quota, patient for seconds."""
        from shared.adapters.openai.teacher import AzureOpenAITeacher
        from shared.adapters.telling import TellingTeacher
        from shared.pacing.paced import PacedTeacher
        from shared.pacing.patience import PatientTeacher

        # Innermost, so that every call is counted, also those that are repeated.
        telling = TellingTeacher(AzureOpenAITeacher(self.settings))
        paced = PacedTeacher(telling, self.clock)
        return PatientTeacher(paced, self.clock)

    @cached_property
    def runs(self) -> Runs:
        """What is stored about runs."""
        from shared.runs.store import Runs

        return Runs(self.store, self.clock)

    @cached_property
    def full(self) -> SegmentFull:
        """Notices full segments."""
        from shared.steps.segment_full import SegmentFull

        return SegmentFull(self.log, self.queue)

    @cached_property
    def _in_work(self) -> OneAtATime:
        from shared.steps.one_at_a_time import OneAtATime

        return OneAtATime()

    @cached_property
    def _counted(self) -> CountedSegments:
        from shared.steps.aggregate import CountedSegments

        return CountedSegments(self.log)

    @cached_property
    def api(self) -> Api:
        """The HTTP API."""
        from shared.http.api import Api
        from shared.http.run_list import RunList
        from shared.http.status import StatusReader

        reader = StatusReader(self.store, self.runs, self.log)
        listed = RunList(self.store, self.runs, reader, self.clock)
        return Api(self.store, self.runs, self.queue, reader, listed, self.start_run)

    @cached_property
    def _generate_ports(self) -> GenerateRecordPorts:
        from shared.runs.comebacks import Patience
        from shared.runs.spending import Spending
        from shared.steps.generate_record import GenerateRecordPorts

        return GenerateRecordPorts(
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            teacher=self.teacher,
            clock=self.clock,
            full=self.full,
            spending=Spending(self.store, self.log, self.clock),
            # A key is right or wrong at once; a role that was just assigned is not known everywhere yet.
            roles_spread_s=_KEY_SPREAD_S if self.settings.openai_api_key else _ROLES_SPREAD_S,
            timeout_s=self.settings.teacher_timeout_s,
            token_characters=self.settings.token_characters,
            patience=Patience(self.settings.outage_patience_s, self.settings.request_tries),
        )

    async def start_run(self, request: messages.RunRequest, *, repeated: bool = False) -> str:
        """Start the run that is asked for; see `shared.steps.start_run`."""
        from shared.catalog.limits import Limits
        from shared.steps.resuming import resume_run
        from shared.steps.start_run import Installation, NotRunningError, start_run

        installation = Installation(
            self.settings.run_options,
            self.settings.teacher,
            self.settings.created_at,
            Limits(**self.settings.catalog_limits),
            self.settings.teacher_model,
        )
        try:
            return await start_run(
                request,
                store=self.store,
                runs=self.runs,
                queue=self.queue,
                clock=self.clock,
                installation=installation,
                repeated=repeated,
            )
        except NotRunningError as error:
            if error.code != "run_paused" or not request.again:
                raise
            await resume_run(error.run_id, store=self.store, runs=self.runs, log=self.log, queue=self.queue)
            return error.run_id

    async def catalog_uploaded(self, blob: str, *, repeated: bool = False) -> None:
        """A blob has arrived below `catalogs`: start its run, unless its metadata says `start=false`."""
        from shared.steps.start_run import wants_start

        async def step() -> None:
            if await wants_start(blob, store=self.store):
                request = messages.RunRequest(catalog=f"{names.CATALOGS}/{blob}")
                await self.start_run(request, repeated=repeated)

        await self._guard(names.CATALOG_EVENTS, blob.encode(), step)

    async def catalog_event(self, body: bytes, dequeue_count: int = 1) -> None:
        """A storage event: act on uploads of catalogs, ignore everything else."""

        async def step() -> None:
            blob = messages.blob_of_event(body)
            if blob is not None:
                await self.catalog_uploaded(blob, repeated=dequeue_count > 1)

        await self._guard(names.CATALOG_EVENTS, body, step)

    async def receive(
        self, queue_name: str, body: bytes, dequeue_count: int = 1, inserted_at: datetime | None = None
    ) -> None:
        """Do what a message of `queue_name` asks.

        A message that can never be acted on is kept under `_poison/` with the reason and consumed;
        any other error is raised, and the host delivers the message again.
        """
        telemetry.received(queue_name, inserted_at)
        step = self._steps[queue_name]

        async def call() -> None:
            await step(body, dequeue_count > 1)

        await self._guard(queue_name, body, call)

    async def _guard(self, queue_name: str, body: bytes, call: Callable[[], Awaitable[None]]) -> None:
        from shared.steps.record_poison import refuse
        from shared.steps.start_run import StartFailedError

        try:
            await call()
        except StartFailedError as error:
            telemetry.refused(queue_name, error.code)
        except PermanentError as error:
            telemetry.refused(queue_name, error.code)
            await refuse(queue_name, body, error, store=self.store, runs=self.runs)

    async def poison(self, queue_name: str, body: bytes) -> None:
        """Account for a message that the host gave up on."""
        from shared.steps.record_poison import PoisonPorts, record_poison

        telemetry.poisoned(queue_name)
        ports = PoisonPorts(
            store=self.store,
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            clock=self.clock,
            full=self.full,
            settings=self._finetune_settings,
        )
        await record_poison(queue_name, body, ports=ports)

    async def reconcile(self) -> None:
        """Send what a crash lost."""
        from shared.steps.reconcile import reconcile

        await reconcile(
            store=self.store,
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            clock=self.clock,
            stall_s=self.settings.stall_s,
        )

    async def advance_finetunes(self) -> None:
        """Take every open fine-tune further."""
        from shared.steps.finetune.advance_finetunes import advance_finetunes

        await advance_finetunes(
            store=self.store,
            log=self.log,
            queue=self.queue,
            service=self._finetune_service,
            deployments=self._deployments,
            clock=self.clock,
            settings=self._finetune_settings,
        )

    @cached_property
    def _finetune_settings(self) -> FineTuneSettings:
        from shared.finetune.settings import FineTuneSettings

        return FineTuneSettings(
            student_model=self.settings.student_model,
            poll_s=self.settings.finetune_poll_s,
            model_is_deployment=self.settings.finetune_served_by_name,
        )

    @cached_property
    def _finetune_service(self) -> FineTuneService:
        from shared.adapters.openai.finetune import AzureOpenAIFineTune

        return AzureOpenAIFineTune(self.settings)

    @cached_property
    def _deployments(self) -> Deployments | None:
        from shared.adapters.arm.deployments import ArmAccount, AzureArmDeployments

        settings = self.settings
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

    @cached_property
    def _evaluate_ports(self) -> EvaluatePorts:
        from shared.runs.comebacks import Patience
        from shared.steps.finetune.evaluate_example import EvaluatePorts, Examples

        return EvaluatePorts(
            store=self.store,
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            teacher=self.teacher,
            clock=self.clock,
            examples=Examples(self.store),
            settings=self._finetune_settings,
            timeout_s=self.settings.teacher_timeout_s,
            patience=Patience(self.settings.outage_patience_s, self.settings.request_tries),
        )

    @cached_property
    def _steps(self) -> dict[str, Callable[[bytes, bool], Awaitable[None]]]:
        return {
            names.RUN_REQUESTS: self._run_request,
            names.FAN_OUT: self._fan_out,
            names.GENERATE_RECORDS: self._generate_record,
            names.AGGREGATE: self._aggregate,
            names.PUBLISH: self._publish,
            names.FINE_TUNE: self._fine_tune,
            names.EVALUATE: self._evaluate,
        }

    async def _run_request(self, body: bytes, repeated: bool) -> None:
        await self.start_run(messages.RunRequest.decode(body), repeated=repeated)

    async def _fan_out(self, body: bytes, repeated: bool) -> None:
        from shared.steps.fan_out import fan_out

        message = messages.FanOut.decode(body)
        await fan_out(message, runs=self.runs, log=self.log, queue=self.queue, repeated=repeated)

    async def _generate_record(self, body: bytes, repeated: bool) -> None:
        from shared.steps.generate_record import generate_record

        message = messages.GenerateRecord.decode(body)
        segment, place = (message.run_id, message.segment), message.index % names.SEGMENT_SIZE
        async with self._in_work.entered(segment, place) as begun:
            await generate_record(message, ports=self._generate_ports, repeated=repeated or begun)

    async def _aggregate(self, body: bytes, repeated: bool) -> None:
        from shared.steps.aggregate import aggregate

        message = messages.Aggregate.decode(body)
        await aggregate(
            message,
            store=self.store,
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            counted=self._counted,
        )

    async def _publish(self, body: bytes, repeated: bool) -> None:
        from shared.steps.publish import publish

        await publish(
            messages.Publish.decode(body),
            store=self.store,
            runs=self.runs,
            log=self.log,
            queue=self.queue,
            clock=self.clock,
        )

    async def _fine_tune(self, body: bytes, repeated: bool) -> None:
        from shared.steps.finetune.start_finetune import start_finetune

        message = messages.FineTune.decode(body)
        await start_finetune(message, store=self.store, clock=self.clock, settings=self._finetune_settings)

    async def _evaluate(self, body: bytes, repeated: bool) -> None:
        from shared.steps.finetune.evaluate_example import evaluate_example

        await evaluate_example(messages.Evaluate.decode(body), ports=self._evaluate_ports)
