"""Faults planted in good records: how many get through, and how many good records are refused.

    python -m benchmarks.escape_rate [--cases 50] [--good 500] [--write docs/quality.md] [--json]

A case is an answer as the teacher gives it: read, decoded, built into a record and validated, as in a run.
Faults of form are planted in the shop's records, faults of sense and grounding in the office's.
It escapes when nothing is found, not even a warning. `named` counts the cases that come with a code of that very class.
Near-duplicates go through the dataset's own filter: other courtesies and case, plans with changed values.
Exit status 1 if anything escapes, a good record is refused, or a class has fewer cases than asked for.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.checkout import ROOT
from local.openai_emulator.planning.assignment import read_assignment
from local.openai_emulator.planning.planner import write_plan
from local.openai_emulator.planning.prompt_catalog import read_catalog
from shared.catalog.model import Catalog
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import cut
from shared.plan.codes import errors_of
from shared.plan.validate import PlanValidator
from shared.plan.wire import decode
from shared.teacher.assignment import assignment_message
from shared.teacher.prompt import system_message
from testing import office
from testing.documents import catalog_in, put_between
from testing.faults.fault import Apis, Fault, Record, answer
from testing.faults.planted import FAULTS, planted
from testing.faults.sense import SENSE_FAULTS
from testing.plans import good_records
from testing.shop import CATALOG

BEGIN, END = "<!-- escape rate: begin -->\n", "<!-- escape rate: end -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One class: cases tried, cases that nothing was found in, cases with a code of the class."""

    name: str
    cases: int
    escaped: int
    named: int
    codes: str


@dataclass(frozen=True, slots=True)
class Result:
    """The whole table and the false alarms on good records."""

    rows: list[Row]
    good: int
    false_alarms: int
    emulated: int
    emulated_alarms: int

    def clean(self, cases: int) -> bool:
        """Whether everything holds."""
        return self.false_alarms == self.emulated_alarms == 0 and all(
            row.escaped == 0 and row.cases >= cases for row in self.rows
        )


def findings(case: Record | str, template: Record, validator: PlanValidator) -> list[dict[str, Any]]:
    """What a run finds in an answer: the wire text, then the record made of it."""
    try:
        text = case if isinstance(case, str) else answer(case)
    except (KeyError, TypeError) as error:
        raise ValueError("a planted record must still have a wire form") from error
    decoded, found = decode(text)
    if decoded is None:
        return found
    domain = decoded.pop("domain")
    return validator.findings({**template, **decoded, "metadata": {**template["metadata"], "domain": domain}})


def measure(catalog: Catalog, cases: int, good: int) -> Result:
    """Plant every class in good records of the catalog and try the good records themselves."""
    validator = PlanValidator(catalog)
    apis = {api.name: api for api in catalog.apis}
    records = list(good_records(catalog, max(good, cases * 30)))
    rows = [_row(fault, records, apis, cases, validator) for fault in FAULTS]
    duplicates = _near_duplicates(records, cases)
    alarms = sum(bool(errors_of(findings(record, record, validator))) for record in records[:good])
    return Result([*rows, *_sense(cases), duplicates], good, alarms, good, _emulated_alarms(good))


def _emulated_alarms(count: int) -> int:
    """Plans of the emulator's teacher for the shipped catalogs in which anything is found, warnings included."""
    files = sorted((ROOT / "local" / "catalogs").iterdir())
    catalogs = [catalog_in(file) for file in files]
    return sum(_alarms(catalog, count // len(catalogs) + 1) for catalog in catalogs)


def _alarms(catalog: Catalog, count: int) -> int:
    slices, validator = cut(catalog), PlanValidator(catalog)
    coverage = CoveragePlan(catalog, slices)
    apis = {api.name: api for api in catalog.apis}
    alarms = 0
    for index in range(count):
        blueprint = coverage.blueprint(index)
        system = system_message([apis[name] for name in slices[blueprint.slice].apis])
        assignment = read_assignment(assignment_message(blueprint))
        if assignment is None:
            raise ValueError("an assignment of ours must be readable")
        wire = write_plan(read_catalog(system), assignment, identity=index)
        decoded, found = decode(json.dumps(wire))
        alarms += bool(found or decoded is None or validator.findings(decoded))
    return alarms


def _sense(cases: int) -> list[Row]:
    """The classes of sense and grounding, planted in records of the office."""
    validator = PlanValidator(office.CATALOG)
    apis = {api.name: api for api in office.CATALOG.apis}
    records = office.good_records(cases * 12)
    return [_row(fault, records, apis, cases, validator) for fault in SENSE_FAULTS]


def _row(fault: Fault, records: list[Record], apis: Apis, cases: int, validator: PlanValidator) -> Row:
    found = [findings(case, records[0], validator) for case in planted(fault, records, apis, cases)]
    codes = [{one["code"] for one in each} for each in found]
    escaped = sum(not each for each in codes)
    named = sum(bool(each & fault.codes) for each in codes)
    return Row(fault.name, len(found), escaped, named, ", ".join(sorted(fault.codes & set().union(*codes))))


def _near_duplicates(records: list[Record], cases: int) -> Row:
    from shared.dataset.duplicates import NearDuplicates

    kept = NearDuplicates(expected=len(records))
    escaped = tried = 0
    for record in records:
        if tried == cases:
            break
        first, second = _pair(record, tried)
        if kept.add(first["task_nl"], first["plan"]) is None:
            tried += 1
            escaped += kept.add(second["task_nl"], second["plan"]) is None
    return Row("near-duplicate", tried, escaped, tried - escaped, "duplicate")


def _pair(record: Record, position: int) -> tuple[Record, Record]:
    """A record, and one that says the same in other case, with courtesies, or with other values."""
    task = record["task_nl"]
    forms = (task.upper(), task.rstrip(".") + "!", "Hello! " + task, task.replace(", ", " - ") + " Thanks.")
    if position % 5 < len(forms):
        return record, {**record, "task_nl": forms[position % 5]}
    return _with_value(record, f"Lot{position}"), _with_value(record, f"Batch{position + 1000}")


def _with_value(record: Record, value: str) -> Record:
    changed = copy.deepcopy(record)
    changed["task_nl"] += f" It is about {value}."
    changed["plan"]["steps"][0]["arguments"]["subject"] = value
    return changed


def table(result: Result) -> str:
    """The result as Markdown."""
    lines = ["| planted fault | cases | escaped | named | codes |", "|---|---:|---:|---:|---|"]
    lines += [f"| {r.name} | {r.cases} | {r.escaped} | {r.named} | {r.codes} |" for r in result.rows]
    total = sum(row.cases for row in result.rows)
    escaped = sum(row.escaped for row in result.rows)
    lines += [
        "",
        f"{len(result.rows)} classes, {total} cases, {escaped} escaped ({100 * escaped / max(total, 1):.1f} %); "
        f"{result.false_alarms} false alarms on {result.good} good plans, "
        f"{result.emulated_alarms} on {result.emulated} of the emulator's teacher (warnings included).",
    ]
    return "\n".join(lines)


def main() -> int:
    """Print (or write) the table; see the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--good", type=int, default=500)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(CATALOG, options.cases, options.good)
    print(json.dumps(asdict(result), indent=2) if options.json else table(result))
    if options.write:
        put_between(options.write, BEGIN, END, f"{table(result)}\n")
    return 0 if result.clean(options.cases) else 1


if __name__ == "__main__":
    sys.exit(main())
