"""Installations by name: what is kept, who may read it, and what beats what."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import main as cli
from cli import profiles
from tests.builders.fake_api import FakeApi, serving

KEY = "fake-function-key"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLANSMITH_URL", "PLANSMITH_KEY", "PLANSMITH_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi(key=KEY)) as api:
        yield api


def keep(name: str, url: str, key: str, monkeypatch: pytest.MonkeyPatch) -> int:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))
    return cli.main(["profile", "set", name, "--url", url, "--key-stdin"])


def test_the_first_profile_is_the_default_and_its_key_opens_its_installation(api, monkeypatch, capsys):
    assert keep("prod", api.url, KEY, monkeypatch) == 0
    assert cli.main(["status"]) == 0
    assert "no run yet" in capsys.readouterr().out


def test_a_key_is_readable_for_its_owner_alone_and_never_shown(api, monkeypatch, capsys):
    keep("prod", api.url, KEY, monkeypatch)
    cli.main(["profile", "list"])
    cli.main(["profile", "list", "--json"])
    said = capsys.readouterr()
    assert KEY not in said.out + said.err
    assert KEY not in repr(profiles.load())
    path = profiles.place()
    assert KEY in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_profiles_key_goes_to_its_own_address_alone(api, monkeypatch, capsys):
    with serving(FakeApi(key=KEY)) as other:
        keep("prod", api.url, KEY, monkeypatch)
        assert cli.main(["status", "--url", other.url]) == 1
        monkeypatch.setenv("PLANSMITH_URL", other.url)
        assert cli.main(["status"]) == 1
        assert cli.main(["status", "--profile", "prod"]) == 0  # typed, so it beats the environment


def test_a_typed_key_beats_the_one_that_is_kept(api, monkeypatch):
    keep("prod", api.url, "wrong", monkeypatch)
    assert cli.main(["status"]) == 1
    assert cli.main(["status", "--key", KEY]) == 0


def test_the_environment_gives_the_key_that_a_profile_lacks(api, monkeypatch):
    assert cli.main(["profile", "set", "prod", "--url", api.url, "--no-key"]) == 0
    monkeypatch.setenv("PLANSMITH_KEY", KEY)
    assert cli.main(["status"]) == 0


def test_the_default_can_be_changed_back_to_the_local_stack(api, monkeypatch, capsys):
    keep("prod", api.url, KEY, monkeypatch)
    keep("test", "https://test.example", "", monkeypatch)
    assert profiles.load().default == "prod"
    cli.main(["profile", "use", "test"])
    assert profiles.load().default == "test"
    cli.main(["profile", "use", "local"])
    capsys.readouterr()
    cli.main(["profile", "list", "--json"])
    assert json.loads(capsys.readouterr().out)["default"] == "local"


def test_a_removed_profile_is_forgotten_with_its_key(api, monkeypatch):
    keep("prod", api.url, KEY, monkeypatch)
    assert cli.main(["profile", "remove", "prod"]) == 0
    assert KEY not in profiles.place().read_text()
    assert profiles.load().default == ""


@pytest.mark.parametrize(
    "arguments",
    [["set", "local", "--url", "https://x.example"], ["set", "../x", "--url", "https://x.example"],
     ["set", "x", "--url", "http://x.example"], ["set", "x", "--url", "ftp://x"], ["set", "x", "--url", "https://u:p@x.example"],
     ["use", "nobody"], ["remove", "nobody"], ["remove", "local"]],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_a_profile_is_a_wrong_command_line(arguments: list[str], capsys):
    assert cli.main(["profile", *arguments]) == 2
    assert not profiles.place().exists()


def test_a_file_that_is_none_of_ours_is_one_line(capsys):
    profiles.place().parent.mkdir()
    profiles.place().write_text("[]")
    assert cli.main(["status"]) == 1
    assert "cannot be read as profiles" in capsys.readouterr().err


def test_an_unknown_profile_is_named_with_those_that_are_known(api, monkeypatch, capsys):
    keep("prod", api.url, KEY, monkeypatch)
    assert cli.main(["status", "--profile", "prodd"]) == 2
    assert "known: local, prod" in capsys.readouterr().err
