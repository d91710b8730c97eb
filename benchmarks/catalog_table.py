"""What reading makes of every public catalog: operations, APIs, parameters and diagnostics, as a table.

    .venv/bin/python -m benchmarks.catalog_table [FOLDER] [--write docs/catalogs.md]

FOLDER (default: the public catalogs beside the repository) has an INDEX.md whose first two columns are file
and operations.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from shared.catalog.ingest import Document, ingest  # noqa: E402
from shared.catalog.model import Catalog  # noqa: E402
from shared.errors import CatalogError  # noqa: E402

FOLDER = ROOT / ".." / "shared" / "catalogs"
START, END = "<!-- table -->\n", "<!-- end of table -->"
_ROW = re.compile(r"^\| (\S+) \| (\d+) \|", re.MULTILINE)


def read(file: Path) -> Catalog:
    """The catalog of a document. CatalogError if it is unusable."""
    return ingest([Document(file.name, file.read_bytes())])


def table(folder: Path = FOLDER, read: Callable[[Path], Catalog] = read) -> str:
    """The rows as Markdown, in the order of the index."""
    lines = ["| document | operations | APIs | parameters | diagnostics |", "|---|---|---|---|---|"]
    for path, operations in _ROW.findall((folder / "INDEX.md").read_text()):
        lines.append(f"| {path} | {operations} | {_row(folder / path, read)} |")
    return "\n".join(lines) + "\n"


def _row(file: Path, read: Callable[[Path], Catalog]) -> str:
    try:
        catalog = read(file)
    except CatalogError as exc:
        return f"– | – | error `{exc.code}`"
    counts = Counter(found.code for found in catalog.diagnostics)
    told = ", ".join(f"`{code}` {count}" for code, count in sorted(counts.items())) or "–"
    return f"{len(catalog.apis)} | {sum(len(api.parameters) for api in catalog.apis)} | {told}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Table of what reading makes of public catalogs.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--write", type=Path, help="replace the table in this document")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print("the folder of public catalogs is not there")
        return 0
    rows = table(options.folder)
    if options.write is None:
        print(rows, end="")
        return 0
    before, _, rest = options.write.read_text().partition(START)
    options.write.write_text(f"{before}{START}{rows}{END}{rest.partition(END)[2]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
