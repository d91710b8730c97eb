"""A run's outcomes as the files of a dataset: two passes in index order, the same bytes every time.

Pass 1 observes every outcome, `decide` settles duplicates and the split, pass 2 turns each outcome into rows.
Memory: about 270 bytes an accepted record and 9 any other index, so a million records stay below 300 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from shared.dataset import card, charts, croissant, promptfoo
from shared.dataset.coverage import Coverage
from shared.dataset.formats import (
    AGENT,
    CHAT,
    DPO,
    DPO_FAULTS,
    FULL,
    INSTRUCTIONS,
    TOOLS,
    Rows,
    user_text,
)
from shared.dataset.manifest import PublishedFile, manifest
from shared.dataset.preferences import Preferences
from shared.dataset.published_run import PublishedRun
from shared.dataset.rejection import DUPLICATE, rejected_row
from shared.dataset.review.state import RowReview
from shared.dataset.row_index import RowEntry, reviewed_entry, row_entry
from shared.dataset.selection import Selection, Verdict

DATASET = "dataset.jsonl"
REJECTED = "rejected.jsonl"
COVERAGE = "coverage.json"
DECONTAMINATION = "decontamination.json"
CARD = "README.md"
_ON_REQUEST = {"tools": TOOLS, "agent": AGENT, "dpo": DPO}
"""Names of the option `formats`, with their files."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What pass 1 settled.

    Attributes:
        planned: indices observed.
        accepted: records that are published, near-duplicates taken off.
        duplicates: indices whose record repeats an earlier one, ascending.
        train: rows of the training files.
        validation: rows of the validation files.
        test: rows of the test files.
        left_out: accepted records in none of them, because of `train_rows` or `validation_rows`.
    """

    planned: int
    accepted: int
    duplicates: Sequence[int]
    train: int
    validation: int
    test: int
    left_out: int


class Publication:
    """One run's dataset in the making.

    Args:
        run: whose outcomes they are; its tally is filled here.
        examples: records that the teacher was shown.
        sides: for a revision, where its parent has each index (`Selection`).
    """

    def __init__(
        self,
        run: PublishedRun,
        *,
        examples: Iterable[Mapping[str, Any]] = (),
        sides: Callable[[int], int] | None = None,
    ) -> None:
        self._run = run
        self.coverage = Coverage(run.catalog)
        """What the outcomes observed so far teach."""
        options = run.options
        self._selection = Selection(options, sides=sides, examples=examples)
        self._rows = Rows(run.catalog, options.get("system_prompt"), options.get("sft_plan") or FULL)
        self._preferences = Preferences(run.catalog, self._rows, run.tally.preferences)
        asked = options.get("formats") or ()
        self._asked = {name: files for name, files in _ON_REQUEST.items() if name in asked}
        self._decision: Decision | None = None

    def observe(self, outcome: Mapping[str, Any]) -> None:
        """Pass 1: take in one outcome, the plain JSON of a folded segment's line.

        ValueError unless indices ascend, RuntimeError after `decide`.
        """
        if self._decision is not None:
            raise RuntimeError("decided: no outcome can be observed")
        record = outcome["record"] if outcome["status"] == "accepted" else None
        verdict = self._selection.add(outcome["index"], record)
        focus = _focus(outcome)
        if verdict.accepted:
            self._run.tally.add(outcome, status="accepted", reason="")
            self.coverage.add_accepted(outcome["record"]["plan"], focus)
            return
        status, reason = outcome["status"], outcome.get("reason") or "unknown"
        if verdict.is_duplicate:
            status, reason = "rejected", DUPLICATE
        self._run.tally.add(outcome, status=status, reason=reason)
        self.coverage.add_lost(reason, focus)

    def begin_again(self) -> None:
        """A second round of pass 1, for a revision: what is new against its parent, or was changed since."""
        self._selection.begin_again()

    def decide(self) -> Decision:
        """End pass 1: split what is accepted, check the split, and say what will be published."""
        if self._decision is None:
            self._selection.divide()
            self._decision = Decision(
                planned=len(self._selection),
                accepted=self._selection.accepted,
                duplicates=self._selection.repeated(),
                **self._selection.rows(),
            )
        return self._decision

    def rows(self, outcome: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        """Pass 2: (path below `datasets/{run}/`, line) of each row that the outcome becomes.

        ValueError for an index that was not observed.
        """
        verdict = self._verdict(outcome)
        if not verdict.accepted:
            yield REJECTED, rejected_row(outcome, repeats=verdict.repeats, copies=verdict.copies)
            return
        record = outcome["record"]
        task, plan = record["task_nl"], record["plan"]
        plan_json = self._rows.answer(plan)
        yield DATASET, orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        yield INSTRUCTIONS, self._rows.instructions(task, plan_json)
        if verdict.side in CHAT:
            yield CHAT[verdict.side], self._rows.chat(task, plan_json)
            if self._asked:
                yield from self._asked_rows(verdict.side, outcome, plan_json)
        if verdict.side == "test":
            asked = user_text(self._rows.instruction, task)
            yield promptfoo.TESTS, promptfoo.row(self._rows.system, asked, plan)

    def entry(self, outcome: Mapping[str, Any], review: RowReview | None = None) -> RowEntry:
        """What lists of rows say of the outcome; `review` is what people decided about it.

        ValueError for an index that was not observed.
        """
        verdict = self._verdict(outcome)
        entry = row_entry(outcome, is_duplicate=verdict.is_duplicate, split=verdict.side)
        return reviewed_entry(entry, review) if review else entry

    def _verdict(self, outcome: Mapping[str, Any]) -> Verdict:
        self.decide()
        return self._selection.verdict(outcome["index"])

    def paths(self) -> list[str]:
        """Every path that `rows` may name, so that a file without rows can be written empty."""
        split = [path for files in (CHAT, *self._asked.values()) for path in files.values()]
        faults = [DPO_FAULTS] if "dpo" in self._asked else []
        return [DATASET, REJECTED, INSTRUCTIONS, *split, *faults, promptfoo.TESTS]

    def closing(self, rows: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
        """Whole files beside the rows: coverage, decontamination report, charts and card.

        `rows` are those that were written so far, by path.
        """
        self.decide()
        yield COVERAGE, self.coverage.to_bytes(self._selection.train_by_operation())
        search = asdict(self._selection.decontamination)
        yield DECONTAMINATION, orjson.dumps(search, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        drawn = charts.draw(self._run.tally, self.coverage)
        yield from drawn.items()
        yield from promptfoo.files()
        report = self._selection.report()
        yield CARD, card.readme(self._run, self.coverage, report, list(drawn), rows)

    def described(self, files: Sequence[PublishedFile]) -> tuple[str, bytes]:
        """The document that describes the other files as they were written, to be added to them."""
        return croissant.PATH, croissant.croissant(self._run, files)

    def manifest(self, files: Sequence[PublishedFile]) -> bytes:
        """`manifest.json` for the files as written."""
        self.decide()
        return manifest(self._run, self._selection.report(), files)

    def _asked_rows(
        self, side: str, outcome: Mapping[str, Any], plan_json: str
    ) -> Iterator[tuple[str, bytes]]:
        record = outcome["record"]
        task, plan = record["task_nl"], record["plan"]
        also_offered = [*_focus(outcome), *((record.get("negatives") or {}).get("confusers") or ())]
        if "tools" in self._asked:
            yield TOOLS[side], self._rows.tools(task, plan, also_offered)
        if "agent" in self._asked:
            yield AGENT[side], self._rows.agent(task, plan, also_offered)
        if "dpo" in self._asked and side in DPO:
            yield from self._preferences.rows(side, outcome, plan_json)


def _focus(outcome: Mapping[str, Any]) -> list[str]:
    """The operations that the plan was to call."""
    return (outcome.get("blueprint") or {}).get("focus") or []
