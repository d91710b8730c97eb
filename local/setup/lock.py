"""Resolves pyproject.toml into the two requirements files: every version pinned, every file hashed, no address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local.checkout import ROOT

OUTPUTS: dict[str, tuple[str, ...]] = {
    "requirements.txt": ("--group", "app"),
    "requirements-dev.txt": ("pyproject.toml", "--group", "dev"),
}


def compile_command(output: str, *, upgrade: bool = False) -> list[str]:
    """The uv call that writes `output`; pins that are there stay unless `upgrade`."""
    command = ["uv", "pip", "compile", "--quiet", "--python-version", "3.13"]
    command += [
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        *OUTPUTS[output],
        "--output-file",
        output,
    ]
    return [*command, "--upgrade"] if upgrade else command


def main() -> int:
    """Write both files; `--upgrade` as an argument takes the newest versions that fit."""
    for output in OUTPUTS:
        command = compile_command(output, upgrade="--upgrade" in sys.argv)
        command[0] = str(Path(sys.executable).parent / "uv")
        if status := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
