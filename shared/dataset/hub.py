"""How a dataset opens elsewhere: the configurations that Hugging Face's `datasets` reads in the card's front matter.

https://huggingface.co/docs/hub/datasets-manual-configuration. Only files whose columns have one type in all rows are
named: arguments of plans and parameters of tools differ from row to row, and no table holds them. Files without a row
are left out, as they have no columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.dataset.formats import CHAT, DPO, INSTRUCTIONS

CONFIGS: dict[str, Mapping[str, str]] = {
    "chat": CHAT,
    "instructions": {"accepted": INSTRUCTIONS},
    "dpo": DPO,
}
"""Configuration → split → file; the first is what a loader takes by default.

Instructions are of all accepted records, those of the test split among them, so they are not called a training split.
"""


def front_matter(rows: Mapping[str, int]) -> list[str]:
    """The lines of `configs` for files with that many rows by path; none where no file has one."""
    lines = [line for name, files in CONFIGS.items() for line in _config(name, files, rows)]
    return ["configs:", *lines] if lines else []


def _config(name: str, files: Mapping[str, str], rows: Mapping[str, int]) -> Iterator[str]:
    there = [(split, path) for split, path in files.items() if rows.get(path)]
    if not there:
        return
    yield f"  - config_name: {name}"
    if name == next(iter(CONFIGS)):
        yield "    default: true"
    yield "    data_files:"
    for split, path in there:
        yield f"      - split: {split}"
        yield f"        path: {path}"
