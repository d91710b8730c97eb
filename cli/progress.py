"""Follows a run to the end that was asked for, and shows the way: live on a terminal, in plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TextIO

from cli.api_error import ApiError
from cli.client import Client
from cli.errors import CommandError
from cli.run_view import Ending, Pace, ending, figures, line
from shared.report.figures import spoken
from shared.times import duration

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
    """Bars that move in place, and below them the same words as in plain lines."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bars = Progress(TextColumn("{task.description:>11}"), BarColumn(), MofNCompleteColumn())
        self._records = self._bars.add_task("starting", total=None)
        self._job = self._bars.add_task("fine-tune", total=None, visible=False)
        self._live = Live(self._bars, console=Console(file=stream))

    def __enter__(self) -> LiveDisplay:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, run: dict[str, Any], per_s: float) -> None:
        from rich.console import Group
        from rich.text import Text

        counts, job = run.get("counts") or {}, run.get("finetune") or {}
        self._bars.update(
            self._records,
            description=spoken(str(run.get("status") or "starting")),
            total=counts.get("total") or None,
            completed=counts.get("done") or 0,
        )
        self._bars.update(
            self._job,
            visible=bool(job),
            total=job.get("total_steps") or None,
            completed=job.get("step") or 0,
        )
        self._live.update(Group(self._bars, Text(" · ".join(figures(run, per_s)))))


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

    Waits for the fine-tune job too if `finetune`; None leaves that to the run itself. An installation that does not
    answer is asked again for a minute, since hosts restart. Waiting is given up after `timeout_s`; the run goes on.

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
