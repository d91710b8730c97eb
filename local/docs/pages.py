"""Every page of `docs/` that is written from the code, by its file."""

from __future__ import annotations

from collections.abc import Callable

from local.checkout import ROOT
from local.docs import asyncapi, commands, contracts, senders

DOCS = ROOT / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "asyncapi.json": asyncapi.page,
    "commands.md": commands.page,
    "contracts.md": contracts.page,
    "senders.md": senders.page,
}


def write() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
