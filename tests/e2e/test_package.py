"""The deployed package by itself: only its own files, only its own requirements."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from local.net_ports import free_ports
from shared import names
from shared.contracts import schema
from testing.azurite import Storage, azurite_storage
from testing.functions_host import wait_until
from testing.package import Package, unpack
from tests.builders.stack import HUB

PINNED = Path(__file__).parents[1] / "repo" / "functions.json"
MARK = "0.0.0+of-the-package"

INDEX = """
import json, sys
from azure_functions_runtime.loader import index_function_app
found = {}
for function in index_function_app("function_app.py"):
    found[function.get_function_name()] = [json.loads(raw) for raw in function.get_raw_bindings()]
json.dump(found, sys.stdout)
"""

IMPORT_ALL = """
import importlib, pathlib
files = sorted(pathlib.Path(".").rglob("*.py"))
for file in files:
    importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
print(len(files))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return unpack(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with azurite_storage() as storage:
        for container in names.CONTAINERS:
            storage.blobs.create_container(container)
        for queue in names.QUEUES:
            storage.queues.create_queue(queue)
        yield storage


@pytest.fixture(scope="module")
def openai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "local.openai_emulator", "--port", str(port)]
    command += ["--data", str(tmp_path_factory.mktemp("emulator"))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def test_the_worker_library_finds_the_pinned_functions_in_it(package: Package):
    in_azure = {"CATALOG_TRIGGER": "queue"}
    pinned = json.loads(PINNED.read_text())
    for only_where_polling_works in ("start_run_on_upload", "record_poison_webjobs_blobtrigger"):
        pinned.pop(only_where_polling_works)
    assert json.loads(package.run_beside_worker(INDEX, in_azure)) == pinned


def test_every_module_can_be_imported_with_its_requirements_alone(package: Package):
    assert int(package.run(IMPORT_ALL)) > 100


def test_it_lacks_everything_of_ones_own_machine(package: Package):
    found = "import importlib.util as u; print([n for n in ('local', 'tests', 'pytest', 'numpy') if u.find_spec(n)])"
    assert package.run(found).strip() == "[]"


def test_it_takes_one_record_from_an_event_to_a_published_dataset(
    package: Package, storage: Storage, openai: str, tmp_path: Path
):
    version = package.app / "shared" / "version.py"
    version.write_text(f'"""Of this test."""\n\nVERSION = "{MARK}"\n')
    settings = {
        "AzureWebJobsStorage": storage.connection_string,
        "PLANSMITH_STORAGE": storage.connection_string,
        "AZURE_OPENAI_ENDPOINT": openai,
        "AZURE_OPENAI_API_KEY": "local-emulator-key",
        "TEACHER_DEPLOYMENT": "teacher",
        "CATALOG_TRIGGER": "queue",
        "FINETUNE_SCHEDULE": "0 0 0 1 1 *",
        "RECONCILE_SCHEDULE": "0 0 0 1 1 *",
    }
    with package.host(settings, tmp_path / "host.log"):
        storage.upload(names.CATALOGS, "hub.json", HUB.read_bytes(), {"samples": "1"})
        storage.send(names.CATALOG_EVENTS, orjson.dumps(schema(names.CATALOG_EVENTS)["examples"][0]).decode())
        datasets = storage.blobs.get_container_client(names.DATASETS)

        def manifests() -> list[str]:
            return [name for name in datasets.list_blob_names() if name.endswith("/manifest.json")]

        wait_until(manifests, "a manifest", 60)
        (path,) = manifests()
        manifest = orjson.loads(datasets.download_blob(path).readall())
        rows = datasets.download_blob(path.replace("manifest.json", "dataset.jsonl")).readall().splitlines()
    assert manifest["app_version"] == MARK
    assert manifest["counts"]["accepted"] == len(rows) == 1
