"""Rows, review and publish on the command line, against a real server: out to a file, edited, and back."""

from __future__ import annotations

import asyncio
import io
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pytest import CaptureFixture, MonkeyPatch

from cli.main import main
from shared import names
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import decide, on, own_example, published, row, rows, with_api
from tests.builders.served import serving

type Lines = list[dict[str, Any]]


class Terminal:
    """The command against a served pipeline; the queues are worked off while it runs."""

    def __init__(
        self, pipeline: Pipeline, run: str, url: str, folder: Path, capture: CaptureFixture[str]
    ) -> None:
        self.pipeline, self.run, self.url, self.folder = pipeline, run, url, folder
        self.file = folder / "rows.jsonl"
        self._capture = capture

    async def __call__(self, *arguments: str) -> tuple[int, str, str]:
        done = asyncio.create_task(asyncio.to_thread(main, [*arguments, "--url", self.url]))
        while not done.done():
            await asyncio.sleep(0.01)
            if self.pipeline.queue.sent:
                await self.pipeline.drain()
        out, err = self._capture.readouterr()
        return done.result(), out, err

    async def json(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        status, out, _ = await self(*arguments, "--json")
        told: dict[str, Any] = json.loads(out)
        return status, told

    async def export(self, *filters: str) -> Lines:
        status, _, err = await self("review", "export", self.run, "--out", str(self.file), *filters)
        assert status == 0, err
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    async def bring(self, lines: Lines, *more: str) -> tuple[int, dict[str, Any]]:
        self.file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return await self.json("review", "import", self.run, str(self.file), "--author", "Ines", *more)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    pipeline, run = await published(12)
    monkeypatch.chdir(tmp_path)
    async with serving(pipeline.app, monkeypatch) as served:
        yield Terminal(pipeline, run, served.url, tmp_path, capsys)


async def test_rows_are_listed_and_filtered(terminal: Terminal) -> None:
    every = await rows(terminal.pipeline, terminal.run)
    await decide(terminal.pipeline, terminal.run, on(every[0], "approve"))
    status, out, _ = await terminal("rows", terminal.run)
    assert status == 0 and out.splitlines()[0].split()[:3] == ["INDEX", "VERDICT", "STATUS"]
    assert len(out.splitlines()) == len(every) + 1
    status, told = await terminal.json("rows", terminal.run, "--verdict", "approved")
    assert (status, [r["index"] for r in told["rows"]], told["more"]) == (0, [0], False)
    status, told = await terminal.json("rows", terminal.run, "--limit", "3")
    assert (len(told["rows"]), told["more"]) == (3, True)
    status, out, _ = await terminal("rows", terminal.run, "--q", "nothing has this")
    assert (status, out) == (0, "No rows.\n")
    status, told = await terminal.json("rows", terminal.run, "--verdict", "praised")
    assert (status, told["error"]["code"]) == (1, "bad_filter")


async def test_what_is_exported_comes_back_as_nothing_to_do(terminal: Terminal) -> None:
    lines = await terminal.export()
    assert len(lines) == sum(bool(r["hash"]) for r in await rows(terminal.pipeline, terminal.run))
    status, told = await terminal.bring(lines)
    assert (status, told["unchanged"], told["errors"]) == (0, len(lines), [])
    assert await rows(terminal.pipeline, terminal.run, touched="yes") == []


async def test_verdicts_edits_and_own_examples_come_back(terminal: Terminal) -> None:
    lines = await terminal.export()
    approved, rejected, edited, both, *_ = lines
    approved["verdict"] = "approved"
    rejected |= {"verdict": "rejected", "reason": "nobody asks for this"}
    edited["task"] += " Please."
    both |= {"task": f"{both['task']} Thanks.", "verdict": "approved"}
    record = (await row(terminal.pipeline, terminal.run, approved["task_id"]))["record"]
    lines.append(own_example(record, "For my aunt in spring:"))
    status, told = await terminal.bring(lines)
    assert (status, told["errors"]) == (0, []), told
    counted = {name: told[name] for name in ("approved", "rejected", "edited", "added")}
    assert counted == {"approved": 2, "rejected": 1, "edited": 2, "added": 1}
    pipeline, run = terminal.pipeline, terminal.run
    now = {r["task_id"]: r for r in await rows(pipeline, run, touched="yes")}
    assert now[approved["task_id"]]["verdict"] == "approved"
    assert now[rejected["task_id"]]["verdict"] == "rejected"
    assert now[edited["task_id"]]["task"].endswith("Please.")
    assert (now[both["task_id"]]["verdict"], now[both["task_id"]]["source"]) == ("approved", "mixed")
    assert {r["author"] for r in now.values()} == {"Ines"}
    again = await terminal.export()
    status, told = await terminal.bring(again)
    assert (status, told["unchanged"]) == (0, len(lines))
    for line in again:
        line["verdict"] = "" if line["verdict"] in ("approved", "rejected") else line["verdict"]
    status, told = await terminal.bring(again)
    assert (status, told["reverted"]) == (0, 3)


async def test_with_an_error_in_a_line_nothing_is_stored_and_each_is_told(terminal: Terminal) -> None:
    lines = await terminal.export()
    lines[0]["verdict"] = "approved"
    lines[1]["plan"] = with_api({"plan": lines[1]["plan"]}, "launch_rocket")
    lines[2] |= {"verdict": "rejected", "reason": ""}
    lines[3] |= {"verdict": "splendid"}
    lines.append({"task": "x", "plan": {}})
    lines.append({"task_id": "somebody-000001", "hash": "0", "verdict": "approved"})
    status, told = await terminal.bring(lines)
    assert status == 1
    assert {error["line"] for error in told["errors"]} == {2, 3, 4, len(lines) - 1, len(lines)}
    assert any("unknown_api" in error["message"] for error in told["errors"])
    assert await rows(terminal.pipeline, terminal.run, touched="yes") == []
    status, out, _ = await terminal("review", "import", terminal.run, str(terminal.file))
    assert status == 1 and f"line 2 ({lines[1]['task_id']}): unknown_api" in out
    assert "nothing was stored" in out


async def test_a_row_that_somebody_else_changed_is_left_and_told(terminal: Terminal) -> None:
    lines = await terminal.export()
    pipeline, run = terminal.pipeline, terminal.run
    seen = await row(pipeline, run, lines[0]["task_id"])
    await decide(pipeline, run, on(seen, "edit", task=f"{seen['record']['task_nl']} Please."), by="Olu")
    for line in lines[:2]:
        line["verdict"] = "approved"
    status, told = await terminal.bring(lines)
    assert (status, told["approved"], [one["line"] for one in told["changed"]]) == (1, 1, [1])
    assert (await row(pipeline, run, lines[0]["task_id"]))["author"] == "Olu"


async def test_a_line_that_repeats_another_row_is_told(terminal: Terminal) -> None:
    lines = await terminal.export("--status", "accepted")
    lines[0] |= {"task": lines[1]["task"], "plan": lines[1]["plan"]}
    status, told = await terminal.bring(lines)
    assert (status, told["edited"], [one["line"] for one in told["repeats"]]) == (0, 1, [1])
    assert lines[1]["task_id"] in told["repeats"][0]["message"]


async def test_a_file_is_checked_without_storing(terminal: Terminal) -> None:
    lines = await terminal.export("--status", "accepted")
    lines[0]["verdict"] = "approved"
    status, told = await terminal.bring(lines, "--dry-run")
    assert (status, told["dry_run"], told["errors"]) == (0, True, [])
    assert await rows(terminal.pipeline, terminal.run, touched="yes") == []


@pytest.mark.parametrize(("text", "code"), [("{", "not_json"), ("[1]", "not_an_object")])
async def test_a_file_that_is_none_is_refused(terminal: Terminal, text: str, code: str) -> None:
    terminal.file.write_text(f"\n{text}\n")
    status, told = await terminal.json("review", "import", terminal.run, str(terminal.file))
    assert (status, told["error"]["code"]) == (1, code)
    assert "line 2" in told["error"]["message"]


async def test_rows_go_to_standard_output(terminal: Terminal) -> None:
    status, out, _ = await terminal("review", "export", terminal.run, "--out", "-", "--difficulty", "XS")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, {"task_id", "hash", "plan"} <= set(lines[0])) == (0, True)
    assert len(lines) == len(await rows(terminal.pipeline, terminal.run, difficulty="XS", status="accepted"))


