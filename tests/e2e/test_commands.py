"""Every command against a real stack: it succeeds, as a user's own process; it fails clearly; it tells programs."""

import json
import signal
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from sys import executable

import pytest

from cli.client import Client
from cli.main import cli
from local.checkout import DEMO_CATALOG
from local.docs import commands as command_docs
from tests.builders.commands import RunningStack, environment, inside, plansmith, running_stack, until

NOBODY = "http://127.0.0.1:9"
UNKNOWN = "nothing-0123456789"
OPTIONS = {"samples": 40, "finetune": {"enabled": True, "evaluate": {"enabled": True}}}


@dataclass
class World:
    """A stack with a finished run `done`, a dataset `plain` that was never fine-tuned, and a folder to work in."""

    stack: RunningStack
    folder: Path
    done: str = ""
    plain: str = ""

    def call(self, *arguments: str) -> CompletedProcess[str]:
        return plansmith(*arguments, state=self.folder, PLANSMITH_URL=self.stack.url)

    def tell(self, *arguments: str) -> CompletedProcess[str]:
        """The same in this process."""
        return inside(*arguments, state=self.folder, PLANSMITH_URL=self.stack.url)

    def is_deployed(self, wanted: bool) -> bool:
        """Whether the finished run's model is deployed, or not, as wanted, and nothing more is to be done about it."""
        with Client(self.stack.url) as client:
            view = client.run(self.done)
        made = view["finetune"]["deployment"] or {}
        is_there = bool(made.get("ready_at") and not made.get("removed_at"))
        return view["status"] == "complete" and is_there is wanted

    def start(self, wanted: dict[str, dict[str, object]]) -> list[str]:
        """Runs of the sample catalog with these options, once each has the status that they are named by."""
        with Client(self.stack.url) as client:
            runs = [str(client.start_run([DEMO_CATALOG], options)["run_id"]) for options in wanted.values()]
            for run, status in zip(runs, wanted, strict=True):
                until(partial(_has_status, client, run, status), f"{run} {status}", 240, every_s=0.25)
        return runs


def _has_status(client: Client, run: str, status: str) -> bool:
    return bool(client.run(run)["status"] == status)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("commands")
    # A teacher without faults, so that what `try` asks it for is a valid plan.
    with running_stack(folder / "state", "--emulator", "--emulator-arg=--teacher-fault-share=0") as stack:
        made = World(stack, folder)
        made.done, made.plain = made.start(
            {"complete": OPTIONS, "published": {"samples": 12, "top_up": False}}
        )
        done = made.call("download", made.done, "--out", str(folder / "out"))
        assert done.returncode == 0, done.stderr
        row = json.loads((folder / "out" / made.done / "sft/train.jsonl").read_text().splitlines()[0])
        task = row["messages"][1]["content"].partition("Input: ")[2]
        (folder / "task.jsonl").write_text(json.dumps({"task": task}))
        (folder / "empty.json").write_text("{}")
        exported = made.call("review", "export", made.plain, "--out", str(folder / "review.jsonl"))
        assert exported.returncode == 0, exported.stderr
        (folder / "rows.jsonl").write_bytes((folder / "out" / made.done / "dataset.jsonl").read_bytes())
        yield made


def filled(arguments: str, world: World) -> list[str]:
    """The words of a command line with the names of what is there."""
    known = {"DONE": world.done, "PLAIN": world.plain, "CATALOG": str(DEMO_CATALOG), "UNKNOWN": UNKNOWN}
    known |= {"STATE": str(world.folder / "up"), "ROWS": str(world.folder / "rows.jsonl")}
    known |= {"REVIEW": str(world.folder / "review.jsonl")}
    known |= {"EMPTY": str(world.folder / "empty.json"), "TASK": str(world.folder / "task.jsonl")}
    return [known.get(word, word) for word in arguments.split()]


