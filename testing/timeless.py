"""What two publications of the same outcomes must share, whatever runs are called and whenever they took place."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from shared.dataset import croissant

_TIMES = ("datePublished", "prov:startedAtTime", "prov:endedAtTime")
_OF_THE_RUN = ("README.md", "rejected.jsonl")
"""Files that name the run, its times, or what its calls cost and how long they took."""


def timeless(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without manifest and card, `croissant.json` without the run's name and times."""
    found = {path: data for path, data in files.items() if path not in ("manifest.json", "README.md")}
    if croissant.PATH in found:
        found[croissant.PATH] = _timeless_croissant(found[croissant.PATH])
    return found


def _timeless_croissant(document: bytes) -> bytes:
    told = orjson.loads(document)
    del told["name"]
    for entry in (told, *told["prov:wasGeneratedBy"]):
        for key in _TIMES:
            entry.pop(key, None)
    told["distribution"] = [file for file in told["distribution"] if file["name"] not in _OF_THE_RUN]
    return orjson.dumps(told)
