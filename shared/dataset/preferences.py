"""The rows of preference training: an accepted plan, preferred to a wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from shared.catalog.model import Catalog
from shared.dataset.formats import ATTEMPT, BASE_MODEL, DPO, DPO_FAULTS, Rows, refused_plan
from shared.plan.planting import plant
from shared.plan.validate import PlanValidator


class Preferences:
    """Finds a wrong plan for each accepted one.

    Args:
        catalog: what the plans call.
        rows: writes rows.
        counts: how many pairs there are of each fault; counted on here.
    """

    def __init__(self, catalog: Catalog, rows: Rows, counts: Counter[str]) -> None:
        self._validator = PlanValidator(catalog)
        self._rows = rows
        self._counts = counts

    def rows(self, side: str, outcome: Mapping[str, Any], plan_json: str) -> Iterator[tuple[str, bytes]]:
        """The accepted plan preferred to the base model's wrong answer, to a wrong attempt, or else to a copy of it
        with one fault planted.
        """
        record = outcome["record"]
        found = self._refused(outcome)
        if found is None:
            return
        fault, refused, codes = found
        self._counts[fault] += 1
        label = {"index": outcome["index"], "task_id": record["task_id"], "side": side, "fault": fault}
        if codes:
            label["codes"] = list(codes)
        yield DPO[side], self._rows.dpo(record["task_nl"], plan_json, refused)
        yield DPO_FAULTS, orjson.dumps(label, option=orjson.OPT_APPEND_NEWLINE)

    def _refused(
        self, outcome: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any] | str, Sequence[str]] | None:
        """What is wrong with the non-preferred answer, the answer, and the codes of what was found in it."""
        plan, base = outcome["record"]["plan"], outcome.get("base") or {}
        if base.get("result") == "wrong" and base.get("text"):
            return BASE_MODEL, base["text"], base.get("codes") or ()
        wrong = refused_plan(plan, outcome["attempts"])
        if wrong is not None:
            return ATTEMPT, wrong, ()
        planted = plant(plan, self._validator, outcome["index"], self._counts)
        return None if planted is None else (*planted, ())
