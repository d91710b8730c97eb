"""Makes `dist/plansmith.zip`: what is deployed, by the rules of `.funcignore`, the same bytes for the same files.

`azd` makes the same of a checkout: its hook installs the packages (local.setup.wheels), then it sends everything that
`.funcignore` does not name. The platform builds nothing.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from local.checkout import ROOT
from local.setup import wheels

_ALWAYS_LEFT_OUT = (".funcignore", "local.settings.json", ".azure/")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def deployed_files(root: Path) -> Iterator[Path]:
    """Paths below `root` that belong to the deployed app, sorted within each folder."""
    lines = (root / ".funcignore").read_text(encoding="utf-8").splitlines()
    ignored = GitIgnoreSpec.from_lines([*lines, *_ALWAYS_LEFT_OUT])
    for folder, folders, names in root.walk():
        here = folder.relative_to(root)
        folders[:] = sorted(name for name in folders if not ignored.match_file(f"{here / name}/"))
        for name in sorted(names):
            if not ignored.match_file(str(here / name)):
                yield folder / name


def build_package(root: Path, target: Path) -> int:
    """Install the packages of the app and write the zip; returns the number of files in it.

    Raises WheelsError if the packages cannot be had.
    """
    wheels.install(root)
    return write_package(root, target)


def write_package(root: Path, target: Path) -> int:
    """Write the zip of the checkout at `root`, as it is, to `target`; returns the number of files in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in deployed_files(root):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
            count += 1
    return count


def main() -> int:
    """Write `dist/plansmith.zip` and say how big it is."""
    target = ROOT / "dist" / "plansmith.zip"
    try:
        count = build_package(ROOT, target)
    except wheels.WheelsError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"dist/plansmith.zip: {count} files, {target.stat().st_size // 1024 // 1024} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
