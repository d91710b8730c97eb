"""The deployed package by itself: unpacked in an empty folder, with a Python that has no package of its own."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from local.checkout import ROOT
from local.serving import free_ports
from shared import names
from shared.contracts import schema
from testing.azurite import Storage
from testing.functions_host import wait_until
from testing.package import Package, unpack
from tests.builders.inventory import INDEX, expected
from tests.builders.stack import HUB

MARK = "0.0.0+of-the-package"

IMPORT_ALL = """
import importlib, pathlib
files = [pathlib.Path("function_app.py"), *sorted(p for d in ("functions", "shared") for p in pathlib.Path(d).rglob("*.py"))]
for file in files:
    importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
print(len(files))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return unpack(tmp_path_factory.mktemp("package"))


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
    pinned = expected()
    for only_where_polling_works in ("start_run_on_upload", "record_poison_webjobs_blobtrigger"):
        pinned.pop(only_where_polling_works)
    assert json.loads(package.run(INDEX, in_azure, by_the_worker=True)) == pinned


def test_every_module_can_be_imported_with_its_own_packages_alone(package: Package):
    assert int(package.run(IMPORT_ALL)) > 100


def test_the_python_beside_it_has_nothing_else(package: Package):
    (site,) = package.python.parents[1].glob("lib/python3.13/site-packages")
    assert list(site.iterdir()) == []
    found = "import importlib.util as u; print([n for n in ('local', 'tests', 'pytest', 'numpy', 'pip') if u.find_spec(n)])"
    assert package.run(found).strip() == "[]"


def test_its_packages_are_exactly_the_pinned_ones_at_their_versions(package: Package):
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    found = {}
    for folder in package.site.glob("*.dist-info"):
        name, version = folder.name.removesuffix(".dist-info").rsplit("-", 1)
        found[re.sub(r"[-_.]+", "-", name).lower()] = version
    assert found == pins


def test_its_packages_fit_python_3_13_on_linux(package: Package):
    wrong = [
        f"{file.parent.name}: {tag}"
        for file in package.site.glob("*.dist-info/WHEEL")
        for tag in re.findall(r"^Tag: (\S+)", file.read_text(), re.MULTILINE)
        if not re.fullmatch(r"(py3|py2|cp313|cp3\d+)-(none|abi3|cp313)-(any|manylinux[\w.]*_x86_64)", tag)
    ]
    assert wrong == []
    compiled = [file.name for file in package.site.rglob("*.so")]
    assert len(compiled) > 20
    strange = [
        name
        for name in compiled
        if "cpython-" in name and not name.endswith(".cpython-313-x86_64-linux-gnu.so")
    ]
    assert strange == []


def test_its_files_are_those_that_the_wheels_listed(package: Package):
    """Every installer checks the wheels by the pinned hashes; here each file is checked by the list in its wheel."""
    for record in package.site.glob("*.dist-info/RECORD"):
        for path, digest, _ in csv.reader(record.read_text().splitlines()):
            if digest and not path.endswith(("INSTALLER", "REQUESTED")):
                sha = hashlib.sha256((package.site / path).read_bytes()).digest()
                assert digest == f"sha256={base64.urlsafe_b64encode(sha).rstrip(b'=').decode()}", path


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
