"""What reading makes of every public catalog: operations, APIs, parameters and diagnostics, as a table.

    python -m benchmarks.catalog_table [FOLDER] [--write docs/catalogs.md]

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

from shared.catalog.model import Catalog
from shared.errors import CatalogError
from testing.documents import PUBLIC_CATALOGS, catalog_in, put_between

START, END = "<!-- table -->\n", "<!-- end of table -->"
_ROW = re.compile(r"^\| (\S+) \| (\d+) \|", re.MULTILINE)


def table(folder: Path = PUBLIC_CATALOGS, read: Callable[[Path], Catalog] = catalog_in) -> str:
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
    parser.add_argument("folder", nargs="?", type=Path, default=PUBLIC_CATALOGS)
    parser.add_argument("--write", type=Path, help="replace the table in this document")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print("the folder of public catalogs is not there")
        return 0
    rows = table(options.folder)
    if options.write is None:
        print(rows, end="")
        return 0
    put_between(options.write, START, END, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
