"""Plans acted out: the turns of an agent that calls tools, reads their answers and says what it has done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from shared.catalog.model import Catalog
from shared.plan.api_check import ApiCheck
from shared.plan.tool_answers import act_out, levels


class Conversations:
    """Acts out the plans of one catalog.

    Args:
        catalog: what the plans call.
        functions: API name → function name.
    """

    def __init__(self, catalog: Catalog, functions: Mapping[str, str]) -> None:
        self._checks = {api.name: ApiCheck(api) for api in catalog.apis}
        self._functions = functions

    def turns(self, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What follows the user's turn: calls that wait for nothing of each other in one turn, their answers, the next.

        Arguments hold the values that the answers gave. The last turn says what is true now.
        """
        steps, acted = plan["steps"], act_out(plan, self._checks)
        messages: list[dict[str, Any]] = []
        for positions in levels(steps):
            calls = [self._call(steps[position], acted[position][0]) for position in positions]
            messages.append({"role": "assistant", "tool_calls": calls})
            messages += [
                {
                    "role": "tool",
                    "tool_call_id": _call_id(steps[position]),
                    "content": orjson.dumps(acted[position][1]).decode(),
                }
                for position in positions
            ]
        messages.append({"role": "assistant", "content": str(plan.get("expected_end_state") or "Done.")})
        return messages

    def _call(self, step: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        name = self._functions.get(step["api"], step["api"])
        function = {"name": name, "arguments": orjson.dumps(arguments).decode()}
        return {"id": _call_id(step), "type": "function", "function": function}


def _call_id(step: Mapping[str, Any]) -> str:
    return f"call_{step['index']}"
