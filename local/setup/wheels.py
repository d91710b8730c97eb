"""Puts the pinned packages where the Functions worker looks for them: `.python_packages/lib/site-packages`.

The app is built here and not by the platform, whose remote build was reported to use Python 3.11 whatever the runtime
(https://github.com/Azure/azure-dev/issues/8538). Wheels for CPython 3.13 on Linux alone, each checked by its hash.
Standard library only, and for any Python 3.9 or newer: azd calls it before it packages.
Usage: `python3 -m local.setup.wheels`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.checkout import ROOT

FOLDER = Path(".python_packages/lib/site-packages")
"""Where the worker looks, below the app."""

_GLIBC = 28
"""The image of the plan is Debian 12 with glibc 2.36; 2.28 is what most wheels of today ask for."""
_STAMP = Path(".local/wheels-stamp")


class WheelsError(Exception):
    """The packages cannot be had; the message has what the installer said."""


def install(root: Path) -> bool:
    """Bring `.python_packages` of the checkout at `root` up to date; whether there was anything to do."""
    requirements = root / "requirements.txt"
    stamp = hashlib.sha256(requirements.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    target = root / FOLDER
    marked = root / _STAMP
    if target.is_dir() and marked.is_file() and marked.read_text() == stamp:
        return False
    marked.parent.mkdir(exist_ok=True)
    marked.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=marked.parent) as made:
        new = Path(made) / "site-packages"
        _install(root, requirements, new)
        _forget_scripts(new)
        _check(requirements, new)
        shutil.rmtree(root / FOLDER.parts[0], ignore_errors=True)
        target.parent.mkdir(parents=True)
        new.rename(target)
    marked.write_text(stamp)
    return True


def pinned(requirements: Path) -> set[str]:
    """Names of the packages in a requirements file."""
    return set(re.findall(r"^([a-z0-9-]+)==", requirements.read_text(), re.MULTILINE))


def _install(root: Path, requirements: Path, target: Path) -> None:
    uv = _uv(root)
    said = []
    for command in ([_uv_command(uv)] if uv else []) + [pip_command()]:
        command += ["--target", str(target), "--require-hashes", "--no-deps", "-r", str(requirements)]
        done = subprocess.run(command, cwd=str(root), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        shutil.rmtree(target, ignore_errors=True)
        said += [f"{' '.join(command[:3])} ...", *(done.stdout + done.stderr).strip().splitlines()[-10:]]
    raise WheelsError("the packages of the app could not be installed:\n" + "\n".join(said))


def _uv(root: Path) -> str | None:
    """The uv of set-up, or that of the PATH."""
    own = root / ".venv" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _uv_command(uv: str) -> list[str]:
    platform = ["--python-platform", f"x86_64-manylinux_2_{_GLIBC}", "--python-version", "3.13"]
    return [uv, "--no-config", "pip", "install", "--quiet", *platform, "--only-binary", ":all:"]


def pip_command() -> list[str]:
    """How pip is asked for the wheels of the app's platform, by whatever Python runs this."""
    tags = [f"manylinux_2_{minor}_x86_64" for minor in range(_GLIBC, 4, -1)]
    tags += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    platform = [option for tag in tags for option in ("--platform", tag)]
    platform += "--python-version 3.13 --implementation cp --abi cp313 --abi abi3 --abi none".split()
    command = [sys.executable, *"-m pip install --quiet --disable-pip-version-check --no-compile".split()]
    # pip compares `Requires-Python` with the Python that runs it; the pins were resolved for 3.13.
    return [*command, "--ignore-requires-python", *platform, "--only-binary", ":all:"]


def _forget_scripts(target: Path) -> None:
    """Remove commands: the worker runs none, and each begins with the path of this machine's Python."""
    shutil.rmtree(target / "bin", ignore_errors=True)
    (target / ".lock").unlink(missing_ok=True)
    for record in target.glob("*.dist-info/RECORD"):
        lines = record.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not re.match(r"(\.\./)*bin/", line)]
        # A file of its own: what uv puts here may be linked to its cache.
        new = record.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in sorted(kept)), encoding="utf-8")
        new.replace(record)


def _check(requirements: Path, target: Path) -> None:
    found = {re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower() for path in target.glob("*.dist-info")}
    if found != pinned(requirements):
        differing = ", ".join(sorted(found ^ pinned(requirements)))
        raise WheelsError(f"not exactly the pinned packages were installed: {differing}")


def main() -> int:
    """Install what is missing and say so."""
    try:
        new = install(ROOT)
    except WheelsError as error:
        print(error, file=sys.stderr)
        return 1
    count = len(pinned(ROOT / "requirements.txt"))
    print(f"{FOLDER}: {count} packages for Python 3.13 on Linux, {'installed' if new else 'as they were'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
