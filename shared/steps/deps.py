"""What the steps work with; made once a process, by `shared.bootstrap` or by a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from shared.catalog.limits import Limits
from shared.finetune.settings import FineTuneSettings
from shared.ports.clock import Clock
from shared.ports.finetune import Deployments, FineTuneService
from shared.ports.storage import BlobStore, Queue, RecordLog
from shared.ports.teacher import Teacher
from shared.ports.webhook import Webhook
from shared.runs.at_work import AtWork
from shared.runs.comebacks import Patience
from shared.runs.counted import CountedSegments
from shared.runs.examples import Examples
from shared.runs.outbox import Outbox
from shared.runs.reviews import Reviews
from shared.runs.spending import Spending
from shared.runs.store import Runs
from shared.steps.segment_full import GATHER_S, SegmentFull


@dataclass(frozen=True, slots=True)
class StepSettings:
    """What an installation decides for the steps.

    Attributes:
        run_options: defaults of the run options.
        teacher: deployment used when a run names none.
        teacher_model: the model behind that deployment, "" where that is not said.
        is_charged: whether the model service may cost money: false where it runs on the app's own machine.
        created_at: fixed creation time of records, seconds since 1970, or None.
        limits: limits of ingestion.
        finetune: how patient and how eager the following of fine-tune jobs is.
        patience: how often and how long an index comes back.
        roles_spread_s: age of a run up to which refused credentials (401) are waited for, because a role that
            was just assigned takes its time to be known.
        timeout_s: deadline of one call.
        token_characters: characters taken for one token of a call whose answer nobody saw.
        stall_s: seconds without progress after which lost work is looked for.
        gather_s: how long appenders wait for one another before they look at a segment's log together.
    """

    run_options: Mapping[str, Any] = field(default_factory=dict)
    teacher: str = ""
    teacher_model: str = ""
    is_charged: bool = True
    created_at: int | None = None
    limits: Limits = field(default_factory=Limits)
    finetune: FineTuneSettings = field(default_factory=FineTuneSettings)
    patience: Patience = field(default_factory=Patience)
    roles_spread_s: float = 0.0
    timeout_s: float = 300.0
    token_characters: float = 4.0
    stall_s: float = 900.0
    gather_s: float = GATHER_S


@dataclass(frozen=True, slots=True)
class Deps:
    """The world outside, and what one process knows of the work in it.

    Attributes:
        deployments: None where no model can be deployed.
        runs: what is stored about runs.
        full: notices full segments.
        spending: keeps runs within their budgets.
        counted: which segments of a run are counted.
        me: names this instance in claims.
        at_work: the indices that this process works on, each once at a time.
        examples: the rows that are measured.
        reviews: what people decided about rows.
        outbox: tells other systems of runs.
        webhook: where events go by HTTP, None for nowhere.
    """

    store: BlobStore
    log: RecordLog
    queue: Queue
    clock: Clock
    teacher: Teacher
    service: FineTuneService
    deployments: Deployments | None
    settings: StepSettings
    runs: Runs
    full: SegmentFull
    spending: Spending
    counted: CountedSegments
    me: str
    at_work: AtWork
    examples: Examples
    reviews: Reviews
    outbox: Outbox
    webhook: Webhook | None


def deps_over(
    *,
    store: BlobStore,
    log: RecordLog,
    queue: Queue,
    clock: Clock,
    teacher: Teacher,
    service: FineTuneService,
    deployments: Deployments | None = None,
    webhook: Webhook | None = None,
    settings: StepSettings | None = None,
) -> Deps:
    """The dependencies over these ports, with empty caches."""
    settings = settings or StepSettings()
    runs = Runs(store, clock)
    return Deps(
        store=store,
        log=log,
        queue=queue,
        clock=clock,
        teacher=teacher,
        service=service,
        deployments=deployments,
        settings=settings,
        runs=runs,
        full=SegmentFull(log, queue, gather_s=settings.gather_s),
        spending=Spending(store, log, clock),
        counted=CountedSegments(log),
        me=uuid4().hex,
        at_work=AtWork(runs),
        examples=Examples(store),
        reviews=Reviews(store, log),
        outbox=Outbox(store, queue, clock, has_webhook=webhook is not None),
        webhook=webhook,
    )
