"""What a student notes down while reading its training file: names, types and texts that are no decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson

from local.openai_emulator.student.decisions import kind_of
from local.openai_emulator.student.examples import Example

_COPIED_FIELDS = ("action", "reasoning", "failure_modes", "retries", "outputs")


def notes_of(examples: Sequence[Example]) -> dict[str, Any]:
    """Per API: `names` of its arguments, their `kinds`, the usual texts of a step; and how answers are written."""
    apis: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Counter[str]]] = {}
    ends: dict[str, dict[str, Any]] = {}
    for example in examples:
        for call in example.calls:
            noted = apis.setdefault(call.api, {"names": [], "kinds": {}})
            for name, value in call.arguments.items():
                if name not in noted["kinds"]:
                    noted["names"].append(name)
                if not (isinstance(value, str) and value.startswith("${")) or name not in noted["kinds"]:
                    noted["kinds"][name] = kind_of(value)
            for key in _COPIED_FIELDS:
                if key in call.extra:
                    counter = fields.setdefault(call.api, {}).setdefault(key, Counter())
                    counter[orjson.dumps(call.extra[key]).decode()] += 1
        if example.calls:
            ends.setdefault(example.calls[-1].api, example.top)
    for api, counters in fields.items():
        apis[api]["fields"] = {key: orjson.loads(_usual(counter)) for key, counter in counters.items()}
    styles = Counter((example.style, example.wrapper) for example in examples)
    style, wrapper = min(styles, key=lambda item: (-styles[item], item)) if styles else ("plan", "")
    return {"apis": apis, "ends": ends, "style": style, "wrapper": wrapper}


def _usual(counter: Counter[str]) -> str:
    return min(counter, key=lambda text: (-counter[text], text))
