"""No task that a student is measured on, nor one nearly like it, is among those it is trained or chosen on."""

import itertools
import re
from random import Random

import orjson
import pytest
import yaml

from shared.dataset import wording
from tests.builders.outcomes import accepted, plan, published, record, task

SIDES = ("train", "validation", "test")


def varied(seed: int):
    """Outcomes of which many ask nearly the same, with plans of the same and of other forms."""
    rng = Random(seed)
    tasks: list[str] = []
    for number in range(rng.randint(30, 160)):
        if tasks and rng.random() < 0.4:
            words = rng.choice(tasks).split()
            words[rng.randrange(len(words))] = rng.choice(["please", "now", "lamp", "12", "tea"])
            tasks.append(" ".join(words))
        else:
            tasks.append(task(seed * 1000 + number))
    made = []
    for number, text in enumerate(tasks):
        apis = [f"depot.op{rng.randrange(6)}" for _ in range(rng.randint(1, 4))]
        made.append(
            accepted(number, record=record(number, task_nl=text, plan=plan(*apis, id="A", limit=number)))
        )
    return made


def tasks_by_side(files):
    found = {}
    for side in SIDES:
        rows = map(orjson.loads, files[f"sft/{side}.jsonl"].splitlines())
        found[side] = [row["messages"][1]["content"].split("\n\nInput: ", 1)[1] for row in rows]
    return found


def words(text: str) -> set[str]:
    """Words and pairs of neighbours, reckoned here without the code under test."""
    alone = re.findall(r"\w+", text.lower())
    return {*alone, *(" ".join(pair) for pair in itertools.pairwise(alone))}


@pytest.mark.parametrize("seed", range(50))
def test_no_test_task_nor_a_near_duplicate_is_in_train_or_validation(seed):
    tasks = tasks_by_side(published(varied(seed)))
    assert len(tasks["test"]) >= 10
    for held in tasks["test"]:
        for other in (*tasks["train"], *tasks["validation"]):
            mine, its = words(held), words(other)
            assert len(mine & its) / len(mine | its) < 0.85, (held, other)
            assert wording.similarity(wording.said(held.lower()), wording.said(other.lower())) < 0.85


def test_no_file_that_the_card_offers_for_training_holds_a_test_task():
    files = published(varied(3), formats=["chat", "dpo"])
    held_out = [task.encode() for task in tasks_by_side(files)["test"]]
    assert held_out
    front = yaml.safe_load(files["README.md"].split(b"---\n")[1])
    offered = [
        file for config in front["configs"] for file in config["data_files"] if file["split"] == "train"
    ]
    assert len(offered) == 2
    for file in offered:
        assert not [task for task in held_out if task in files[file["path"]]]


def test_test_rows_are_of_the_same_form_as_training_rows():
    files = published(varied(3), formats=["chat", "tools"])
    for name in ("{}.jsonl", "tools-{}.jsonl"):
        shapes = {
            tuple(orjson.loads(line))
            for side in SIDES
            for line in files["sft/" + name.format(side)].splitlines()
        }
        assert len(shapes) == 1
