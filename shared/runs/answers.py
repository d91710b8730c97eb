"""Whether a run ever got an answer, by what is stored of it."""

from __future__ import annotations

from shared import names, stored
from shared.dataset.outcome import Outcome
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths

_LOGS_READ = 8
_UNANSWERED = frozenset({"timed_out", "earlier", "interrupted"})


async def ever_answered(run: str, store: BlobStore, log: RecordLog) -> bool:
    """Whether an attempt of the run was answered; asked only when a run is about to fail."""
    async for _ in store.list(names.RUNS, paths.begun_folder(run)):
        return True
    read = 0
    async for info in store.list(names.RUNS, paths.logs(run)):
        if info.size == 0:
            continue
        if any(map(_is_answered, stored.read_lines(Outcome, await log.read(info.path)))):
            return True
        read += 1
        if read == _LOGS_READ:
            break
    return False


def _is_answered(outcome: Outcome) -> bool:
    return any(a.result not in _UNANSWERED and a.tokens.prompt for a in outcome.attempts)
