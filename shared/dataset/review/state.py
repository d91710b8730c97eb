"""What the decisions about a run add up to: the newest state of each row, and how it came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.dataset.review.decisions import NEW, ORIGINAL, OWN, REJECTED, UNDECIDED, VERDICTS, Act, Decision

WITHDRAWN = "withdrawn"
"""Reason of an own example whose adding was taken back."""


@dataclass(frozen=True, slots=True)
class State:
    """A row after one decision.

    Attributes:
        act, kind, author, at: of what decided so.
        verdict, reason: as `Decision` has them.
        hash: of the content.
        record: the content, None while it is as it was made.
    """

    act: str
    kind: str
    author: str
    at: str
    verdict: str
    reason: str
    hash: str
    record: dict[str, Any] | None


@dataclass(slots=True)
class RowReview:
    """One row about which something was decided.

    Attributes:
        original_hash: of the content as it was made, by the teacher or by the person who added the row.
        history: its states, the oldest first; never empty.
    """

    index: int
    task_id: str
    original_hash: str
    history: list[State]

    @property
    def now(self) -> State:
        """Its newest state."""
        return self.history[-1]

    @property
    def is_own(self) -> bool:
        """Whether a person added it."""
        return self.history[0].verdict == OWN

    @property
    def is_touched(self) -> bool:
        """Whether a verdict or another content than the original stands."""
        return self.now.verdict != UNDECIDED or self.now.record is not None

    @property
    def is_as_made(self) -> bool:
        """Whether nothing but its making stands: no verdict, and the content that it was made with."""
        return self.now.verdict in (UNDECIDED, OWN) and self.now.hash == self.original_hash

    @property
    def source(self) -> str:
        """`human` for one that a person added, `mixed` for an edited one, else ""."""
        if self.is_own:
            return "human"
        return "mixed" if self.now.record is not None else ""


@dataclass(slots=True)
class ActEntry:
    """An act of the log, without its records.

    Attributes:
        indices: the rows that it decided about.
        verdicts: how many rows by verdict.
        undone: whether it was taken back.
        end: bytes of the log up to its end.
    """

    act: Act
    indices: tuple[int, ...]
    verdicts: Mapping[str, int]
    undone: bool = False
    end: int = 0


@dataclass
class Review:
    """All decisions about a run so far.

    Attributes:
        rows: by index, those about which something was decided.
        acts: by id, in the order of the log.
        offset: bytes of the log that were read.
    """

    rows: dict[int, RowReview] = field(default_factory=dict)
    acts: dict[str, ActEntry] = field(default_factory=dict)
    offset: int = 0
    _by_task: dict[str, int] = field(default_factory=dict)

    def take(self, act: Act, decisions: Iterable[Decision], *, end: int = 0) -> None:
        """Take in the next act, which ends at byte `end` of the log.

        A second one of the same id, and what judged another content, change nothing.
        """
        if act.id in self.acts:
            return
        applied = [decision for decision in decisions if self._apply(act, decision)]
        verdicts = Counter(decision.verdict or "reverted" for decision in applied)
        head = Act(act.id, act.kind, act.author, act.at, act.request, len(applied), act.of)
        indices = tuple(decision.index for decision in applied)
        self.acts[act.id] = ActEntry(head, indices, dict(verdicts), end=end)
        if act.of in self.acts:
            self.acts[act.of].undone = True

    def _apply(self, act: Act, decision: Decision) -> bool:
        row = self.rows.get(decision.index)
        if row is not None and row.now.hash != decision.judged:
            return False
        kept = row.now.record if row else None
        if decision.content == NEW:
            kept = decision.record
        elif decision.content == ORIGINAL:
            kept = row.history[0].record if row and row.is_own else None
        state = State(
            act=act.id,
            kind=act.kind,
            author=act.author,
            at=act.at,
            verdict=decision.verdict,
            reason=decision.reason,
            hash=decision.hash,
            record=kept,
        )
        if row is None:
            first = decision.judged or decision.hash
            self.rows[decision.index] = RowReview(decision.index, decision.task_id, first, [state])
            self._by_task[decision.task_id] = decision.index
        else:
            row.history.append(state)
        return True

    def index_of(self, task_id: str) -> int | None:
        """Index of a row about which something was decided."""
        return self._by_task.get(task_id)

    def own(self) -> Iterator[RowReview]:
        """The rows that people added, in the order of adding."""
        return (row for _, row in sorted(self.rows.items()) if row.is_own)

    @property
    def next_own(self) -> int:
        """How many rows people have added so far."""
        return sum(1 for _ in self.own())

    def counts(self) -> dict[str, int]:
        """Rows by verdict; one that was edited and then approved is approved."""
        found = Counter(row.now.verdict for row in self.rows.values())
        return {verdict: found[verdict] for verdict in VERDICTS}

    def undoing(self, act_id: str) -> tuple[list[Decision], list[str]]:
        """Decisions that bring back what stood before an act, and the rows that were decided again since."""
        decisions: list[Decision] = []
        skipped: list[str] = []
        for index in self.acts[act_id].indices:
            row = self.rows[index]
            if row.now.act != act_id:
                skipped.append(row.task_id)
            else:
                decisions.append(_back(row))
        return decisions, skipped


def _back(row: RowReview) -> Decision:
    """The decision that brings back the state before the newest one."""
    now = row.now
    if len(row.history) == 1 and row.is_own:
        return Decision(row.index, row.task_id, REJECTED, now.hash, now.hash, WITHDRAWN)
    if len(row.history) == 1:
        return Decision(row.index, row.task_id, UNDECIDED, now.hash, row.original_hash, content=ORIGINAL)
    before = row.history[-2]
    is_original = before.record is None
    return Decision(
        row.index,
        row.task_id,
        before.verdict,
        now.hash,
        before.hash,
        before.reason,
        ORIGINAL if is_original else NEW,
        before.record,
    )
