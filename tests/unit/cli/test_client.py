import json
from pathlib import Path

import pytest

from cli.api_error import ApiError
from cli.client import Client
from tests.builders.fake_api import RUN_ID, FakeApi, described, serving

DATA = bytes(range(256)) * 40
SHA = described({"f": DATA})[0]["sha256"]


@pytest.fixture
def api():
    with serving(FakeApi(contents={"dataset.jsonl": DATA, "empty.jsonl": b""})) as api:
        yield api


def test_every_catalog_file_is_uploaded_with_its_name_beside_the_options(api: FakeApi, tmp_path: Path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shop.json").write_text(folder)
    files = [tmp_path / "a/shop.json", tmp_path / "b/shop.json"]

    with Client(api.url) as client:
        started = client.start_run(files, {"samples": 3})

    assert started["run_id"] == RUN_ID
    assert api.uploads == [("shop.json", b"a"), ("shop-2.json", b"b")]
    assert json.loads(api.options[0]) == {"samples": 3}


def test_a_refusal_is_one_line_with_its_code(api: FakeApi, tmp_path: Path):
    api.refusal = (400, "unknown option\n  'sample'; did you mean 'samples'?", "unknown_option")
    file = tmp_path / "c.json"
    file.write_text("{}")

    with Client(api.url) as client, pytest.raises(ApiError) as caught:
        client.start_run([file], {})

    assert caught.value.message == "unknown option 'sample'; did you mean 'samples'?"
    assert (caught.value.code, caught.value.status) == ("unknown_option", 400)
    assert not caught.value.is_passing


def test_the_function_key_is_sent_and_its_lack_is_named(api: FakeApi):
    api.key = "fake-key"
    with Client(api.url, "fake-key") as client:
        assert client.runs() == {"runs": [], "poison": []}
    with Client(api.url) as client, pytest.raises(ApiError, match="--key"):
        client.runs()


def test_nobody_there_says_how_to_start_one():
    with Client("http://127.0.0.1:9") as client:
        assert not client.is_serving()
        with pytest.raises(ApiError, match="make start") as caught:
            client.runs()
    assert caught.value.is_passing


def test_an_answer_of_another_program_is_refused():
    api = FakeApi(listing=[])  # type: ignore[arg-type]
    with serving(api), Client(api.url) as client, pytest.raises(ApiError, match="not Plansmith's"):
        client.runs()


@pytest.mark.parametrize("piece", [0, 1000])
def test_a_file_arrives_whole_in_one_answer_or_in_many(api: FakeApi, tmp_path: Path, piece: int):
    api.piece = piece
    target = tmp_path / "deep" / "dataset.jsonl"

    with Client(api.url) as client:
        assert client.download(RUN_ID, "dataset.jsonl", target, SHA)

    assert target.read_bytes() == DATA
    assert [path.name for path in target.parent.iterdir()] == ["dataset.jsonl"]


def test_an_empty_file_arrives_empty(api: FakeApi, tmp_path: Path):
    with Client(api.url) as client:
        client.download(RUN_ID, "empty.jsonl", tmp_path / "e", described({"e": b""})[0]["sha256"])
    assert (tmp_path / "e").read_bytes() == b""


def test_a_file_that_is_there_is_not_fetched_again(api: FakeApi, tmp_path: Path):
    target = tmp_path / "dataset.jsonl"
    target.write_bytes(DATA)
    with Client(api.url) as client:
        assert not client.download(RUN_ID, "dataset.jsonl", target, SHA)
    assert api.ranges == []


def test_an_interrupted_download_goes_on_where_it_stopped(api: FakeApi, tmp_path: Path):
    (tmp_path / "dataset.jsonl.part").write_bytes(DATA[:5000])
    with Client(api.url) as client:
        client.download(RUN_ID, "dataset.jsonl", tmp_path / "dataset.jsonl", SHA)
    assert api.ranges == ["bytes=5000-"]
    assert (tmp_path / "dataset.jsonl").read_bytes() == DATA


@pytest.mark.parametrize("left", [b"x" * 5000, b"x" * 50_000], ids=["shorter", "longer"])
def test_a_part_of_something_else_is_thrown_away(api: FakeApi, tmp_path: Path, left: bytes):
    (tmp_path / "dataset.jsonl.part").write_bytes(left)
    with Client(api.url) as client:
        client.download(RUN_ID, "dataset.jsonl", tmp_path / "dataset.jsonl", SHA)
    assert (tmp_path / "dataset.jsonl").read_bytes() == DATA


def test_a_file_with_another_hash_is_not_kept(api: FakeApi, tmp_path: Path):
    with Client(api.url) as client, pytest.raises(ApiError, match="sha256"):
        client.download(RUN_ID, "dataset.jsonl", tmp_path / "dataset.jsonl", "0" * 64)
    assert list(tmp_path.iterdir()) == []
