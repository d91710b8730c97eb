"""All checks of a record against its catalog, as findings with stable codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.catalog.model import Catalog
from shared.plan.api_check import ApiCheck, calls_findings
from shared.plan.case import Case
from shared.plan.catalog_words import CatalogWords
from shared.plan.codes import GROUNDING, WARNING, Finding, errors_of, finding
from shared.plan.data_flow import flow_findings
from shared.plan.dry_run import Run, dry_run
from shared.plan.grounding.origin import value_origins
from shared.plan.record import schema_findings
from shared.plan.rules.arguments import argument_findings
from shared.plan.rules.guards import run_findings
from shared.plan.rules.order import order_findings
from shared.plan.suspicion import suspicions
from shared.plan.task_text import private_findings, task_findings, wording_findings

type Rule = Callable[[Case], Iterator[Finding]]

_PLAN_RULES: tuple[Rule, ...] = (argument_findings, order_findings, run_findings)
"""Rules of sense that need the plan and its catalog alone."""
_RULES: tuple[Rule, ...] = (*_PLAN_RULES, wording_findings, value_origins)
"""With those that need the task as well."""


class PlanValidator:
    """Validates records against one catalog; everything compiled is kept, so keep the validator."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.checks = {api.name: ApiCheck(api) for api in catalog.apis}
        self._words = CatalogWords(catalog)

    def errors(self, value: Mapping[str, Any]) -> list[Finding]:
        """The findings of `findings` that refuse the record; empty when it is good."""
        return errors_of(self.findings(value))

    def findings(self, value: Mapping[str, Any]) -> list[Finding]:
        """Every finding in a record, or in the decoded parts of one (`wire.decode`), warnings included.

        Args:
            value: a whole record if it has `metadata` or `task_id`, else `{"task_nl", "plan", …}`.

        Returns:
            `{code, severity, step, path, message}` in the order: schema (nothing else is looked at then), task,
            calls, data flow, suspicions; if all these are clean, the dry run; then sense, grounding (where the task
            is sound, and of values that nothing else is wrong with), confusers, private data.
        """
        found = schema_findings(value)
        if found:
            return found
        case = self._case(value)
        private = list(private_findings(value, _known_values(case)))
        found = [
            *task_findings(case.task, self._words.ids),
            *_plan_findings(case, _RULES),
            *_confuser_findings(case),
        ]
        if not found and not private:
            return []
        found = _without_doubles(found, errors_of([*found, *private]))
        return _without_values(found, private) + private

    def case(self, value: Mapping[str, Any]) -> Case | None:
        """A record, or its decoded parts, as rules see it; None unless schema, indices and dependencies are sound."""
        if schema_findings(value):
            return None
        case = self._case(value)
        return None if case.disorder else case

    def acted(self, value: Mapping[str, Any]) -> Run:
        """The dry run of a record's plan; one whose steps are not sound makes no calls."""
        case = self.case(value)
        return dry_run(case) if case else Run()

    def acted_steps(self, plan: Mapping[str, Any]) -> Run:
        """The dry run of a plan that keeps the record's schema, whatever else is wrong with it."""
        return dry_run(self._case({"plan": plan}))

    def plan_errors(self, plan: Mapping[str, Any]) -> list[Finding]:
        """Errors in the steps alone, dry run included; the plan keeps the record's schema."""
        return errors_of(_plan_findings(self._case({"plan": plan}), _PLAN_RULES))

    def strangers(self, task: str, plan: Mapping[str, Any]) -> list[Finding]:
        """Values of a plan for `task` that come from neither the task, an earlier output nor the catalog, as warnings.

        The plan keeps the record's schema; one whose steps are out of order has none.
        """
        case = self._case({"task_nl": task, "plan": plan})
        found = () if case.disorder else value_origins(case)
        return [{**item, "severity": WARNING} for item in found]

    def _case(self, value: Mapping[str, Any]) -> Case:
        return Case(value, self.checks, self._words)


def _plan_findings(case: Case, rules: tuple[Rule, ...]) -> list[Finding]:
    found = [*case.disorder, *calls_findings(case)]
    if case.disorder:
        return found
    found += [*flow_findings(case), *suspicions(case)]
    if not found:
        found = dry_run(case).findings
    return found + [item for rule in rules for item in rule(case)]


def _confuser_findings(case: Case) -> Iterator[Finding]:
    called = {step["api"] for step in case.steps}
    for position, name in enumerate(case.confusers):
        path = f"negatives.confusers[{position}]"
        if name not in case.apis:
            yield finding("bad_confuser", f"there is no API '{name}'", path=path)
        elif name in called:
            yield finding("bad_confuser", f"the plan calls '{name}'", path=path)


def _known_values(case: Case) -> Iterator[str]:
    """Texts that the catalog itself gives as defaults or enum values of the arguments used."""
    for step, check in zip(case.steps, case.checks, strict=True):
        for name in step["arguments"] if check else ():
            parameter = check.parameters.get(name) if check else None
            values = (parameter.parameter.default, *parameter.parameter.enum) if parameter else ()
            yield from (text for text in values if isinstance(text, str))


def _without_doubles(found: list[Finding], errors: list[Finding]) -> list[Finding]:
    """Findings without those of grounding where the task, or the very value, is wrong already."""
    blamed = {item["path"] for item in errors if item["code"] not in GROUNDING}
    if "task_nl" in blamed:
        return [item for item in found if item["code"] not in GROUNDING]
    return [
        item
        for item in found
        if item["code"] not in GROUNDING or not any(_overlap(path, item["path"]) for path in blamed)
    ]


def _overlap(one: str, other: str) -> bool:
    """Whether two paths are the same or one leads into the other."""
    short, long = sorted((one, other), key=len)
    return bool(short) and (long == short or long.startswith((f"{short}.", f"{short}[")))


def _without_values(found: list[Finding], private: list[Finding]) -> list[Finding]:
    """Findings whose messages do not repeat what is private: errors are kept and published."""
    paths = tuple(item["path"] for item in private)
    if not paths:
        return found
    hidden = "the value is not accepted, and it is not shown because it is private"
    return [
        {**item, "message": hidden}
        if any(
            path == item["path"] or path.startswith((f"{item['path']}.", f"{item['path']}["))
            for path in paths
        )
        else item
        for item in found
    ]
