"""Checks any row of a dataset against a catalog: records, training rows of every form, tool calls from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from cli.message_rows import Call, message_findings, tool_calls, tool_findings
from cli.row_forms import is_own, offered_in, original_names, read_inside, relocated
from shared.finetune.measured_tasks import task_of
from shared.plan.codes import GROUNDING, WARNING, Finding, finding
from shared.plan.json_text import is_shallow, load, read_object
from shared.plan.references import Use, find
from shared.plan.task_text import private_findings
from shared.plan.validate import PlanValidator

_SFT_KEYS = {"instruction", "response"}
_NO_CALL_CODES = frozenset({"unused_dependency", "unknown_output", "undeclared_output", "missing_dependency"})


class RowChecker:
    """Checks the rows of one file in order; it remembers a hash of each to find repetitions.

    Args:
        validator: of the catalog that the rows are checked against.
        functions: function name → API name, for catalogs whose API names cannot be function names.

    An API may be called as its document calls it, too, where that name is no other API's.
    Grounding is an error in a record that this app made and a warning elsewhere: other rows may leave out what a
    person knew.
    """

    def __init__(self, validator: PlanValidator, functions: Mapping[str, str] | None = None) -> None:
        self._validator = validator
        self._functions = functions or {}
        self._aliases = original_names(validator.catalog)
        self._seen: dict[bytes, int] = {}
        self._row = 0

    def line_findings(self, line: bytes) -> list[Finding]:
        """What is wrong with the next line of a JSONL file (without or with its line break)."""
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            self._row += 1
            return [finding("bad_row", "the row is not UTF-8")]
        try:
            row = load(text)
        except ValueError as error:
            self._row += 1
            if not text.strip():
                return [finding("bad_row", "the row is empty")]
            return read_object(text)[1] or [finding("not_json", f"the row is not JSON ({error})")]
        return self.row_findings(row)

    def row_findings(self, row: Any) -> list[Finding]:
        """What is wrong with the next row; empty when it is good."""
        self._row += 1
        if not isinstance(row, dict) or not is_shallow(row):
            return [finding("bad_row", "a row is a JSON object")]
        return list(self._findings(row))

    def _findings(self, row: dict[str, Any]) -> Iterator[Finding]:
        if "plan" in row or "task_nl" in row:
            found = self._validator.findings(self._named(row))
            yield from found if is_own(row) else _lenient(found)
            yield from self._repeated(row.get("task_nl", ""))
        elif row.keys() >= _SFT_KEYS:
            yield from self._plan_findings(str(row.get("input", "")), row["response"], "response")
            yield from self._repeated(row.get("input") or row["instruction"])
        elif "preferred_output" in row:
            yield from self._preference_findings(row)
        elif "messages" in row:
            yield from self._chat_findings(row)
        else:
            known = "a record, instruction/response, messages, or input/preferred_output/non_preferred_output"
            yield finding("bad_row", f"the row is of no known form ({known})")

    def _chat_findings(self, row: dict[str, Any]) -> Iterator[Finding]:
        problems = list(message_findings(row["messages"], "messages"))
        problems += tool_findings(row.get("tools"), "tools")
        yield from problems
        if problems:
            return
        messages = row["messages"]
        calls = list(tool_calls(messages, "messages"))
        if calls or row.get("tools"):
            yield from self._tool_findings(row, calls)
            yield from private_findings({"messages": read_inside(messages)})
            yield from self._repeated(orjson.dumps([message.get("content") for message in messages]).decode())
            return
        last, place = messages[-1], f"messages[{len(messages) - 1}]"
        if last["role"] != "assistant":
            yield finding("bad_row", "the last message is not the assistant's", path=f"{place}.role")
            return
        yield from self._plan_findings(task_of(messages), last.get("content"), f"{place}.content")
        yield from self._repeated(task_of(messages))

    def _preference_findings(self, row: dict[str, Any]) -> Iterator[Finding]:
        given = row.get("input")
        messages = given.get("messages") if isinstance(given, dict) else None
        problems = list(message_findings(messages, "input.messages", answered=False))
        for side in ("preferred_output", "non_preferred_output"):
            problems += message_findings(row.get(side), side, roles=("assistant", "tool"))
        problems += tool_findings(given.get("tools"), "input.tools") if isinstance(given, dict) else ()
        yield from problems
        if problems or not isinstance(given, dict):
            return
        preferred, other = row["preferred_output"], row["non_preferred_output"]
        if preferred == other:
            yield finding("same_outputs", "both outputs are the same", path="non_preferred_output")
        calls = list(tool_calls(preferred, "preferred_output"))
        if calls or given.get("tools"):
            yield from self._tool_findings(given, calls)
            turns = {"input": {"messages": given["messages"]}, "preferred_output": read_inside(preferred)}
            yield from private_findings(turns)
        else:
            content = preferred[-1].get("content")
            yield from self._plan_findings(task_of(given["messages"]), content, "preferred_output")
        yield from self._repeated(orjson.dumps(row).decode())

    def _plan_findings(self, task: str, answer: Any, path: str) -> Iterator[Finding]:
        """Findings of a row whose answer is a plan as JSON text."""
        if not isinstance(answer, str):
            yield finding("bad_row", "the answer is not text", path=path)
            return
        plan, problems = read_object(answer)
        if plan is None:
            yield from ({**problem, "path": path} for problem in problems)
            return
        yield from _lenient(self._validator.findings(self._named({"task_nl": task, "plan": plan})))

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        """`row` with every API under the name that ingestion gave it."""
        plan, negatives = row.get("plan"), row.get("negatives")
        if not self._aliases or not isinstance(plan, dict) or not isinstance(plan.get("steps"), list):
            return row
        steps = [
            {**step, "api": self._aliases.get(step["api"], step["api"])}
            if isinstance(step, dict) and isinstance(step.get("api"), str)
            else step
            for step in plan["steps"]
        ]
        named = {**row, "plan": {**plan, "steps": steps}}
        if isinstance(negatives, dict) and isinstance(negatives.get("confusers"), list):
            confusers = [
                self._aliases.get(name, name) if isinstance(name, str) else name
                for name in negatives["confusers"]
            ]
            named["negatives"] = {**negatives, "confusers": confusers}
        return named

    def _tool_findings(self, row: dict[str, Any], calls: list[Call]) -> Iterator[Finding]:
        offered = offered_in(row)
        steps: list[dict[str, Any]] = []
        for call in calls:
            if offered is not None and call.name not in offered:
                message = f"'{call.name}' is not among the row's tools"
                yield finding("bad_tool_call", message, path=call.path)
            arguments, problems = read_object(call.arguments)
            if arguments is None:
                yield from ({**problem, "path": f"{call.path}.arguments"} for problem in problems)
                continue
            steps.append(self._step(len(steps) + 1, call, arguments))
        places = [call.path for call in calls]
        for problem in self._validator.plan_errors({"steps": steps}) if len(steps) == len(calls) else ():
            if problem["code"] not in _NO_CALL_CODES:
                yield {**problem, "path": relocated(problem["path"], places)}

    def _step(self, index: int, call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
        """A tool call as a step: what it refers to counts as declared, and as depended on where it comes earlier."""
        used = [use.reference for use in find(arguments) if isinstance(use, Use)]
        return {
            "index": index,
            "api": self._functions.get(call.name, self._aliases.get(call.name, call.name)),
            "arguments": arguments,
            "depends_on": sorted({reference.step for reference in used if 0 < reference.step < index}),
            "outputs": [],
        }

    def _repeated(self, text: Any) -> Iterator[Finding]:
        plain = " ".join(str(text).split()).casefold()
        key = blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        first = self._seen.setdefault(key, self._row)
        if first != self._row:
            yield finding("duplicate", f"the same task stands in row {first}")


def _lenient(found: list[Finding]) -> list[Finding]:
    """Findings of a row that this app did not make."""
    return [{**item, "severity": WARNING} if item["code"] in GROUNDING else item for item in found]
