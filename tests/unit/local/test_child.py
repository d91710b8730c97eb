import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from local.checkout import ROOT
from local.child import Child


def _child(code: str, log: Path) -> Child:
    child = Child("child", [sys.executable, "-u", "-c", textwrap.dedent(code)], dict(os.environ), log)
    child.start()
    return child


def _until(condition, what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_end_of_its_output_is_kept_for_messages(tmp_path: Path):
    child = _child("for i in range(100): print('line', i)\nraise SystemExit(3)", tmp_path / "log")
    _until(lambda: child.ended() is not None, "ended")
    assert child.ended() == 3
    assert child.tail(2) == "    line 98\n    line 99"


def test_a_child_that_does_not_want_to_end_is_killed(tmp_path: Path):
    child = _child(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\ntime.sleep(60)",
        tmp_path / "log",
    )
    _until(lambda: "deaf" in child.tail(), "started")
    child.stop(0.2)
    assert child.ended() == -signal.SIGKILL


def test_what_a_child_has_started_ends_with_it(tmp_path: Path):
    child = _child(
        """
        import subprocess, sys, time
        print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)
        time.sleep(60)
        """,
        tmp_path / "log",
    )
    _until(lambda: child.tail().strip().isdigit(), "started")
    grandchild = int(child.tail())
    child.stop(5)
    _until(lambda: not _alive(grandchild), "the grandchild ended")


def test_a_child_that_ended_can_be_started_again(tmp_path: Path):
    child = _child("print('here')", tmp_path / "log")
    _until(lambda: child.ended() == 0, "ended")
    child.start()
    _until(lambda: child.ended() == 0, "ended again")
    assert child.tail() == "    here\n    here"


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel tells children of a parent's death on Linux"
)
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path):
    code = f"""
    import os, sys, time
    from pathlib import Path
    from local.child import Child
    command = [sys.executable, '-c', 'import time; time.sleep(60)']
    child = Child('c', command, dict(os.environ), Path({str(tmp_path / "log")!r}))
    child.start()
    print(child.pid, flush=True)
    time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    _until(lambda: not _alive(pid), "the child ended")
