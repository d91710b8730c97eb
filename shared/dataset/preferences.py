"""The rows of preference training: an accepted plan, preferred to a wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from shared.catalog.model import Catalog
from shared.dataset.formats import DPO, DPO_FAULTS, Rows
from shared.dataset.rejection import PRIVATE_CODES
from shared.plan.planting import plant
from shared.plan.validate import PlanValidator

BASE_MODEL = "base_model"
"""The fault of a non-preferred answer that the base model gave itself."""
ATTEMPT = "attempt"
"""The fault of a non-preferred answer that is an attempt of the teacher."""


class _Wrong(NamedTuple):
    """A non-preferred answer: its fault, its text, and the codes of what was found in it where they are known."""

    fault: str
    answer: str
    codes: tuple[str, ...] = ()


class Preferences:
    """Finds a wrong answer for each accepted plan.

    Args:
        catalog: what the plans call.
        rows: writes rows.
        counts: how many pairs there are of each fault; counted on here.
    """

    def __init__(self, catalog: Catalog, rows: Rows, counts: Counter[str]) -> None:
        self._validator = PlanValidator(catalog)
        self._rows = rows
        self._counts = counts

    def rows(self, side: str, outcome: Mapping[str, Any], answer: str) -> Iterator[tuple[str, bytes]]:
        """The pair of one accepted plan, and what is wrong with its non-preferred answer; nothing if none is found.

        `answer`, of the accepted plan, is preferred to the base model's wrong answer, to a wrong attempt of the teacher
        or, where there is neither, to a copy of the plan with one fault planted.
        """
        record = outcome["record"]
        wrong = self._wrong(outcome, answer)
        if wrong is None:
            return
        self._counts[wrong.fault] += 1
        label = {"index": outcome["index"], "task_id": record["task_id"], "side": side, "fault": wrong.fault}
        if wrong.codes:
            label["codes"] = wrong.codes
        yield DPO[side], self._rows.dpo(record["task_nl"], answer, wrong.answer)
        yield DPO_FAULTS, orjson.dumps(label, option=orjson.OPT_APPEND_NEWLINE)

    def _wrong(self, outcome: Mapping[str, Any], answer: str) -> _Wrong | None:
        base = outcome.get("base") or {}
        if base.get("result") == "wrong" and base.get("text"):
            return _Wrong(BASE_MODEL, base["text"], tuple(base.get("codes") or ()))
        for attempt in reversed(outcome["attempts"]):
            codes = {error.get("code") for error in attempt.get("errors", ())}
            if attempt.get("plan") and codes.isdisjoint(PRIVATE_CODES):
                wrong = self._rows.answer(attempt["plan"])
                if orjson.loads(wrong) != orjson.loads(answer):  # the order of arguments makes no other plan
                    return _Wrong(ATTEMPT, wrong)
        plan, number = outcome["record"]["plan"], outcome["index"]
        planted = plant(plan, self._validator, number, self._counts, form=self._rows.answer)
        return None if planted is None else _Wrong(planted[0], self._rows.answer(planted[1]))
