"""The deployed package in a place of its own: unpacked, with an environment that has only its requirements."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.checkout import ROOT
from local.setup.package import write_package

# What local/functions_host needs and the app does not: the worker library, which Azure brings, and its NCRONTAB reader.
_HOSTS_OWN = ("azure_functions_runtime", "azurefunctions", "croniter", "dateutil", "six.py")


@dataclass(frozen=True)
class Package:
    """`app` holds what the zip holds; `python` is an interpreter with its requirements.txt alone."""

    app: Path
    python: Path
    host_path: Path

    def run(self, code: str, environment: Mapping[str, str] | None = None) -> str:
        """What the program `code` prints when the package's interpreter runs it in the package's folder."""
        done = subprocess.run(
            [self.python, "-c", code],
            cwd=self.app,
            env=dict(environment or {}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_beside_worker(self, code: str, environment: Mapping[str, str]) -> str:
        """The same with the worker library in reach, as in Azure."""
        return self.run(code, {"PYTHONPATH": str(self.host_path), **environment})

    @contextlib.contextmanager
    def host(self, settings: Mapping[str, str], log: Path) -> Iterator[str]:
        """A functions host that runs the package in the package's interpreter; gives its url.

        The host's own code comes from the checkout, everything else from the package.
        """
        command = [str(self.python), "-m", "local.functions_host", "--app", str(self.app), "--port", "0"]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.host_path), **settings}
        with log.open("w") as errors:
            process = subprocess.Popen(
                [*command, "--blob-poll-s", "1"],
                cwd=self.app,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready: "), log.read_text()
            yield line.removeprefix("ready: ").strip()
        finally:
            process.terminate()
            process.wait(30)
            if process.stdout:
                process.stdout.close()


def unpack(folder: Path) -> Package:
    """Build the package, unpack it below `folder` and install its requirements; skips without uv or registry."""
    write_package(ROOT, folder / "plansmith.zip")
    app = folder / "app"
    with zipfile.ZipFile(folder / "plansmith.zip") as archive:
        archive.extractall(app)
    python = _environment(folder / "venv", app / "requirements.txt")
    host_path = folder / "host"
    host_path.mkdir()
    (host_path / "local").symlink_to(ROOT / "local")
    site = next(Path(sys.prefix).glob("lib/python3*/site-packages"))
    for name in _HOSTS_OWN:
        (host_path / name).symlink_to(site / name)
    return Package(app, python, host_path)


def _environment(place: Path, requirements: Path) -> Path:
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        pytest.skip("uv is not installed beside this interpreter")
    python = place / "bin" / "python"
    _uv(uv, "venv", "--quiet", "--python", sys.executable, str(place))
    sync = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(requirements)]
    _uv(uv, *sync)
    return python


def _uv(uv: Path, *arguments: str) -> None:
    done = subprocess.run([uv, *arguments], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and ("Failed to fetch" in done.stderr or "error sending request" in done.stderr):
        pytest.skip("the package registry cannot be reached")
    assert done.returncode == 0, done.stderr
