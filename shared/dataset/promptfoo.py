"""The test split for Promptfoo, which asks any model its tasks: https://www.promptfoo.dev/docs/configuration/guide/.

`promptfoo eval -c promptfoo/promptfooconfig.yaml` in the dataset's folder. It looks at the shape of answers and at the
operations that they call; what a plan is worth beyond that is measured by the evaluation of a fine-tune.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

CONFIG = "promptfoo/promptfooconfig.yaml"
PROMPT = "promptfoo/prompt.json"
TESTS = "promptfoo/tests.jsonl"

_CONFIG = """\
# Asks a model the test tasks: promptfoo eval -c promptfooconfig.yaml
description: Plans of API calls for the tasks of the test split
prompts:
  - file://prompt.json
providers:
  - openai:chat:gpt-4.1-nano  # or azure:chat:<deployment>, or any other; https://www.promptfoo.dev/docs/providers/
tests: file://tests.jsonl
defaultTest:
  assert:
    - type: is-json
    - type: javascript
      metric: operations
      value: JSON.parse(output).steps.map((step) => step.api).join(" ") === context.vars.operations
"""


def files() -> list[tuple[str, bytes]]:
    """The configuration and the prompt."""
    prompt = b'[{"role": "system", "content": {{ system | dump }}}, {"role": "user", "content": {{ user | dump }}}]\n'
    return [(CONFIG, _CONFIG.encode()), (PROMPT, prompt)]


def row(system: str, user: str, plan: Mapping[str, Any]) -> bytes:
    """A test as one line: what a chat row says before its answer, and the operations that its plan calls, in order."""
    operations = " ".join(str(step["api"]) for step in plan["steps"])
    test = {"vars": {"system": system, "user": user, "operations": operations}}
    return orjson.dumps(test, option=orjson.OPT_APPEND_NEWLINE)
