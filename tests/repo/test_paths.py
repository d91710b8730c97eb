"""Blob paths are written in one module."""

import re

from local.checkout import ROOT
from tests.builders.sources import modules

_PATH = re.compile(r"""f"\{[a-z_.]*run(?:_id)?\}/[^"]*"|"_(?:runs|open|changed|finetunes|poison)/""")
_OTHERS = ("shared/runs/paths.py", "shared/contracts/events.py")
"""The paths themselves, and the id of an event."""


def test_a_blob_path_is_written_in_one_place() -> None:
    found = [
        f"{path}: {match[0]}"
        for path in modules("shared/")
        if str(path) not in _OTHERS
        for match in _PATH.finditer((ROOT / path).read_text())
    ]
    assert found == []
