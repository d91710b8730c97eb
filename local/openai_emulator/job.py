"""One fine-tuning job: its document, events, checkpoints and results, as they are kept on disk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from local.openai_emulator.files import page
from local.openai_emulator.job_request import JobRequest
from local.openai_emulator.models import KEPT_CHECKPOINTS, base_of
from local.openai_emulator.storage import Disk

TERMINAL = frozenset({"succeeded", "failed", "cancelled"})
_COLUMNS = (
    ("step", "step"),
    ("train_loss", "train_loss"),
    ("train_mean_token_accuracy", "train_mean_token_accuracy"),
    ("valid_loss", "valid_loss"),
    # The results file and the checkpoints of the service spell this one differently.
    ("validation_mean_token_accuracy", "valid_mean_token_accuracy"),
    ("full_valid_loss", "full_valid_loss"),
    ("full_valid_mean_token_accuracy", "full_valid_mean_token_accuracy"),
)


def new_document(request: JobRequest) -> dict[str, Any]:
    """The job's document as the service shows it right after creation."""
    return {
        "id": f"ftjob-{secrets.token_hex(16)}",
        "object": "fine_tuning.job",
        "model": request.model,
        "created_at": int(time.time()),
        "status": "pending",
        "training_file": request.training_file,
        "validation_file": request.validation_file,
        "hyperparameters": dict(request.hyperparameters),
        "method": {
            "type": request.method,
            request.method: {"hyperparameters": dict(request.hyperparameters)},
        },
        "seed": request.seed,
        "suffix": request.suffix,
        "trainingType": request.training_type,
        "estimated_finish": int(time.time()) + 60,
        "fine_tuned_model": None,
        "finished_at": None,
        "result_files": None,
        "trained_tokens": None,
        "error": None,
        **({"metadata": request.metadata} if request.metadata else {}),
    }


class Job:
    """A job and its folder."""

    def __init__(self, disk: Disk, document: dict[str, Any]) -> None:
        self._disk = disk
        self.document = document
        self.folder: Path = disk.folder("jobs", document["id"])
        self.events: list[dict[str, Any]] = []
        self.checkpoints: list[dict[str, Any]] = []
        self.rows: list[dict[str, Any]] = []
        self.when_over: Callable[[str, str], None] = lambda job_id, status: None

    @classmethod
    def load(cls, disk: Disk, folder: Path) -> Job:
        """The job in a folder. OSError or ValueError if it cannot be read."""
        job = cls(disk, orjson.loads((folder / "job.json").read_bytes()))
        events = folder / "events.jsonl"
        if events.exists():
            job.events = [
                orjson.loads(line) for line in events.read_bytes().splitlines() if line.endswith(b"}")
            ]
        checkpoints = folder / "checkpoints.json"
        if checkpoints.exists():
            job.checkpoints = orjson.loads(checkpoints.read_bytes())
        return job

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in TERMINAL

    def save(self) -> None:
        """Keep the document and the checkpoints."""
        self._disk.save(self.folder / "job.json", self.document)
        self._disk.save(self.folder / "checkpoints.json", self.checkpoints)

    def set_status(self, status: str) -> None:
        """Change the state; terminal ones set `finished_at`."""
        self.document["status"] = status
        if status in TERMINAL:
            self.document["finished_at"] = int(time.time())
        self.save()
        if status in TERMINAL:
            self.when_over(self.id, status)

    def tell(self, message: str, *, level: str = "info", data: dict[str, Any] | None = None) -> None:
        event = {
            "id": f"ftevent-{len(self.events):06d}-{secrets.token_hex(8)}",
            "object": "fine_tuning.job.event",
            "created_at": int(time.time()),
            "level": level,
            "message": message,
            "type": "metrics" if data else "message",
            "data": data,
        }
        self.events.append(event)
        with (self.folder / "events.jsonl").open("ab") as target:
            target.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))

    def fail(self, code: str, message: str, param: str | None = None) -> None:
        """End the job with an error."""
        self.document["error"] = {"code": code, "message": message, "param": param}
        self.tell(f"Job failed: {message}", level="error")
        self.set_status("failed")

    def events_page(self, after: str, limit: int) -> dict[str, Any]:
        """A page of events, newest first."""
        return page(self.events[::-1], after, limit)

    def checkpoints_page(self, after: str, limit: int) -> dict[str, Any]:
        """A page of checkpoints, newest first."""
        return page(self.checkpoints[::-1], after, limit)

    def model_name(self) -> str:
        """The fine-tuned model's name: `{base}.ft-{job}[-{suffix}]`."""
        base = base_of(str(self.document["model"]))
        suffix = f"-{self.document['suffix']}" if self.document["suffix"] else ""
        return f"{base}.ft-{self.id.removeprefix('ftjob-')}{suffix}"

    def add_checkpoint(self, found: dict[str, Any]) -> None:
        """Note a checkpoint; only the newest stay."""
        step = found["metrics"]["step"]
        self.checkpoints.append(
            {
                "id": f"ftchkpt-{secrets.token_hex(16)}",
                "object": "fine_tuning.job.checkpoint",
                "created_at": int(time.time()),
                "fine_tuned_model_checkpoint": f"{self.model_name()}:ckpt-step-{step}",
                "step_number": step,
                "fine_tuning_job_id": self.id,
                "metrics": found["metrics"],
            }
        )
        del self.checkpoints[:-KEPT_CHECKPOINTS]
        self.save()

    def results_csv(self) -> bytes:
        """Metrics of every step so far as the service's results file; -1 where missing."""
        lines = [",".join(column for column, _ in _COLUMNS)]
        lines.extend(",".join(_number(row[key]) for _, key in _COLUMNS) for row in self.rows)
        return ("\n".join(lines) + "\n").encode()


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"
