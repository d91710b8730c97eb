"""What is deployed is used: every module of the app can be reached from its triggers."""

from __future__ import annotations

from shared import names
from tests.builders.sources import imports, modules

_KEPT = "shared.adapters.memory"
"""Stand-ins that ship with the app."""


def _name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_the_app_reaches_every_module_of_its_own() -> None:
    known = {_name(str(path)): path for path in modules("shared/", "functions/", "function_app.py")}
    waiting = [name for name in known if not name.startswith("shared")]
    waiting += [f"shared.steps.{step.partition(':')[0]}" for step in names.STEP_OF.values()]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            for entry in imports(known[name]):
                parts = entry.module.split(".")
                waiting += [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    unused = [name for name in known if name not in reached and not name.startswith(_KEPT)]
    assert unused == []
