import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import main as cli
from cli import run_command
from local import stack_record
from local.checkout import ROOT
from shared.version import VERSION
from tests.builders.fake_api import RUN_ID, FakeApi, a_run, described, serving

CONTENTS = {"dataset.jsonl": b"{}\n{}\n{}\n", "manifest.json": b"{}"}


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Commands set signal handlers; the test run needs its own."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever runs on this machine is not seen."""
    monkeypatch.setattr(run_command, "_recorded", lambda: stack_record.running_stack(tmp_path / "none"))
    monkeypatch.setattr(run_command, "DEFAULT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def api() -> Iterator[FakeApi]:
    published = a_run(files=described(CONTENTS))
    with serving(FakeApi(contents=CONTENTS, states=[published])) as api:
        yield api


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    file = tmp_path / "shop.json"
    file.write_text('{"apis": []}')
    return file


def test_a_waited_run_ends_with_its_files_and_their_paths(api, catalog, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    api.states.insert(
        0, a_run(status="generating", counts={"total": 4, "done": 1, "accepted": 1, "rejected": 0})
    )

    assert cli.main(["run", str(catalog), "--url", api.url, "--samples", "4", "--wait"]) == 0

    out = capsys.readouterr().out
    assert f"out/{RUN_ID}/dataset.jsonl" in out
    assert (tmp_path / "out" / RUN_ID / "dataset.jsonl").read_bytes() == CONTENTS["dataset.jsonl"]
    assert json.loads(api.options[0]) == {"samples": 4}


def test_flags_and_assignments_become_options(api, catalog, tmp_path, capsys):
    arguments = [
        "--seed-task",
        "first",
        "--seed-task",
        "second",
        "--finetune",
        "--option",
        "finetune.n_epochs=2",
    ]
    assert cli.main(["run", str(catalog), "--url", api.url, *arguments]) == 0
    assert json.loads(api.options[0]) == {
        "seed_tasks": ["first", "second"],
        "finetune": {
            "enabled": True,
            "n_epochs": 2,
            "evaluate": {"enabled": True},
            "deploy": {"enabled": True, "remove_after_evaluation": True},
        },
    }
    assert f"plansmith status {RUN_ID}" in capsys.readouterr().out


def test_an_output_folder_implies_waiting(api, catalog, tmp_path):
    assert cli.main(["run", str(catalog), "--url", api.url, "--out", str(tmp_path / "here")]) == 0
    assert (tmp_path / "here" / RUN_ID / "manifest.json").exists()


def test_an_asked_fine_tune_that_failed_is_a_failure_but_the_dataset_is_kept(api, catalog, tmp_path, capsys):
    job = {"state": "failed", "error": {"code": "bad_file", "message": "row 3"}}
    api.states = [a_run(status="failed", finetune=job, files=described(CONTENTS))]

    assert cli.main(["run", str(catalog), "--url", api.url, "--finetune", "--out", str(tmp_path)]) == 1

    assert "the fine-tune job failed: row 3 (bad_file)" in capsys.readouterr().err
    assert (tmp_path / RUN_ID / "dataset.jsonl").exists()


def test_a_failed_run_is_one_line_and_status_1(api, catalog, tmp_path, capsys):
    api.states = [a_run(status="failed", error={"code": "no_apis", "message": "no operation found"})]
    assert cli.main(["run", str(catalog), "--url", api.url, "--yes", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"plansmith: {RUN_ID}: no operation found (no_apis)\n"


def test_a_refused_upload_is_one_line_and_status_1(api, catalog, capsys):
    api.refusal = (400, "unknown option 'sample'", "unknown_option")
    assert cli.main(["run", str(catalog), "--url", api.url, "--yes", "--option", "sample=1"]) == 1
    assert capsys.readouterr().err == "plansmith: unknown option 'sample'\n"


def test_without_a_stack_and_without_waiting_nothing_is_started(catalog, capsys):
    assert cli.main(["run", str(catalog)]) == 2
    assert "plansmith up" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["run"], ["run", "missing.json"], ["run", __file__, "--option", "x"], ["run", __file__, "--samples", "0"],
     ["up", "--azurite-ports", "1,2"], ["up", "--azurite-ports", "1,2,99999999"],
     ["up", "--openai", "http://x", "--emulator"], ["nonsense"], ["status", "--url", "not a url"],
     ["status", "--url", "http://[bad"], ["catalog", "inspect", __file__, "--samples", "0"]],
    ids=str,
)  # fmt: skip
def test_a_wrong_command_line_is_status_2(arguments: list[str], capsys):
    assert cli.main(arguments) == 2
    assert "Error: " in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_one_line_and_the_old_one_stays(api, tmp_path, capsys):
    assert cli.main(["review", "export", RUN_ID, "--url", api.url, "--out", str(tmp_path / "no" / "x")]) == 1
    assert capsys.readouterr().err.startswith(f"plansmith: {tmp_path}/no/x")
    kept = tmp_path / "rows.jsonl"
    kept.write_text("mine\n")
    assert cli.main(["review", "export", "none-0123456789", "--url", api.url, "--out", str(kept)]) == 1
    assert [path.name for path in tmp_path.iterdir() if "rows" in path.name] == ["rows.jsonl"]
    assert kept.read_text() == "mine\n"


@pytest.mark.parametrize("command", [["review", "import", RUN_ID], ["try", RUN_ID, "--file"]], ids=" ".join)
def test_a_file_that_is_no_text_is_one_line(api, tmp_path, capsys, command):
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\x80\xff\n")
    assert cli.main([*command, str(file), "--url", api.url]) == 1
    assert capsys.readouterr().err == f"plansmith: {file} is no text in UTF-8\n"


def test_commands_are_listed_as_in_the_documents_each_with_a_whole_line(capsys):
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == [str(command.name) for command in cli.COMMANDS]
    assert [line for line in lines if line.endswith("...")] == []


def test_the_address_and_the_key_may_come_from_the_environment(api, capsys, monkeypatch):
    api.key = "fake-key"
    monkeypatch.setenv("PLANSMITH_URL", api.url)
    monkeypatch.setenv("PLANSMITH_KEY", "fake-key")
    assert cli.main(["status"]) == 0
    assert "no run yet" in capsys.readouterr().out


def test_a_status_can_be_had_as_json(api, capsys):
    assert cli.main(["status", RUN_ID, "--json", "--url", api.url]) == 0
    assert json.loads(capsys.readouterr().out) == api.states[0]


def test_an_unknown_run_is_one_line_and_status_1(api, capsys):
    assert cli.main(["status", "other-0123456789", "--url", api.url]) == 1
    assert capsys.readouterr().err == "plansmith: there is no such run\n"


def test_a_published_run_can_be_downloaded_later(api, tmp_path, capsys):
    assert cli.main(["download", RUN_ID, "--url", api.url, "--out", str(tmp_path)]) == 0
    assert (tmp_path / RUN_ID / "dataset.jsonl").exists()
    assert "dataset.jsonl" in capsys.readouterr().out


def test_a_run_can_be_cancelled(api, capsys):
    assert cli.main(["cancel", RUN_ID, "--url", api.url]) == 0
    assert api.cancelled == [RUN_ID]
    assert capsys.readouterr().out == f"{RUN_ID}: cancelled\n"


def test_a_paused_run_can_be_resumed(api, capsys):
    assert cli.main(["resume", RUN_ID, "--url", api.url]) == 0
    assert capsys.readouterr().out == f"{RUN_ID}: generating\n"
    assert cli.main(["resume", RUN_ID, "--url", api.url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "generating"


def test_a_watched_run_is_shown_to_its_end(api, capsys):
    api.states.insert(
        0, a_run(status="generating", counts={"total": 4, "done": 1, "accepted": 1, "rejected": 0})
    )
    assert cli.main(["status", RUN_ID, "--watch", "--url", api.url]) == 0
    out = capsys.readouterr().out
    assert "1/4 records" in out
    assert re.search(r"status +published", out)


def test_a_watched_run_that_fails_is_a_failure_and_json_is_all_that_is_written(api, capsys):
    api.states = [a_run(status="failed", error={"code": "no_apis", "message": "no operation found"})]
    assert cli.main(["status", RUN_ID, "--watch", "--json", "--url", api.url]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "run_failed"


def test_watching_wants_a_run(capsys):
    assert cli.main(["status", "--watch"]) == 2


def test_help_loads_neither_http_nor_storage():
    code = (
        "import sys; from cli.main import main; main(['--help']); "
        "print([m for m in ('httpx2', 'rich', 'aiohttp', 'azure', 'shared') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_it_tells_its_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"plansmith, version {VERSION}\n"
