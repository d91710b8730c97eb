"""Fine-tunes whose hosts die: at a named side effect, or at random moments; and what became of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared import names
from testing.chaos.crashing_host import EFFECTS
from testing.chaos.stack import Chaos

SAMPLES = 40
LASTS_S = 20.0
"""About how long a fine-tune takes here; deaths are drawn from a little more."""
_WITHIN_S = 240.0
_EVALUATE = {"enabled": True, "arms": ["student"]}
_OPTIONS = {
    "n_epochs": 1,
    "deploy": {"enabled": True, "remove_after_evaluation": True},
    "evaluate": _EVALUATE,
}

POINTS = (
    ("receive fine-tune", 1),
    ("write _finetunes", 1),
    ("write finetune/job.json", 1),
    ("consume fine-tune", 1),
    *(("change finetune/job.json", times) for times in range(1, 15)),
    ("call upload_file", 1),
    ("call upload_file", 2),
    ("call create_job", 1),
    ("write finetune/metrics.csv", 1),
    ("call delete_file", 1),
    ("call delete_file", 3),
    ("write report.html", 1),
    ("send run-events plansmith.finetune.succeeded", 1),
    ("call put_deployment", 1),
    ("create evaluation/student/log/000000.jsonl", 1),
    ("send evaluate", 1),
    ("append evaluation/student/log/000000.jsonl", 1),
    ("consume evaluate", 1),
    ("write evaluation.json", 1),
    ("write evaluation/tasks.jsonl", 1),
    ("call delete_deployment", 1),
    ("send run-events plansmith.evaluation.completed", 1),
    ("delete _finetunes", 1),
)
"""Side effects of a fine-tune in their order, and at which of its kind the host dies, right after it."""


@dataclass(frozen=True)
class TuningRound:
    """One fine-tune among dying hosts.

    Attributes:
        what: the side effects, or `random`.
        reached: whether the hosts died as ordered.
        kills: hosts that died.
        wrong: what does not hold of the result.
    """

    what: str
    reached: bool
    kills: int
    wrong: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        return self.reached and not self.wrong


class Tuned:
    """A published run that is fine-tuned again and again, and how often it was."""

    def __init__(self, chaos: Chaos) -> None:
        chaos.calm()
        chaos.switch(file_processing_s=0.2, job_queue_s=0.2, job_step_s=0.0, deployment_s=0.3)
        self.chaos = chaos
        self.run = chaos.run(SAMPLES, judge_sample=0).run
        self._jobs = 0

    def at_points(self, *points: tuple[str, int]) -> TuningRound:
        """A fine-tune in which a host dies right after each of `points`, in their order."""
        waiting, keys = list(points), []

        def order() -> None:
            keys.append(self.chaos.crash_at(*waiting.pop(0)))

        def meddle() -> None:
            while waiting:
                gone = self.chaos.folder / f"crashed-{keys[-1]}"
                self.chaos.wait(gone.exists, f"death number {len(keys)}", _WITHIN_S)
                order()

        what = ", ".join(f"{point} × {times}" for point, times in points)
        order()
        return self._round(what, meddle, lambda: self.chaos.crashed(keys[-1]))

    def at_random(self, seed: int) -> TuningRound:
        """A fine-tune in which hosts die one to three times, each at any moment of it."""
        chance = random.Random(seed)
        deaths = sorted(chance.uniform(0, 1.2 * LASTS_S) for _ in range(chance.randint(1, 3)))

        def meddle() -> None:
            began = time.monotonic()
            for after_s in deaths:
                time.sleep(max(0.0, began + after_s - time.monotonic()))
                self.chaos.kill(chance.randrange(len(self.chaos.hosts)))

        return self._round(f"random {seed}", meddle, lambda: True)

    def _round(self, what: str, meddle: Callable[[], None], reached: Callable[[], bool]) -> TuningRound:
        chaos, began, kills = self.chaos, time.monotonic(), self.chaos.kills
        jobs, files = chaos.jobs(), chaos.tuning_files()
        (chaos.folder / EFFECTS).write_text("")
        chaos.take_events()
        chaos.send(names.FINE_TUNE, {"run_id": self.run, "options": _OPTIONS, "again": self._jobs})
        self._jobs += 1
        meddle()
        job = chaos.wait(self._ended, f"the end of a fine-tune ({what})", _WITHIN_S)
        chaos.wait_idle()
        wrong = [*_wrong_job(job), *self._wrong_effects(job, jobs.keys(), files), *self._wrong_results()]
        wrong += [f"poison: {note}" for note in chaos.notes()]
        return TuningRound(what, reached(), chaos.kills - kills, wrong, time.monotonic() - began)

    def _ended(self) -> dict[str, Any] | None:
        """The newest job once nothing is open; it is told from those before it by its suffix."""
        data = self.chaos.blob(names.RUNS, f"{self.run}/finetune/job.json")
        job: dict[str, Any] = orjson.loads(data) if data else {}
        is_newest = str(job.get("suffix", "")).endswith(f"-{self._jobs}") or self._jobs == 1
        is_open = self.chaos.blob(names.RUNS, f"_finetunes/{self.run}") is not None
        return job if job and is_newest and not is_open and job["state"] in _OVER else None

    def _wrong_effects(self, job: dict[str, Any], before: Any, files: int) -> list[str]:
        chaos, wrong = self.chaos, []
        made = {name: status for name, status in chaos.jobs().items() if name not in before}
        if made != {job["job_id"]: "succeeded"}:
            wrong.append(f"jobs at the service: {made}, ours is {job['job_id']}")
        if chaos.tuning_files() != files:
            wrong.append(f"{chaos.tuning_files() - files} files are left at the service")
        lines = [line.split("\t") for line in (chaos.folder / EFFECTS).read_text().splitlines()]
        uploads = Counter(what for method, what in lines if method == "upload_file")
        if sorted(uploads.values()) != [1, 1]:
            wrong.append(f"uploads: {dict(uploads)}")
        created = [what for method, what in lines if method == "create_job"]
        if created != [job["suffix"]]:
            wrong.append(f"jobs created: {created}")
        deployed = {what for method, what in lines if method == "put_deployment"}
        if deployed != {job["deployment"]["name"]} or deployed & set(chaos.deployments()):
            wrong.append(f"deployments made: {deployed}, left: {chaos.deployments()}")
        return wrong

    def _wrong_results(self) -> list[str]:
        chaos = self.chaos
        files = {name: chaos.blob(names.DATASETS, f"{self.run}/{name}") for name in _RESULTS}
        wrong = [f"there is no {name}" for name, data in files.items() if not data]
        if not wrong:
            found, tasks = (
                orjson.loads(files["evaluation.json"]),
                files["evaluation/tasks.jsonl"].splitlines(),
            )
            counts = found["arms"][0]["counts"]
            if (counts["answered"], counts["failed"]) != (len(tasks), 0) or found["tasks"] != len(tasks):
                wrong.append(f"{counts} of {found['tasks']} tasks, {len(tasks)} lines")
        told = {event["type"].removeprefix("plansmith.") for event in chaos.take_events()}
        if told != {"finetune.succeeded", "evaluation.completed"}:
            wrong.append(f"told: {sorted(told)}")
        return wrong


_OVER = ("complete", "failed", "cancelled")
_RESULTS: Sequence[str] = (
    "report.html",
    "evaluation.json",
    "evaluation/tasks.jsonl",
    "finetune/job.json",
    "finetune/events.jsonl",
    "finetune/metrics.csv",
    "finetune/checkpoints.json",
)


def _wrong_job(job: dict[str, Any]) -> list[str]:
    """What the job itself says of faults; that a model retires some day is none."""
    warnings = [warning for warning in job["warnings"] if warning["code"] != "model_retires"]
    if (job["state"], job["error"], warnings) == ("complete", None, []):
        return []
    return [f"the job is {job['state']}: {job['error']} {warnings}"]
