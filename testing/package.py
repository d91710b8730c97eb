"""The deployed package in a place of its own: unpacked, beside a Python that has nothing else."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.checkout import ROOT
from local.setup import wheels
from local.setup.package import build_package

# What Azure brings: the worker library; and what local/functions_host needs besides, its NCRONTAB reader and loop.
_OF_AZURE = ("azure_functions_runtime", "azurefunctions")
_HOSTS_OWN = ("croniter", "dateutil", "six.py", "uvloop")
_UNREACHABLE = ("Failed to fetch", "error sending request", "No matching distribution", "Retrying (Retry")


@dataclass(frozen=True)
class Package:
    """`app` holds what the zip holds and nothing else; `python` is an interpreter that has no package at all.

    `worker_path` has the worker library, `host_path` the local host: what Azure has beside the app.
    """

    app: Path
    python: Path
    worker_path: Path
    host_path: Path

    @property
    def site(self) -> Path:
        """Where the package brings its own packages, and where the worker looks for them."""
        return self.app / wheels.FOLDER

    def run(
        self, code: str, environment: Mapping[str, str] | None = None, *, by_the_worker: bool = False
    ) -> str:
        """What the program `code` prints when the bare Python runs it in the package's folder."""
        path = [self.site, *([self.worker_path] if by_the_worker else [])]
        done = subprocess.run(
            [self.python, "-c", code],
            cwd=self.app,
            env={"PYTHONPATH": ":".join(map(str, path)), **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextlib.contextmanager
    def host(self, settings: Mapping[str, str], log: Path) -> Iterator[str]:
        """A functions host that runs the package in the bare Python; gives its url.

        The host's own code comes from the checkout, everything else from the package.
        """
        command = [str(self.python), "-m", "local.functions_host", "--app", str(self.app), "--port", "0"]
        path = f"{self.site}:{self.worker_path}:{self.host_path}"
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONSAFEPATH": "1", **settings}
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
    """Build the package and unpack it below `folder`, beside a bare Python; skips where no registry can be reached."""
    try:
        build_package(ROOT, folder / "plansmith.zip")
    except wheels.WheelsError as error:
        if any(sign in str(error) for sign in _UNREACHABLE):
            pytest.skip("the package registry cannot be reached")
        raise
    app = folder / "app"
    with zipfile.ZipFile(folder / "plansmith.zip") as archive:
        archive.extractall(app)
    venv.create(folder / "bare", with_pip=False, symlinks=True)
    worker_path, host_path = folder / "worker", folder / "host"
    site = next(Path(sys.prefix).glob("lib/python3*/site-packages"))
    for place, names in ((worker_path, _OF_AZURE), (host_path, _HOSTS_OWN)):
        place.mkdir()
        for name in names:
            (place / name).symlink_to(site / name)
    (host_path / "local").symlink_to(ROOT / "local")
    return Package(app, folder / "bare" / "bin" / "python", worker_path, host_path)