SUCCESSES = {
    "run": ("run CATALOG --samples 5 --option top_up=false --option seed=7", "run_id"),
    "status": ("status DONE --watch", "run_id"),
    "download": ("download DONE", "files"),
    "report": ("report DONE", "path"),
    "rows": ("rows PLAIN --status accepted", "rows"),
    "review export": ("review export PLAIN --verdict none --out REVIEW", "rows"),
    "review import": ("review import PLAIN REVIEW", "unchanged"),
    "finetune": ("finetune PLAIN --option evaluate.enabled=false", "status"),
    "try": ("try DONE --file TASK --arm teacher_with_catalog", "valid"),
    "compare": ("compare DONE DONE", "metrics"),
    "catalog inspect": ("catalog inspect CATALOG", "apis"),
    "validate": ("validate ROWS --catalog CATALOG", "valid"),
    "profile set": ("profile set there --url https://there.example --no-key", "name"),
    "profile list": ("profile list", "profiles"),
    "profile use": ("profile use local", "default"),
    "profile remove": ("profile remove there", "removed"),
    "push": ("push DONE --to acme/shop", "command"),
    "doctor": ("doctor --settings EMPTY", "findings"),
    "completion": ("completion bash", "script"),
}
"""Command → arguments with which it succeeds twice, and a key of what it tells programs. The rest have tests below."""

FAILURES = {
    "run": (f"run CATALOG --yes --url {NOBODY}", 1, "no Plansmith answers"),
    "status": ("status UNKNOWN --watch", 1, "no run"),
    "download": ("download UNKNOWN", 1, "no run"),
    "report": ("report UNKNOWN", 1, "no run"),
    "rows": ("rows UNKNOWN", 1, "no run"),
    "review export": ("review export UNKNOWN --out REVIEW.none", 1, "no run"),
    "review import": ("review import UNKNOWN REVIEW", 1, "no run"),
    "publish": ("publish UNKNOWN", 1, "no run"),
    "resume": ("resume DONE", 1, "only a paused run"),
    "cancel": ("cancel DONE", 1, "can be cancelled"),
    "delete": ("delete UNKNOWN --yes", 1, "no run"),
    "finetune": ("finetune DONE", 1, "has a fine-tune job"),
    "try": ("try UNKNOWN something", 1, "no run"),
    "compare": ("compare DONE UNKNOWN", 1, "no evaluation to compare"),
    "deploy": ("deploy UNKNOWN", 1, "no"),
    "undeploy": ("undeploy UNKNOWN", 1, "no"),
    "catalog inspect": ("catalog inspect ROWS", 1, "catalog"),
    "validate": ("validate CATALOG --catalog CATALOG", 1, ""),
    "up": ("up --port 99999", 2, "--port"),
    "demo": ("demo --samples 0", 2, "samples"),
    "profile set": ("profile set x --url http://x.example --no-key", 2, "https"),
    "profile list": ("profile list --nonsense", 2, "No such option"),
    "profile use": ("profile use nobody", 2, "no profile"),
    "profile remove": ("profile remove nobody", 2, "no profile"),
    "push": ("push UNKNOWN --to acme/shop", 1, "no run"),
    "doctor": (f"doctor --url {NOBODY}", 1, "not_reached"),
    "completion": ("completion cmd", 2, "bash"),
}

OWN_TESTS = {"publish", "cancel", "resume", "delete", "deploy", "undeploy", "up", "demo"}
"""Commands whose success changes what the others need: each has a test of its own, here or in test_main_road.py."""


def test_every_command_is_tried_both_ways():
    commands = {name.removeprefix("plansmith ") for name, _ in command_docs.commands(cli)}
    assert commands - set(SUCCESSES) - OWN_TESTS == set()
    assert commands - set(FAILURES) == set()


@pytest.mark.parametrize("command", SUCCESSES)
def test_it_succeeds_in_words_and_for_programs(command: str, world: World):
    arguments, key = SUCCESSES[command]
    said = world.call(*filled(arguments, world), *([] if command != "finetune" else ["--again"]))
    assert (said.returncode, "Traceback" in said.stderr) == (0, False), said.stderr + said.stdout
    assert said.stdout.strip()
    told = world.tell(*filled(SUCCESSES[command][0], world), "--json")
    answer = json.loads(told.stdout)
    if (
        command in ("profile remove", "finetune") and told.returncode
    ):  # gone by the first call, or running since
        assert set(answer) == {"error"}
    else:
        assert (told.returncode, key in answer) == (0, True), told.stderr


@pytest.mark.parametrize("command", FAILURES)
def test_it_fails_in_a_line_and_for_programs(command: str, world: World):
    arguments, status, said = FAILURES[command]
    done = world.tell(*filled(arguments, world))
    assert done.returncode == status, done.stderr + done.stdout
    assert said.lower() in (done.stderr + done.stdout).lower()


