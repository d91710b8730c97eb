"""How long a new instance of the deployed package takes until its functions are indexed.

    python -m benchmarks.cold_start [--rounds 9]

The package is built, unpacked and given an environment with only its requirements.txt. A fresh interpreter then imports
`function_app.py` and indexes it through the worker library, which is what the worker does before it takes any event
(the platform allows 30 s). `baseline` is the same with an app of one trivial function: what no app can save.
`telemetry` sets OpenTelemetry up first, as the worker does in Azure. Wall time of the whole process, processor time and
peak memory; medians. Bytecode is compiled, as after a remote build; `first` has none for the app's own modules.
Exit status 1 if the app takes 1.2 s or more.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from testing.harness import median, report, table, verdict
from testing.package import Package, unpack

LIMIT_S = 1.2
_INDEX = """
from azure_functions_runtime.loader import index_function_app
functions = len(index_function_app("function_app.py"))
"""
_TELEMETRY = """
from azure_functions_runtime.otel import initialize_azure_monitor
initialize_azure_monitor()
"""
_TRIVIAL = """
import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger(arg_name="msg", queue_name="work", connection="AzureWebJobsStorage")
async def work(msg: func.QueueMessage) -> None:
    pass
"""
_SETTINGS = {
    "CATALOG_TRIGGER": "queue",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000000;"
    "IngestionEndpoint=http://127.0.0.1:9/",
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
}
# Ends without the exporters' last try to send, which is no part of a start.
_END = """
import os, re
print(functions, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], flush=True)
os._exit(0)
"""


@dataclass(frozen=True)
class Start:
    """One start: functions found, seconds on the clock and of the processor, peak memory in MiB."""

    functions: int
    wall_s: float
    cpu_s: float
    memory_mib: float


def start(python: Path, folder: Path, code: str, *, bytecode: bool = True) -> Start:
    """Run `code` in a fresh interpreter in `folder`."""
    if not bytecode:
        for cache in folder.rglob("__pycache__"):
            shutil.rmtree(cache)
    environment = _SETTINGS if bytecode else {**_SETTINGS, "PYTHONDONTWRITEBYTECODE": "1"}
    before = time.perf_counter()
    process = subprocess.Popen(
        [python, "-c", code + _END],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - before
    process.returncode = status
    if status:
        raise SystemExit(f"the start failed with status {status}")
    functions, peak_kib = map(int, said.split())
    return Start(functions, wall_s, _cpu_s(used), peak_kib / 1024)


def _cpu_s(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def middle(starts: list[Start]) -> Start:
    """The median of each figure."""
    return Start(
        starts[0].functions,
        median([each.wall_s for each in starts]),
        median([each.cpu_s for each in starts]),
        median([each.memory_mib for each in starts]),
    )


def measure(package: Package, trivial: Path, rounds: int) -> dict[str, Start]:
    """Every case, round by round, so that a busy moment meets all of them."""
    subprocess.run([package.python, "-m", "compileall", "-q", str(package.python.parents[1])], check=False)
    cases = {
        "baseline: one trivial function": (trivial, _INDEX, True),
        "the app": (package.app, _INDEX, True),
        "the app, first (no bytecode of its own)": (package.app, _INDEX, False),
        "the app with telemetry": (package.app, _TELEMETRY + _INDEX, True),
    }
    starts: dict[str, list[Start]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (folder, code, bytecode) in cases.items():
            if bytecode:
                start(package.python, folder, code)
            starts[name].append(start(package.python, folder, code, bytecode=bytecode))
    return {name: middle(found) for name, found in starts.items()}


def main() -> int:
    """Measure, write the section, and say whether the bound holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="plansmith-cold-") as name:
        folder = Path(name)
        trivial = folder / "trivial"
        trivial.mkdir()
        (trivial / "function_app.py").write_text(_TRIVIAL)
        package = unpack(folder)
        found = measure(package, trivial, rounds)
    base = found["baseline: one trivial function"].wall_s
    rows = [
        (
            name,
            each.functions,
            f"{each.wall_s:.2f} s",
            f"{each.wall_s / base:.2f} ×",
            f"{each.cpu_s:.2f} s",
            f"{each.memory_mib:.0f} MiB",
        )
        for name, each in found.items()
    ]
    holds = found["the app"].wall_s < LIMIT_S
    text = table(
        (
            "start of a fresh interpreter to the last function",
            "functions",
            "wall",
            "to baseline",
            "processor",
            "peak memory",
        ),
        rows,
    )
    text += f"\n\nMedian of {rounds}. Bound: the app in under {LIMIT_S} s: {verdict(holds)}."
    report("Cold start of the deployed package", "python -m benchmarks.cold_start", text)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
