"""A published dataset opens elsewhere: in Hugging Face's `datasets`, as Croissant, in Promptfoo.

What it takes is checked here each time; `PLANSMITH_HUB=1` loads it by the libraries themselves, in an environment made
for it (400 MB), or in that of the Python that the variable names.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.catalog.serialize import to_json
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline

SAMPLES = 60
LIBRARIES = ("datasets==5.2.0", "mlcroissant==1.1.1")
LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
import mlcroissant
folder = sys.argv[1]
told = {"default": {split: [rows.num_rows, sorted(rows.column_names)] for split, rows in load_dataset(folder).items()}}
for name in get_dataset_config_names(folder):
    told[name] = {split: rows.num_rows for split, rows in load_dataset(folder, name).items()}
found = mlcroissant.Dataset(f"{folder}/croissant.json")
told["errors"] = sorted(found.metadata.ctx.issues.errors)
told["croissant"] = {
    one.id: sum(1 for _ in found.records(one.id)) for one in found.metadata.record_sets
}
print("told: " + json.dumps(told))
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published dataset of every format, as `plansmith download` leaves it."""

    async def publish() -> dict[str, bytes]:
        pipeline = Pipeline()
        formats = ["chat", "tools", "agent", "dpo"]
        run = await pipeline.start(
            samples=SAMPLES, formats=formats, test_fraction=0.2, validation_fraction=0.2
        )
        await pipeline.drain()
        return pipeline.published(run)

    folder = tmp_path_factory.mktemp("bundle") / "out"
    for path, data in asyncio.run(publish()).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def kinds(value: Any, place: str = "") -> dict[str, set[str]]:
    """Place → types of what stands there, over all rows: a table takes one type a place."""
    if isinstance(value, dict):
        parts = [kinds(inner, f"{place}.{name}") for name, inner in value.items()]
    elif isinstance(value, list):
        parts = [kinds(inner, f"{place}[]") for inner in value]
    else:
        return {place: set() if value is None else {type(value).__name__}}
    found: dict[str, set[str]] = {place: {type(value).__name__}}
    for part in parts:
        for name, types in part.items():
            found.setdefault(name, set()).update(types)
    return found


def configs(folder: Path) -> list[dict[str, Any]]:
    front = (folder / "README.md").read_text().split("---\n")[1]
    return list(yaml.safe_load(front)["configs"])


def test_the_card_names_configurations_of_files_that_have_rows(bundle: Path) -> None:
    found = configs(bundle)
    assert [one["config_name"] for one in found] == ["chat", "instructions", "dpo"]
    assert [one["config_name"] for one in found if one.get("default")] == ["chat"]
    assert [one["split"] for one in found[0]["data_files"]] == ["train", "validation", "test"]
    for one in found:
        for file in one["data_files"]:
            assert rows(bundle / file["path"])


def test_no_column_of_a_configuration_has_two_types(bundle: Path) -> None:
    for one in configs(bundle):
        every = [row for file in one["data_files"] for row in rows(bundle / file["path"])]
        assert {name: types for name, types in kinds(every).items() if len(types) > 1} == {}
        assert len({tuple(sorted(row)) for row in every}) == 1


def test_croissant_knows_every_file_as_it_is(bundle: Path) -> None:
    told = json.loads((bundle / "croissant.json").read_text())
    assert told["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    files = {one["@id"]: one for one in told["distribution"]}
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert set(files) == {file["path"] for file in manifest["files"]} - {"croissant.json"}
    for path, one in files.items():
        assert hashlib.sha256((bundle / path).read_bytes()).hexdigest() == one["sha256"]
        assert one["encodingFormat"]


def test_croissant_tells_where_the_records_come_from(bundle: Path) -> None:
    told = json.loads((bundle / "croissant.json").read_text())
    assert (
        told["prov:wasDerivedFrom"]["plansmith:catalogSha256"] == hashlib.sha256(to_json(shop())).hexdigest()
    )
    made, checked, edited = told["prov:wasGeneratedBy"]
    assert made["prov:wasAssociatedWith"][0]["plansmith:role"] == "teacher"
    assert len(made["plansmith:promptsSha256"]) == 64
    assert "plansmith" in checked["prov:wasAssociatedWith"]["prov:label"]
    assert (edited["plansmith:revision"], edited["plansmith:decisions"]) == (0, 0)


def test_promptfoo_has_a_test_for_every_task_of_the_test_split(bundle: Path) -> None:
    config = yaml.safe_load((bundle / "promptfoo/promptfooconfig.yaml").read_text())
    assert (config["tests"], config["prompts"]) == ("file://tests.jsonl", ["file://prompt.json"])
    tests, asked = rows(bundle / "promptfoo/tests.jsonl"), rows(bundle / "sft/test.jsonl")
    assert len(tests) == len(asked) > 0
    for test, row in zip(tests, asked, strict=True):
        said = {message["role"]: message["content"] for message in row["messages"]}
        assert (test["vars"]["system"], test["vars"]["user"]) == (said["system"], said["user"])
        plan = json.loads(said["assistant"])
        assert test["vars"]["operations"] == " ".join(step["api"] for step in plan["steps"])


def _python(folder: Path) -> str:
    named = os.environ["PLANSMITH_HUB"]
    if named != "1":
        return named
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    python = str(folder / "venv/bin/python")
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *LIBRARIES], check=True)
    return python


@pytest.mark.skipif(
    "PLANSMITH_HUB" not in os.environ, reason="PLANSMITH_HUB=1 installs datasets and mlcroissant for it"
)
def test_the_libraries_load_it(bundle: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [_python(tmp_path), "-c", LOAD, str(bundle)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("told: "))[6:])
    accepted = len(rows(bundle / "dataset.jsonl"))
    chat = {split: len(rows(bundle / f"sft/{split}.jsonl")) for split in ("train", "validation", "test")}
    assert told["default"] == {split: [count, ["messages"]] for split, count in chat.items()}
    assert told["chat"] == chat
    assert told["instructions"] == {"accepted": accepted}
    assert told["errors"] == []
    assert told["croissant"]["records"] == told["croissant"]["instructions"] == accepted
    assert told["croissant"]["chat-train"] == chat["train"]
