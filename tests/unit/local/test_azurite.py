import json
import subprocess
from pathlib import Path

import pytest

from local import azurite
from local.azurite import AzuriteError

LOCAL = Path(azurite.__file__).parent
LOCK = json.loads((LOCAL / "package-lock.json").read_text())


def test_a_connection_string_names_the_three_services():
    text = azurite.connection_string((1, 2, 3))
    assert "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;" in text
    assert "QueueEndpoint=http://127.0.0.1:2/devstoreaccount1;" in text
    assert "TableEndpoint=http://127.0.0.1:3/devstoreaccount1;" in text


def test_node_and_npm_are_those_of_the_python_package():
    assert Path(azurite.node_command()).is_file()
    version = subprocess.run(
        [*azurite.npm_command(), "--version"], capture_output=True, text=True, check=True
    )
    assert int(version.stdout.split(".")[0]) >= 10


def test_the_lock_pins_azurite_and_names_no_address():
    assert LOCK["packages"]["node_modules/azurite"]["version"] == "3.37.0"
    assert all("resolved" not in package for package in LOCK["packages"].values())
    assert all("integrity" in package for path, package in LOCK["packages"].items() if path)


def test_a_checkout_without_azurite_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(azurite, "_SCRIPT", tmp_path / "azurite.js")
    with pytest.raises(AzuriteError, match="make setup"):
        azurite.start_azurite()
