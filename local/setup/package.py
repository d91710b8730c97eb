"""Makes `dist/plansmith.zip`: what runs in Azure and nothing else, the same bytes for the same files."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ("function_app.py", "host.json", "requirements.txt")
FOLDERS = ("functions", "shared")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def deployed_files(root: Path) -> Iterator[Path]:
    """Paths below `root` that belong to the deployed app, sorted."""
    for name in FILES:
        yield root / name
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def write_package(root: Path, target: Path) -> int:
    """Write the zip to `target`; returns the number of files in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
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
    count = write_package(ROOT, target)
    print(f"dist/plansmith.zip: {count} files, {target.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
