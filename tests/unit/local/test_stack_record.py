from copy import replace
from pathlib import Path

import pytest

from local.stack_record import StackError, StackRecord, data_folder, publish, running_stack, withdraw


def _record(data: Path, **changes) -> StackRecord:
    return replace(
        StackRecord(url="http://127.0.0.1:7071", pid=1, data=str(data), storage="", openai=""), **changes
    )


def test_a_published_stack_is_found_as_long_as_it_runs(tmp_path: Path):
    place, data = tmp_path / "stack.json", tmp_path / "data"
    with data_folder(data):
        publish(_record(data), place)
        assert running_stack(place) == _record(data)
    assert running_stack(place) is None


def test_a_stack_that_ended_orderly_leaves_no_record(tmp_path: Path):
    place, data = tmp_path / "stack.json", tmp_path / "data"
    with data_folder(data):
        publish(_record(data), place)
        withdraw(_record(data), place)
    assert not place.exists()
    assert not (data / "stack.json").exists()


def test_a_temporary_stack_does_not_hide_a_lasting_one(tmp_path: Path):
    place, one, two = tmp_path / "stack.json", tmp_path / "one", tmp_path / "two"
    with data_folder(one), data_folder(two):
        publish(_record(one), place)
        publish(_record(two, pid=2, temporary=True), place)
        assert running_stack(place) == _record(one)
        withdraw(_record(two, pid=2, temporary=True), place)
        assert running_stack(place) == _record(one)


def test_a_lasting_stack_takes_the_place_of_a_temporary_one(tmp_path: Path):
    place, one, two = tmp_path / "stack.json", tmp_path / "one", tmp_path / "two"
    with data_folder(one), data_folder(two):
        publish(_record(one, temporary=True), place)
        publish(_record(two, pid=2), place)
        assert running_stack(place) == _record(two, pid=2)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"url": "x"}'])
def test_a_broken_record_counts_as_none(tmp_path: Path, text: str):
    place = tmp_path / "stack.json"
    place.write_text(text)
    assert running_stack(place) is None


def test_a_data_folder_belongs_to_one_stack_at_a_time(tmp_path: Path):
    with data_folder(tmp_path):
        publish(_record(tmp_path), tmp_path / "elsewhere.json")
        with pytest.raises(StackError, match=r"at http://127.0.0.1:7071 .* --data"), data_folder(tmp_path):
            pass
    with data_folder(tmp_path) as data:
        assert data == tmp_path
