"""Accepted records as training rows: instructions, chat, tools, agent and dpo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import orjson

from shared.catalog.model import Catalog
from shared.dataset.conversations import Conversations
from shared.dataset.tools import Toolbox
from shared.plan.executable import executable

INSTRUCTIONS = "sft/instructions.jsonl"
CHAT = {"train": "sft/train.jsonl", "validation": "sft/validation.jsonl", "test": "sft/test.jsonl"}
TOOLS = {
    "train": "sft/tools-train.jsonl",
    "validation": "sft/tools-validation.jsonl",
    "test": "sft/tools-test.jsonl",
}
AGENT = {
    "train": "sft/agent-train.jsonl",
    "validation": "sft/agent-validation.jsonl",
    "test": "sft/agent-test.jsonl",
}
DPO = {"train": "sft/dpo-train.jsonl", "validation": "sft/dpo-validation.jsonl"}

DPO_FAULTS = "sft/dpo-faults.jsonl"
"""Beside the preference rows: of each, its index and what is wrong with the non-preferred answer."""

FULL, EXECUTABLE = "full", "executable"
"""What a row answers: the option `sft_plan`."""

_ANSWERS = {
    FULL: "global_constraints, steps (index, action, api, arguments, depends_on, outputs, reasoning, "
    "failure_modes, retries), validation_checks and expected_end_state.",
    EXECUTABLE: "steps (api, arguments, depends_on, outputs), numbered 1, 2, 3 in order.",
}


def plan_instruction(catalog_name: str, system_prompt: str | None = None, sft_plan: str = FULL) -> str:
    """The instruction of a row: `system_prompt` where given, else the default for the catalog and the answer."""
    return system_prompt or (
        f"Plan the task as calls to the APIs of {catalog_name}. Answer with the plan as one JSON object: "
        f"{_ANSWERS[sft_plan]} An argument takes the output of an earlier step as ${{steps.<index>.<path>}}."
    )


def tools_instruction(catalog_name: str, system_prompt: str | None = None) -> str:
    """The instruction of a tool-calling row: `system_prompt` where given, else the default for the catalog."""
    return system_prompt or (
        f"Do the task by calling the APIs of {catalog_name}: all calls in one answer, in a workable order. An "
        "argument takes the output of an earlier call as ${steps.<number of the call>.<path>}."
    )


def agent_instruction(catalog_name: str, system_prompt: str | None = None) -> str:
    """The instruction of an agent's row: `system_prompt` where given, else the default for the catalog."""
    return system_prompt or (
        f"Do the task by calling the APIs of {catalog_name}. Make the calls that wait for nothing in one turn, read "
        "what they answer, go on with it, and say at the end what is done."
    )


def system_text(catalog_name: str, system_prompt: str | None = None) -> str:
    """The system message of a row: `system_prompt` where given, else the default for the catalog."""
    return system_prompt or (
        f"You turn a person's task into an executable plan of API calls. You know the APIs of {catalog_name} "
        "and use no others."
    )


def user_text(instruction_text: str, task: str) -> str:
    """The user turn: the instruction and, after a blank line, `Input: ` and the task."""
    return f"{instruction_text}\n\nInput: {task}"


def chat_messages(
    catalog_name: str, task: str, system_prompt: str | None, sft_plan: str
) -> tuple[dict[str, Any], ...]:
    """The turns of a chat row before its answer: what a student is asked."""
    instruction = plan_instruction(catalog_name, system_prompt, sft_plan)
    return (
        {"role": "system", "content": system_text(catalog_name, system_prompt)},
        {"role": "user", "content": user_text(instruction, task)},
    )


def plan_text(plan: Mapping[str, Any]) -> str:
    """The assistant turn: the plan as compact JSON."""
    return orjson.dumps(plan).decode()


class Rows:
    """Builds the rows of one run; each is one line of UTF-8 JSON, newline included.

    Args:
        catalog: what the plans call.
        system_prompt: replaces the default instruction and system message; None for the defaults.
        sft_plan: whether a row answers the whole plan (`full`) or what is executed of it (`executable`).
    """

    def __init__(self, catalog: Catalog, system_prompt: str | None = None, sft_plan: str = FULL) -> None:
        self._catalog = catalog
        self._sft_plan = sft_plan
        self.instruction = plan_instruction(catalog.name, system_prompt, sft_plan)
        self.tools_instruction = tools_instruction(catalog.name, system_prompt)
        self.agent_instruction = agent_instruction(catalog.name, system_prompt)
        self.system = system_text(catalog.name, system_prompt)
        self._system_message = orjson.dumps({"role": "system", "content": self.system})

    @cached_property
    def _conversations(self) -> Conversations:
        return Conversations(self._catalog, self.toolbox.functions)

    @cached_property
    def toolbox(self) -> Toolbox:
        """The catalog as tools, made at first use."""
        return Toolbox(self._catalog)

    def answer(self, plan: Mapping[str, Any]) -> str:
        """What a row answers for `plan`, as compact JSON."""
        return plan_text(executable(plan) if self._sft_plan == EXECUTABLE else plan)

    def instructions(self, task: str, plan_json: str) -> bytes:
        """A row with `instruction`, `input` and `response`."""
        return _line({"instruction": self.instruction, "input": task, "response": plan_json})

    def chat(self, task: str, plan_json: str) -> bytes:
        """A chat row; the assistant's content decodes to the plan."""
        return (
            b'{"messages":'
            + self._messages(self.instruction, task, {"role": "assistant", "content": plan_json})
            + b"}\n"
        )

    def tools(self, task: str, plan: Mapping[str, Any], also_offered: Iterable[str] = ()) -> bytes:
        """A chat row whose assistant calls tools; offers the plan's APIs and `also_offered`."""
        calls = {"role": "assistant", "tool_calls": self.toolbox.calls(plan)}
        needed = [*(step["api"] for step in plan["steps"]), *also_offered]
        offered = self.toolbox.offered(needed)
        return (
            b'{"messages":'
            + self._messages(self.tools_instruction, task, calls)
            + b',"tools":'
            + offered
            + b"}\n"
        )

    def agent(self, task: str, plan: Mapping[str, Any], also_offered: Iterable[str] = ()) -> bytes:
        """A row of many turns: calls, their answers, the next calls with concrete values, and what is done."""
        offered = self.toolbox.offered([*(step["api"] for step in plan["steps"]), *also_offered])
        turns = self._conversations.turns(plan)
        return (
            b'{"messages":'
            + self._messages(self.agent_instruction, task, *turns)
            + b',"tools":'
            + offered
            + b"}\n"
        )

    def dpo(self, task: str, plan_json: str, refused: str) -> bytes:
        """A preference row: the accepted plan is preferred to the answer `refused`."""
        preferred = orjson.dumps([{"role": "assistant", "content": plan_json}])
        other = orjson.dumps([{"role": "assistant", "content": refused}])
        return (
            b'{"input":{"messages":'
            + self._messages(self.instruction, task)
            + b'},"preferred_output":'
            + preferred
            + b',"non_preferred_output":'
            + other
            + b"}\n"
        )

    def _messages(self, instruction: str, task: str, *answer: Mapping[str, Any]) -> bytes:
        turns = [{"role": "user", "content": user_text(instruction, task)}, *answer]
        return b"[" + self._system_message + b"," + orjson.dumps(turns)[1:]


def _line(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
