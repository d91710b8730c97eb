"""Follows a run to the end that was asked for, and shows the way: live on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from cli.api_error import ApiError
from cli.client import Client
from cli.errors import CommandError
from cli.run_view import Ending, Pace, ending, job_line, line, total_tokens
from cli.wording import short
from shared.report.figures import dollars, spoken
from shared.times import duration

if TYPE_CHECKING:
    from rich.progress import Progress

_POLL_S = 0.5
_PATIENCE_S = 60.0
_PLAIN_EVERY_S = 5.0


class Display(Protocol):
    """Shows a run while it goes on."""

    def show(self, run: dict[str, Any], per_s: float) -> None:
        """The run as it is now and its speed in records a second."""


class PlainDisplay:
    """Lines for logs and pipes: one when the stage changes, else one every few seconds if something moved."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._stage: object = None
        self._last = ""
        self._at = 0.0

    def show(self, run: dict[str, Any], per_s: float) -> None:
        """Write a line if there is something new to say."""
        now, text = self._clock(), line(run, per_s)
        if run.get("status") == self._stage and (now - self._at < _PLAIN_EVERY_S or text == self._last):
            return
        self._stage, self._last, self._at = run.get("status"), text, now
        self._write(text)


class LiveDisplay:
    """Bars that move in place."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._progress: Progress = Progress(
            TextColumn("{task.description:>11}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[numbers]}"),
            console=Console(file=stream),
        )
        self._records = self._progress.add_task("starting", total=None, numbers="")
        self._job = self._progress.add_task("fine-tune", total=None, numbers="", visible=False)

    def __enter__(self) -> LiveDisplay:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, run: dict[str, Any], per_s: float) -> None:
        counts = run.get("counts") or {}
        total, done = int(counts.get("total") or 0), int(counts.get("done") or 0)
        status = spoken(str(run.get("status") or "starting"))
        self._progress.update(
            self._records,
            description=status,
            total=total or None,
            completed=done,
            numbers=_numbers(run, per_s),
        )
        job = run.get("finetune") or {}
        if text := job_line(run):
            self._progress.update(
                self._job,
                visible=True,
                total=job.get("total_steps") or None,
                completed=job.get("step") or 0,
                numbers=text.removeprefix("fine-tune "),
            )


def watch(
    client: Client, run: str, *, as_json: bool, finetune: bool | None = None, timeout_s: float | None = None
) -> tuple[dict[str, Any], Ending]:
    """`follow` with the display that suits the terminal; what is shown leaves standard output to JSON.

    The state is read once more at the end: what came in while the end was being seen belongs to it.
    """
    with display(sys.stderr if as_json else sys.stdout) as shown:
        _, end = follow(client, run, shown, finetune=finetune, timeout_s=timeout_s)
    return client.run(run), end


def failed(run: str, end: Ending) -> CommandError:
    """The failure of a command that waited for a run which ended badly."""
    return CommandError(f"{run}: {end.failure}", code="run_failed")


@contextmanager
def display(out: TextIO) -> Iterator[Display]:
    """The display that suits `out`: bars on a terminal, lines elsewhere."""
    if not out.isatty():
        yield PlainDisplay(lambda text: print(text, file=out, flush=True))
        return
    with LiveDisplay(out) as bars:
        yield bars


def follow(
    client: Client,
    run: str,
    shown: Display,
    *,
    finetune: bool | None = None,
    timeout_s: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[dict[str, Any], Ending]:
    """Watch `run` until it ends; returns its last state and how it ended.

    An installation that does not answer is asked again for a minute, since hosts restart.

    Args:
        client: the installation.
        run: the run's id.
        shown: where the run is shown.
        finetune: wait for the fine-tune job too; None where the run itself says whether there is one.
        timeout_s: give up waiting after so long; the run itself goes on.
        clock: seconds that only go forward.
        sleep: waits so many seconds.

    Raises:
        ApiError: the run is unknown, or nothing answers for a minute.
        CommandError: the time is over.
    """
    pace, started, heard = Pace(), clock(), clock()
    while True:
        try:
            state = client.run(run)
        except ApiError as error:
            if not error.is_passing or clock() - heard > _PATIENCE_S:
                raise
        else:
            heard = clock()
            pace.see(heard, int((state.get("counts") or {}).get("done") or 0))
            shown.show(state, pace.per_s)
            asked = state.get("status") != "published" if finetune is None else finetune
            if (end := ending(state, finetune=asked)) is not None:
                return state, end
        if timeout_s is not None and clock() - started > timeout_s:
            raise CommandError(
                f"{run} is not done after {duration(timeout_s)}; it goes on, see `plansmith status {run}`",
                code="timeout",
            )
        sleep(_POLL_S)


def _numbers(run: dict[str, Any], per_s: float) -> str:
    counts = run.get("counts") or {}
    total, done = int(counts.get("total") or 0), int(counts.get("done") or 0)
    parts = [
        f"{done}/{total}",
        f"[green]{counts.get('accepted') or 0} ok[/]",
        f"[red]{counts.get('rejected') or 0} rejected[/]",
        f"{short(total_tokens(run))} tokens",
    ]
    if cost := run.get("cost_usd"):
        parts.append(dollars(float(cost)))
    if per_s > 0 and done < total:
        parts += [f"{per_s:.1f}/s", f"{duration((total - done) / per_s)} left"]
    return "  ".join(parts)
