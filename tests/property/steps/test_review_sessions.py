"""Whatever people do to rows, two at once and with crashes anywhere: nothing is lost, doubled or half visible."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from shared import names
from shared.adapters.memory.storage import MemoryStorage
from shared.bootstrap import App
from shared.contracts import schema
from shared.dataset.review.content import content_hash
from shared.http.answers import Answer
from shared.plan.validate import PlanValidator
from shared.runs import paths
from tests.builders.answers import read
from tests.builders.lengths import cases
from tests.builders.pipeline import Crash, Pipeline
from tests.builders.reviews import asked, on, own_example, published, row, rows, with_api

SESSIONS = cases(16, 200)
_DEEDS = 12
_PEOPLE = ("Ines", "Olu")


class _CrashingStore:
    """A store whose streamed blobs burn the fuse as well, right before they appear."""

    def __init__(self, store: Any, fuse: Any) -> None:
        self._store, self._fuse = store, fuse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def open_write(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async with self._store.open_write(*args, **kwargs) as writer:
            yield writer
            self._fuse.before()
        self._fuse.done()


class Reviewed(Pipeline):
    """A pipeline in which every change of storage may be the last of its process."""

    def _ports(self) -> dict[str, Any]:
        ports = super()._ports()
        return {**ports, "store": _CrashingStore(ports["store"], self.fuse)}


@cache
def _made() -> tuple[dict[Any, Any], str, Any]:
    """The blobs of a published run, made once."""

    async def make() -> tuple[dict[Any, Any], str, Any]:
        pipeline, run = await published(30)
        return pipeline.storage._blobs, run, (await pipeline.app.deps.runs.context(run)).catalog

    return asyncio.run(make())


class Session:
    """One run under review: what was asked and answered, and the deeds that people do."""

    def __init__(self, seed: int, storage: dict[Any, Any], run: str) -> None:
        self.draw = random.Random(seed)
        self.pipeline, self.run = Reviewed(), run
        self.pipeline.storage._blobs.update(deepcopy(storage))
        self.first = self.pipeline.published(run)
        self.stored: dict[str, str] = {}
        self.deeds = 0

    async def ask(self, app: App, request: Any) -> Answer:
        answer: Answer = await request(app.api)
        return answer

    async def deed(self, who: str) -> Any:
        """A request as somebody makes it: a function of an API, the same each time."""
        self.deeds += 1
        key = f"{who}-{self.deeds}"
        kind = self.draw.choice(
            ("verdict",) * 4 + ("edit",) * 3 + ("wrong", "own", "bulk", "undo", "publish")
        )
        made = await getattr(self, f"_{kind}")()
        if made is None:
            return None
        name, before, body = made
        sent = asked(body, by=who, key=key)
        return lambda api: getattr(api, name)(self.run, *before, sent)

    async def _some(self) -> list[dict[str, Any]]:
        """Some rows as somebody sees them, perhaps a while ago."""
        every = [entry for entry in await rows(self.pipeline, self.run) if entry["hash"]]
        return self.draw.sample(every, self.draw.randint(1, 4))

    async def _verdict(self) -> Any:
        verdict = self.draw.choice(("approve", "reject", "revert"))
        return "decide", (), {"decisions": [on(entry, verdict) for entry in await self._some()]}

    async def _edit(self) -> Any:
        entry = (await self._some())[0]
        seen = await row(self.pipeline, self.run, entry["index"])
        other = await row(self.pipeline, self.run, (await self._some())[0]["index"])
        if self.draw.random() < 0.25:  # what repeats another row
            change = {"task": other["record"]["task_nl"], "plan": other["record"]["plan"]}
        else:
            change = {"task": f"{seen['record']['task_nl']} {self.draw.choice(('Please', 'Thanks'))}"}
        return "decide", (), {"decisions": [on(seen, "edit", **change)]}

    async def _wrong(self) -> Any:
        entry = (await self._some())[0]
        seen = await row(self.pipeline, self.run, entry["index"])
        return "decide", (), {"decisions": [on(seen, "edit", plan=with_api(seen["record"], "nothing"))]}

    async def _own(self) -> Any:
        record = (await row(self.pipeline, self.run, (await self._some())[0]["index"]))["record"]
        words = self.draw.choice(("For my aunt in the country", "As every Friday at noon", "Before the fair"))
        return "add_examples", (), {"examples": [own_example(record, f"{words}, {self.deeds}:")]}

    async def _bulk(self) -> Any:
        wanted: dict[str, Any] = {"filter": {"difficulty": self.draw.choice(("XS", "S", "M"))}}
        if self.draw.random() < 0.5:
            wanted |= {"verdict": "reject", "reason": "too easy"}
        else:
            word = self.draw.choice(("amber", "cedar", "delta"))
            find, replace = f"{word} {self.draw.randrange(9)}", f"birch {self.draw.randrange(9)}"
            wanted |= {"fix": {"kind": "value", "find": find, "replace": replace}}
        seen = read(await self.pipeline.app.api.bulk(self.run, asked(wanted)))
        return "bulk", (), {**wanted, "token": seen["token"]}

    async def _undo(self) -> Any:
        acts = read(await self.pipeline.app.api.decisions(self.run, {}))["decisions"]
        return ("undo", (self.draw.choice(acts)["id"],), {}) if acts else None

    async def _publish(self) -> Any:
        return "publish_revision", (), {"note": f"after {self.deeds}"}

    async def do(self, request: Any) -> Answer:
        """Do it; where the process dies the same request is sent again to the next one."""
        fuse = self.pipeline.fuse
        fuse.left = self.draw.randrange(6) if self.draw.random() < 0.5 else None
        fuse.after = self.draw.random() < 0.5
        while True:
            try:
                answer = await self.ask(self.pipeline.app, request)
                fuse.left = None
                return answer
            except Crash:
                self.pipeline.crashes += 1
                self.pipeline.app = self.pipeline.new_process()

    async def run_through(self) -> None:
        """The whole session."""
        for _ in range(_DEEDS):
            requests = [await self.deed(who) for who in _PEOPLE]
            wanted = [request for request in requests if request is not None]
            if self.draw.random() < 0.4:
                other = self.pipeline.new_process()
                apps = (self.pipeline.app, other)
                answers = list(
                    await asyncio.gather(*(self.ask(app, r) for app, r in zip(apps, wanted, strict=False)))
                )
            else:
                answers = [await self.do(request) for request in wanted]
            for answer in answers:
                self._note(answer)
            if self.draw.random() < 0.5:
                await self._deliver()
        await self.do(lambda api: api.publish_revision(self.run, asked({}, key="last")))
        await self._deliver()
        await self.pipeline.reconcile()
        await self.pipeline.drain()

    def _note(self, answer: Answer) -> None:
        assert answer.status < 500, answer.body
        body = read(answer)
        if answer.status in (200, 201):
            self.stored[body["id"]] = body["kind"]

    async def _deliver(self) -> None:
        """The queues run empty; a process that dies there leaves its message, which comes again."""
        fuse = self.pipeline.fuse
        fuse.left = self.draw.randrange(14) if self.draw.random() < 0.7 else None
        fuse.after = self.draw.random() < 0.5
        if self.draw.random() < 0.2:
            self.pipeline.queue.take(names.PUBLISH)  # lost: reconcile finds it
        await self.pipeline.drain()
        fuse.left = None


async def _assert_log(session: Session) -> list[dict[str, Any]]:
    """Every decision that was answered is in the log, each once; nothing else is. Lines are as the contract says."""
    data = await session.pipeline.app.deps.log.read(paths.reviews(session.run))
    acts = [orjson.loads(line) for line in data.splitlines()]
    contract = Draft202012Validator(schema("review"))
    assert [error.message for act in acts for error in contract.iter_errors(act)] == []
    counted = Counter(act["id"] for act in acts)
    assert counted == Counter(dict.fromkeys(session.stored, 1))
    return acts


def _revisions(storage: MemoryStorage, run: str) -> list[int]:
    infos = [path for container, path in storage._blobs if container == names.RUNS]
    prefix = paths.revisions_folder(run)
    found = [path.removeprefix(prefix) for path in infos if path.startswith(prefix)]
    return sorted(int(name[:-5]) for name in found if name[:-5].isdecimal() and name.endswith(".json"))


def _assert_revision(
    files: dict[str, bytes], number: int, validator: PlanValidator, acts: list[dict[str, Any]]
) -> dict[str, Any]:
    """One revision is whole: its files, its rows, its decisions."""
    folder = f"revisions/{number}/"
    manifest: dict[str, Any] = orjson.loads(files[f"{folder}manifest.json"])
    for file in manifest["files"]:
        assert sha256(files[folder + file["path"]]).hexdigest() == file["sha256"]
    records = [orjson.loads(line) for line in files[f"{folder}dataset.jsonl"].splitlines()]
    rejected = [orjson.loads(line) for line in files[f"{folder}rejected.jsonl"].splitlines()]
    counts = manifest["counts"]
    assert (len(records), len(rejected)) == (counts["accepted"], counts["rejected"])
    assert counts["planned"] == counts["accepted"] + counts["rejected"]
    for record in records:
        assert validator.errors(record) == []
    assert len({record["task_id"] for record in records}) == len(records)
    told = [act["id"] for act in manifest["revision"]["decisions"]]
    assert told == [act["id"] for act in acts[: len(told)]]
    parent = manifest["revision"]["parent"]
    above = f"revisions/{parent['revision']}/" if parent["revision"] else ""
    assert parent["manifest_sha256"] == sha256(files[f"{above}manifest.json"]).hexdigest()
    assert manifest["split"]["decontamination"]["pairs_above_threshold"] == 0
    return manifest


async def _assert_rows(session: Session, number: int, manifest: dict[str, Any]) -> None:
    """The revision's list has each row once, and rows whose content the parent has stay on their side."""
    listed = await rows(session.pipeline, session.run, revision=str(number))
    assert len({entry["index"] for entry in listed}) == len(listed) == manifest["counts"]["planned"]
    above = await rows(
        session.pipeline, session.run, revision=str(manifest["revision"]["parent"]["revision"])
    )
    before = {entry["index"]: entry for entry in above if entry["split"]}
    for entry in listed:
        known = before.get(entry["index"])
        if known is not None and known["hash"] == entry["hash"] and entry["status"] == "accepted":
            assert entry["split"] == known["split"]
    sides = Counter(entry["split"] for entry in listed if entry["status"] == "accepted")
    assert dict(sides) == {
        name: manifest["split"][name]
        for name in ("train", "validation", "test", "left_out")
        if manifest["split"][name]
    }


@pytest.mark.parametrize("part", range(8))
def test_a_review_session_keeps_every_promise(part: int) -> None:
    storage, run, catalog = _made()
    validator = PlanValidator(catalog)

    async def session_of(seed: int) -> None:
        session = Session(seed, storage, run)
        await session.run_through()
        acts = await _assert_log(session)
        files = session.pipeline.published(run)
        assert {p: data for p, data in files.items() if not p.startswith("revisions/")} == session.first
        numbers = _revisions(session.pipeline.storage, run)
        assert numbers == list(range(1, len(numbers) + 1)) and (numbers or not acts)
        for number in numbers:
            manifest = _assert_revision(files, number, validator, acts)
            await _assert_rows(session, number, manifest)
        records = {r["index"]: r for r in await rows(session.pipeline, run) if r["hash"]}
        for index in list(records)[:8]:
            seen = await row(session.pipeline, run, index)
            assert content_hash(seen["record"]) == records[index]["hash"] == seen["hash"]

    for seed in range(part, SESSIONS, 8):
        asyncio.run(session_of(seed))
