"""CONTRIBUTING.md says truly which files a new step touches."""

import re

import pytest

from local.checkout import ROOT
from shared import names
from tests.builders.sources import committed

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
SECTION = GUIDE.split("## Add a step", 1)[1].split("\n## ", 1)[0]
LISTED = re.findall(r"^\| `([^`]+)` \|", SECTION, re.MULTILINE)

# Steps with a queue of their own, whose stem is all that tells them apart: queue, message.
STEPS = {
    "fan_out": (names.FAN_OUT, "FanOut"),
    "generate_record": (names.GENERATE_RECORDS, "GenerateRecord"),
    "aggregate": (names.AGGREGATE, "Aggregate"),
    "publish": (names.PUBLISH, "Publish"),
    "start_finetune": (names.FINE_TUNE, "FineTune"),
    "evaluate_example": (names.EVALUATE, "Evaluate"),
    "deliver_event": (names.DELIVER_EVENTS, "DeliverEvent"),
}
# Where all steps are named for another reason than that there are these.
NO_REGISTERS = (
    "benchmarks/",
    "tests/unit/steps/",
    "tests/builders/",
    "testing/",
    "tests/repo/test_contributing.py",
    "shared/names.py",  # constants of queues that more than one module names
)


def _names_step(text: str, step: str) -> bool:
    queue, message = STEPS[step]
    return re.search(rf"\b({step}|{queue}|{queue.replace('-', '_').upper()}|{message})\b", text) is not None


def _files(pattern: str, step: str) -> list[str]:
    queue, message = STEPS[step]
    path = pattern.format(step=step, queue=queue, Message=message)
    if (ROOT / path).exists():
        return [path]
    folder, _, name = path.rpartition("/")  # steps that follow a job have a folder of their own below
    return [str(found.relative_to(ROOT)) for found in (ROOT / folder).glob(f"*/{name}")]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("pattern", LISTED)
def test_every_listed_file_is_there_for_every_step_and_names_it(pattern: str, step: str):
    files = _files(pattern, step)
    assert files, f"{pattern} is not there for {step}"
    assert any(_names_step(path + (ROOT / path).read_text(), step) for path in files)


def test_every_file_that_names_all_steps_is_listed():
    registers = []
    for path in map(str, committed()):
        if path.startswith(NO_REGISTERS) or not path.endswith((".py", ".md", ".json", ".bicep", ".toml")):
            continue
        text = (ROOT / path).read_text()
        if all(_names_step(text, step) for step in STEPS):
            registers.append(path)
    assert set(registers) - set(LISTED) == set()
