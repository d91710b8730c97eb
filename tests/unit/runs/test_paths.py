"""Every blob of a run has a path of its own, below the run or in a folder of marks."""

from __future__ import annotations

import inspect

import pytest

from shared import names
from shared.runs import paths

RUN = "shop-0123456789"
_GIVEN = {
    "run": RUN,
    "segment": 3,
    "number": 4,
    "index": 5,
    "name": "events.jsonl",
    "arm": "student",
    "attempt": 2,
    "deployment": "gpt 4.1/mini",
    "path": "sft/train.jsonl",
    "queue": "fan-out",
    "digest": "ab12",
    "revision": 2,
}
_NO_BLOBS = ("run_of_mark", "revision_folder")
"""Functions that give no blob's path below a container."""


def _all() -> dict[str, str]:
    found = {}
    for name, function in inspect.getmembers(paths, inspect.isfunction):
        if function.__module__ == paths.__name__ and name not in _NO_BLOBS:
            found[name] = function(**{key: _GIVEN[key] for key in inspect.signature(function).parameters})
    return found


def test_no_two_things_share_a_path() -> None:
    made = _all()
    assert len(set(made.values())) == len(made) > 25


@pytest.mark.parametrize(("name", "path"), _all().items())
def test_a_path_stays_below_its_run(name: str, path: str) -> None:
    assert names.is_relative_path(path.removesuffix("/"))
    of_no_run = name in ("refused", "webhook_mark")
    is_mark = path.startswith("_") and f"/{RUN}/" in f"{path}/"
    assert path.startswith(f"{RUN}/") or is_mark or of_no_run


def test_paths_sort_as_their_numbers_do() -> None:
    assert sorted([paths.log(RUN, 10), paths.log(RUN, 9)]) == [paths.log(RUN, 9), paths.log(RUN, 10)]


@pytest.mark.parametrize(
    "mark", [paths.open_mark, paths.finetune_mark, paths.changed_mark, paths.started_mark]
)
def test_a_mark_names_its_run(mark: object) -> None:
    assert callable(mark)
    assert paths.run_of_mark(mark(RUN)) == RUN
    assert paths.run_of_mark(mark("../x")) is None
