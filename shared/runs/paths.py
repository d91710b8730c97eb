"""Where everything about a run is stored: every blob path, below the container that its line names."""

from __future__ import annotations

import re

from shared import names

STARTED = "_runs/"
OPEN = "_open/"
CHANGED = "_changed/"
FINETUNES = "_finetunes/"
DELETED = "_deleted/"
REVISIONS = "_revisions/"
REVISION_FILES = "revisions/"
"""Where revisions are, below a run's dataset."""
POISON = "_poison/"
WEBHOOKS = "_webhooks/"
OUTBOX = "_outbox/"


# In `runs`, marks of runs.


def started_mark(run: str) -> str:
    """The run exists; the time of its first writing orders runs by their start."""
    return f"{STARTED}{run}"


def open_mark(run: str) -> str:
    """The run is not published yet, or has failed and nobody was told."""
    return f"{OPEN}{run}"


def changed_mark(run: str) -> str:
    """Something has happened to the run since it was listed last."""
    return f"{CHANGED}{run}"


def finetune_mark(run: str) -> str:
    """Something is still to be done about the run's fine-tune job."""
    return f"{FINETUNES}{run}"


def deleted_mark(run: str) -> str:
    """The run was deleted; nothing else is left of it, and its id is not used again."""
    return f"{DELETED}{run}"


def webhook_mark(digest: str) -> str:
    """A call of the fine-tuning service that was acted on."""
    return f"{WEBHOOKS}{digest}"


def revision_marks(run: str) -> str:
    """The folder of the run's revisions that are still to be written."""
    return f"{REVISIONS}{run}/"


def revision_mark(run: str, number: int) -> str:
    """A revision of the run is still to be written."""
    return f"{revision_marks(run)}{number}"


def outbox(run: str) -> str:
    """The folder of the run's events that were not sent yet."""
    return f"{OUTBOX}{run}/"


def unsent_event(run: str, name: str) -> str:
    """An event that was not sent yet."""
    return f"{outbox(run)}{name}.json"


def run_of_mark(path: str) -> str | None:
    """The run of a mark; None if the mark's name is not a run id."""
    run = path.split("/", 1)[-1]
    return run if names.is_run_id(run) else None


def refused(queue: str, digest: str) -> str:
    """A message that no step could act on."""
    return f"{POISON}{queue}/{digest}.json"


# In `runs`, documents of one run.


def working_folder(run: str) -> str:
    """The folder of the run's working state."""
    return f"{run}/"


def spec(run: str) -> str:
    """What the run was asked for."""
    return f"{run}/spec.json"


def catalog(run: str) -> str:
    """The catalog as it was read."""
    return f"{run}/catalog.json"


def shown_examples(run: str) -> str:
    """Rows that the teacher is shown as examples."""
    return f"{run}/examples.jsonl"


def plan(run: str) -> str:
    """How the run's indices are cut."""
    return f"{run}/plan.json"


def stop(run: str) -> str:
    """Why no more calls are made."""
    return f"{run}/stop.json"


def failure(run: str) -> str:
    """Why the run has failed."""
    return f"{run}/failure.json"


def paused(run: str) -> str:
    """Why the run is paused."""
    return f"{run}/paused.json"


def waiting(run: str) -> str:
    """What the run waits for."""
    return f"{run}/waiting.json"


def published(run: str) -> str:
    """When others were told that the dataset is there."""
    return f"{run}/published.json"


def event(run: str, name: str) -> str:
    """An event that others were told."""
    return f"{run}/events/{name}.json"


def way(run: str, deployment: str) -> str:
    """How a deployment wants to be asked."""
    return f"{run}/ways/{re.sub(r'[^A-Za-z0-9._-]', '-', deployment) or '-'}.json"


# In `runs`, logs.


def logs(run: str) -> str:
    """The folder of the segments' logs."""
    return f"{run}/log/"


def log(run: str, segment: int) -> str:
    """Append blob of a segment's outcomes."""
    return f"{logs(run)}{segment:06d}.jsonl"


def begun_folder(run: str) -> str:
    """The folder of what was paid for indices that came back to the queue."""
    return f"{run}/begun/"


def begun(run: str, index: int) -> str:
    """What an index that came back to the queue has paid so far."""
    return f"{begun_folder(run)}{index:08d}.json"


def segment(run: str, number: int) -> str:
    """A folded segment: one outcome an index, in index order."""
    return f"{run}/segments/{number:06d}.jsonl"


def rows(run: str) -> str:
    """What lists of rows say of each index, written when the run is published."""
    return f"{run}/rows.jsonl"


def reviews(run: str) -> str:
    """Append blob of what people decided about the rows."""
    return f"{run}/review/decisions.jsonl"


def kept_decisions(run: str, name: str) -> str:
    """The decisions of one act that are too many for a line."""
    return f"{run}/review/acts/{name}.json"


def revisions_folder(run: str) -> str:
    """The folder of the revisions' claims and row lists."""
    return f"{run}/revisions/"


def revision_claim(run: str, number: int) -> str:
    """What a revision is made of; written once, it claims the number."""
    return f"{revisions_folder(run)}{number}.json"


def revision_failure(run: str, number: int) -> str:
    """Why a revision could not be written; gone once it is asked for again."""
    return f"{revisions_folder(run)}{number}-failure.json"


def revision_rows(run: str, number: int) -> str:
    """What lists of rows say of each row of a revision."""
    return f"{revisions_folder(run)}{number}-rows.jsonl"


def progress(run: str) -> str:
    """Append blob with one line a folded segment."""
    return f"{run}/progress.jsonl"


# In `runs` and, copied, in `datasets`: the fine-tune and its evaluation.


def finetune_folder(run: str) -> str:
    """The folder of the run's fine-tune jobs."""
    return f"{run}/finetune/"


def finetune(run: str, name: str) -> str:
    """A file of the job: `events.jsonl`, `metrics.csv`, `checkpoints.json`."""
    return f"{finetune_folder(run)}{name}"


def job(run: str) -> str:
    """The fine-tune job."""
    return finetune(run, "job.json")


def evaluation_folder(run: str) -> str:
    """The folder of an evaluation's tasks, logs and report."""
    return f"{run}/evaluation/"


def evaluation_log(run: str, arm: str, segment: int, attempt: int = 1) -> str:
    """Append blob of an arm's outcomes in an evaluation of the job, the first or a later attempt."""
    log = "log" if attempt == 1 else f"log-{attempt}"
    return f"{evaluation_folder(run)}{arm}/{log}/{segment:06d}.jsonl"


def tasks(run: str) -> str:
    """The measured tasks."""
    return f"{evaluation_folder(run)}test-tasks.jsonl"


def answers(run: str) -> str:
    """Every task with what each arm made of it."""
    return f"{evaluation_folder(run)}tasks.jsonl"


def evaluation(run: str) -> str:
    """The evaluation's report."""
    return f"{run}/evaluation.json"


# In `datasets`.


def dataset(run: str, path: str = "") -> str:
    """A published file; the folder of all of them without a path."""
    return f"{run}/{path}"


def manifest(run: str, revision: int = 0) -> str:
    """The manifest: its presence means published; 0 is the first publication."""
    return dataset(run, f"{revision_folder(revision)}manifest.json")


def revision_folder(revision: int) -> str:
    """Where a revision's files are below `datasets/{run}/`; "" for the first publication."""
    return f"{REVISION_FILES}{revision}/" if revision else ""
