"""Run options as they are typed on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def parse(assignments: Sequence[str]) -> dict[str, Any]:
    """`name=value` texts as one options object; the app checks names and values.

    A value that is JSON is taken as such, any other as text; dots in a name open an inner object
    (`finetune.deploy.enabled=true`). Raises ValueError for a text without a name or `=`.
    """
    options: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        parts = name.strip().split(".")
        if not equals or not all(parts):
            raise ValueError(f"'{assignment}' is not of the form name=value")
        inner = options
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ValueError(f"'{assignment}': {part} was given a plain value before")
        inner[parts[-1]] = _value(text)
    return options


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """`base` with `more` laid over it, inner objects likewise."""
    result = dict(base)
    for name, value in more.items():
        mine = result.get(name)
        result[name] = merged(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return result


def with_finetune(options: dict[str, Any]) -> dict[str, Any]:
    """`options` with a fine-tuning that is measured: deployed for the evaluation and removed after it.

    What `options` say of `finetune.evaluate` stands, and so does a `finetune.deploy.enabled`: who says that a model
    is to be deployed may want to keep it.
    """
    usual: dict[str, Any] = {"finetune": {"evaluate": {"enabled": True}}}
    evaluates = _inner(options, "finetune", "evaluate").get("enabled") is not False
    if evaluates and "enabled" not in _inner(options, "finetune", "deploy"):
        usual["finetune"]["deploy"] = {"enabled": True, "remove_after_evaluation": True}
    return merged(merged(usual, options), {"finetune": {"enabled": True}})


def _inner(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """The inner object of that path; {} where there is none, or something else in its place."""
    for name in names:
        found = options.get(name)
        options = found if isinstance(found, dict) else {}
    return options


def with_baseline(options: dict[str, Any], run: str | None) -> dict[str, Any]:
    """`options` whose student is compared with that of an earlier run; as they are without one."""
    return merged(options, {"finetune": {"evaluate": {"baseline_run": run}}}) if run else options


def asks_for_finetune(options: dict[str, Any]) -> bool:
    """Whether a run with these options is only done with its fine-tune job."""
    finetune = options.get("finetune")
    return isinstance(finetune, dict) and bool(finetune.get("enabled"))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
