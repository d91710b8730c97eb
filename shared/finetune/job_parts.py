"""The parts of a fine-tune job: its files, its deployment, who works on it, what went wrong, how far it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from shared.times import moment


class TrainingFile(Struct, frozen=True):
    """A file of the dataset and what became of it at the service.

    Attributes:
        path: below `datasets/{run}/`.
        name: file name at the service; tells run and content, so that an upload is recognised.
        rows: training examples.
        sha256: of the content.
        bytes: its size, 0 where it is not known.
        id: the service's id, "" before it is known.
        status: the service's status, "" before it is known.
    """

    path: str
    name: str
    rows: int = 0
    sha256: str = ""
    id: str = ""
    status: str = ""
    bytes: int = 0


class Claim(Struct, frozen=True):
    """The right of one instance (`by`) to do what must not be done twice, until a time (ISO 8601 UTC)."""

    by: str
    until: str


class Problem(Struct, frozen=True):
    """Something that went wrong: a stable `code` and a sentence."""

    code: str = "error"
    message: str = ""


REQUESTED = "Requested"
"""State of a deployment that the control plane was not asked for yet."""


class JobDeployment(Struct, frozen=True):
    """The deployment of the fine-tuned model; times are "" until they have come.

    `state` is the control plane's provisioning state; `Requested` before it was asked, `Unknown` when its answer got
    lost, `Missing` when it has none any more. `requested_at` is when the control plane took the request, `removed_at`
    when it was removed as asked, `gone_at` when it was first seen to be gone without anybody having asked.
    """

    name: str = ""
    state: str = ""
    requested_at: str = ""
    ready_at: str = ""
    removed_at: str = ""
    gone_at: str = ""
    usd_per_hour: float | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether the control plane has taken the request for it."""
        return bool(self.requested_at)

    @property
    def is_over(self) -> bool:
        return bool(self.removed_at or self.gone_at)

    def usd(self, now: datetime) -> float:
        """What it has cost until `now`; 0 where it never served or no price is known."""
        if not self.ready_at or self.usd_per_hour is None:
            return 0.0
        end = self.removed_at or self.gone_at
        hours = ((moment(end) if end else now) - moment(self.ready_at)).total_seconds() / 3600
        return round(max(0.0, hours) * self.usd_per_hour, 4)


class Progress(Struct, frozen=True):
    """How far an evaluation is: tasks asked of each arm, outcomes seen, when the last one came.

    `attempt` counts evaluations of this job, `answered` the answers of the student, of all arms where it is not asked;
    None while that is not known.
    `missing` has `{"arm", "why"}` of each arm that was asked for and cannot be measured; `split` is `test`, or
    `validation` for a dataset that version 0.1.0 published, which has no test split.
    """

    arms: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    missing: tuple[Mapping[str, str], ...] = ()
    split: str = "test"
    seen: int = 0
    seen_at: str = ""
    complete: bool = False
    attempt: int = 1
    answered: int | None = None

    @property
    def is_void(self) -> bool:
        """Whether it has ended without one answer of the student, or of any arm where the student is not asked."""
        return self.complete and self.answered == 0
