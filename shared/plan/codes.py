"""Every code that validation can give, its meaning and its severity: the one table behind messages, tests and docs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Finding = dict[str, Any]
"""`{code, severity, step, path, message}`: `step` is the step's index or None, `path` a place such as
`plan.steps[0].api`, `severity` `error` (the record is refused) or `warning` (a judge and a reviewer see it)."""

CODES: dict[str, str] = {
    # The answer as text
    "not_json": "the answer is no JSON object",
    "truncated_json": "the answer's JSON breaks off",
    "prose_around_json": "text or a code fence stands round the JSON",
    "python_repr": "Python syntax (single quotes, None, True) stands where JSON belongs",
    "bad_value_json": "an argument's `value_json` is no JSON value",
    "duplicate_argument": "an argument is given twice in one step",
    # The record's shape
    "schema": "the record breaks its JSON Schema",
    "bad_index": "step indices are not 1, 2, 3, … in order",
    # Calls
    "unknown_api": "the step calls an API that the catalog does not have",
    "missing_argument": "a required argument is absent",
    "unknown_argument": "an argument (or a field of one) that the API does not take",
    "wrong_type": "a value of another JSON type than the parameter's",
    "not_in_enum": "a value outside the accepted ones",
    "bad_format": "a text that is not of the parameter's format or pattern (date-time, uuid, email, uri, …)",
    "out_of_range": "a number, length or count outside the parameter's limits",
    "bad_value": "a value that fits the parameter's schema in no other way",
    "swapped_arguments": "two arguments of a step hold each other's values",
    # Order and data flow
    "bad_dependency": "a dependency on a step that does not exist or does not come earlier",
    "cycle": "steps depend on each other in a circle",
    "unused_dependency": "a step depends on one whose outputs it does not use",
    "missing_dependency": "a reference to a step that the step does not depend on",
    "forward_reference": "a reference to the step itself or a later one",
    "unresolved_reference": "a reference that is misspelt, or to a step or a path that does not exist",
    "undeclared_output": "a reference to an output that the producing step does not declare",
    "unknown_output": "a declared output that the API's response does not have",
    "reference_type": "a reference to a value whose type does not fit the parameter",
    "suspect_reference": "an id of one resource is passed where another's is wanted and at hand",
    "dry_run": "the plan stops in the dry run",
    # Sense
    "retries_break_limit": "the steps with their retries may call more often than the plan's own limit allows",
    "token_from_nowhere": "a pagination token that no earlier page yields",
    "undone_step": "a step takes back what an earlier step of the plan brought about",
    "nothing_there_yet": "the first of a list that belongs to something made in the same plan and filled by no step",
    "excluded_argument": "an argument that another argument's value, or another argument, rules out",
    "deprecated_argument": "an argument that the catalog calls deprecated",
    "skipped_but_needed": "a failure mode skips a step whose outputs a later step takes",
    "bad_guard": "a condition that is not in the fixed wording, or that cannot be decided or kept where it stands",
    "echo_reference": "a reference to what the producing step was itself given",
    "guessed_reference": "an id out of an unknown list, passed on as the thing that the list itself was asked of",
    # Grounding
    "ungrounded_value": "a value that comes from neither the task, an earlier output, the catalog nor an assumption",
    "invented_value": "a name or an identifier that stands in an assumption only",
    "unknown_constant": "a word that neither the task nor the catalog has",
    # Texts
    "template_in_task": "a placeholder such as {{id}} in the task",
    "spoken_constant": "the task says a constant of the catalog, such as the value of a fixed header",
    "task_too_short": "the task says too little",
    "task_too_long": "the task is longer than a request is",
    "task_names_api": "the task names API ids or paths instead of speaking like a user",
    "bad_confuser": "a confuser that the catalog does not have or that the plan calls",
    "twin_confuser": "a confuser that makes the same request as an API that the plan calls",
    "secret": "a credential in a value or text",
    "personal_data": "an e-mail address, phone or card number that may be a real person's",
    # Rows of a dataset
    "bad_row": "the row is of no known form or breaks the form's rules",
    "bad_tool_call": "a tool call without a matching answer, with a repeated id or outside the row's tools",
    "same_outputs": "both outputs of a preference pair are the same",
    "duplicate": "the task or row stands in the file before",
    # The judge
    "judged_bad": "the judge found that the plan does not do the task",
}


WARNINGS = frozenset({"spoken_constant", "echo_reference", "unknown_constant"})
"""Codes of what is odd and may be meant: it refuses no record."""
GROUNDING = frozenset({"ungrounded_value", "invented_value", "unknown_constant"})
"""Codes that say that a value comes from nowhere; of rows that this app did not make they are warnings."""
ERROR, WARNING = "error", "warning"


def finding(code: str, message: str, *, step: int | None = None, path: str = "") -> Finding:
    """One finding, as grave as its code; `code` is one of `CODES`."""
    if code not in CODES:
        raise ValueError(f"no such code: {code}")
    severity = WARNING if code in WARNINGS else ERROR
    return {"code": code, "severity": severity, "step": step, "path": path, "message": message}


def errors_of(found: Iterable[Finding]) -> list[Finding]:
    """The findings that refuse a record."""
    return [item for item in found if item["severity"] == ERROR]


def warnings_of(found: Iterable[Finding]) -> list[Finding]:
    """The findings that a judge and a reviewer see."""
    return [item for item in found if item["severity"] == WARNING]