@pytest.mark.parametrize(
    "command",
    [name for name, (_, status, _) in FAILURES.items() if status == 1 and name not in ("validate", "doctor")],
)
def test_a_failure_is_told_as_json_where_json_was_asked_for(command: str, world: World):
    done = world.tell(*filled(FAILURES[command][0], world), "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)["error"]
    assert set(told) == {"code", "message"}
    assert told["message"]


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["words", "json"])
def test_a_trained_model_is_deployed_and_its_deployment_removed(flags: list[str], world: World):
    for command, is_there in (("deploy", True), ("undeploy", False)):
        done = world.call(command, world.done, *flags)
        assert done.returncode == 0, done.stderr
        assert not flags or {"wanted", "state"} <= set(json.loads(done.stdout))
        until(partial(world.is_deployed, is_there), f"{command} of {world.done}", every_s=0.25)


def test_what_was_reviewed_in_a_file_is_published_and_downloaded(world: World):
    file = world.folder / "mine.jsonl"
    assert world.call("review", "export", world.plain, "--out", str(file)).returncode == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[0] |= {"verdict": "rejected", "reason": "nobody asks for this"}
    lines[1]["task"] += " Please."
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    brought = world.call("review", "import", world.plain, str(file), "--author", "Ines", "--json")
    assert brought.returncode == 0, brought.stdout + brought.stderr
    told = json.loads(brought.stdout)
    assert (told["edited"], told["rejected"], told["errors"]) == (1, 1, [])
    done = world.call("publish", world.plain, "--note", "looked through", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "published"), done.stderr
    again = world.call("publish", world.plain, "--json")
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (1, "nothing_new")
    folder = world.folder / "revision"
    assert world.call("download", world.plain, "--revision", "1", "--out", str(folder)).returncode == 0
    (manifest,) = folder.glob("*/revisions/1/manifest.json")
    assert json.loads(manifest.read_text())["revision"]["changes"]["rejected"] == 1


def test_a_run_is_deleted_after_it_was_asked_twice(world: World):
    (run,) = world.start({"published": {"samples": 5, "top_up": False, "seed": 99}})
    asked = world.call("delete", run, "--json")
    assert asked.returncode == 3
    told = json.loads(asked.stdout)
    assert told["error"]["code"] == "not_confirmed"
    assert {"datasets", "runs"} == {one["place"].partition("/")[0] for one in told["deletes"]}
    assert world.call("status", run).returncode == 0

    done = world.call("delete", run, "--yes")
    assert (done.returncode, done.stdout) == (0, f"{run}: deleted\n")
    assert "DELETES" in done.stderr
    assert world.call("status", run).returncode == 1


def test_a_run_that_goes_on_is_cancelled(world: World):
    """The last of the shared stack, whose teacher takes its time from here on."""
    slow = urllib.request.Request(
        f"{world.stack.record['openai']}/emulator/switches",
        json.dumps({"latency_s": 5}).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(slow).close()
    (run,) = world.start({"generating": {"samples": 20}})
    done = world.call("cancel", run, "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "cancelled")


def test_a_stack_tells_programs_its_address(world: World):
    arguments = [
        "up",
        "--port",
        "0",
        "--data",
        str(world.folder / "other"),
        "--emulator",
        "--temporary",
        "--json",
    ]
    with Popen(
        [executable, "-P", "-m", "cli.main", *arguments],
        env=environment(world.folder / "other"), stdin=PIPE, stdout=PIPE, text=True,
    ) as process:  # fmt: skip
        with Client(json.loads(process.stdout.readline())["url"]) as client:
            assert client.is_serving()
        process.stdin.close()
        assert process.wait(60) == 0


def test_the_demo_compares_both_forms_of_answers_and_keeps_its_console_until_it_is_stopped(tmp_path: Path):
    words = ["demo", "--samples", "30", "--serve", "--out", str(tmp_path / "out")]
    with Popen(
        [executable, "-P", "-m", "cli.main", *words],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=PIPE,
        text=True,
    ) as process:
        said = iter(process.stdout.readline, "")
        address = next(line for line in said if line.endswith("(until Ctrl-C)\n")).split()[1]
        with urllib.request.urlopen(address) as page:
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    (report,) = (tmp_path / "out").glob("*/report.html")
    assert (
        "Before, the student answered with what is executed of a plan; now with whole plans."
        in report.read_text()
    )
    since = json.loads((report.parent / "evaluation.json").read_text())["baseline_run"]
    assert since["sft_plan"] == "executable"
    assert 0 < since["usd_per_1000_plans"]["before"] < since["usd_per_1000_plans"]["after"]