async def test_standard_output_is_utf_8_whatever_the_terminal_is(
    terminal: Terminal, monkeypatch: MonkeyPatch
) -> None:
    lines = await terminal.export()
    lines[0]["task"] += " For Łukasz."
    await terminal.bring(lines)
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    status, *_ = await terminal("review", "export", terminal.run, "--out", "-")
    sys.stdout.flush()
    assert (status, "Łukasz" in out.getvalue().decode()) == (0, True)


async def test_a_link_is_followed_and_a_pipe_is_written_to(terminal: Terminal) -> None:
    link, pipe = terminal.folder / "link", terminal.folder / "pipe"
    link.symlink_to(terminal.file.name)
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    for place in (link, pipe):
        status, _, err = await terminal(
            "review", "export", terminal.run, "--out", str(place), "--difficulty", "XS"
        )
        assert status == 0, err
    assert link.is_symlink() and stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.read(end, 1 << 16) == terminal.file.read_bytes() != b""
    os.close(end)


async def test_a_revision_is_published_and_downloaded(terminal: Terminal) -> None:
    status, told = await terminal.json("publish", terminal.run)
    assert (status, told["error"]["code"]) == (1, "nothing_new")
    lines = await terminal.export()
    lines[0] |= {"verdict": "rejected", "reason": "nobody asks for this"}
    await terminal.bring(lines)
    status, told = await terminal.json(
        "publish", terminal.run, "--note", "looked through", "--author", "Ines"
    )
    assert (status, told["revision"], told["status"], told["note"]) == (0, 1, "published", "looked through")
    status, told = await terminal.json("download", terminal.run, "--revision", "1")
    assert status == 0
    folder = terminal.folder / "out" / terminal.run
    assert sorted(p.name for p in folder.iterdir()) == ["revisions"]
    manifest = json.loads((folder / "revisions/1/manifest.json").read_text())
    assert manifest["revision"]["author"] == "Ines"
    status, told = await terminal.json("download", terminal.run, "--revision", "2")
    assert (status, told["error"]["code"]) == (1, "unknown_revision")


async def test_a_run_that_is_open_is_told_how_it_is_published(
    tmp_path: Path, monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    pipeline.queue.take(names.FAN_OUT)
    async with serving(pipeline.app, monkeypatch) as served:
        status, told = await Terminal(pipeline, run, served.url, tmp_path, capsys).json("publish", run)
    assert (status, told["error"]["code"]) == (1, "not_published")
    assert f"plansmith cancel {run}" in told["error"]["message"]


async def test_of_a_cancelled_run_what_is_there_is_published(
    tmp_path: Path, monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    for message in pipeline.queue.take(names.GENERATE_RECORDS):
        await pipeline.deliver(names.GENERATE_RECORDS, message)
        await pipeline.app.deps.runs.standing(run).stop("cancelled", "cancelled by request")
    async with serving(pipeline.app, monkeypatch) as served:
        terminal = Terminal(pipeline, run, served.url, tmp_path, capsys)
        status, told = await terminal.json("publish", run)
        assert (status, told["revision"], told["status"]) == (0, 0, "published")
        assert told["counts"]["accepted"] == len(pipeline.dataset(run))
        status, out, _ = await terminal("publish", run)
        assert (status, out.splitlines()[1]) == (0, f"plansmith download {run}")
