"""Guards what this project uses of azure_functions_runtime, whose native path is internal API."""

import asyncio
import inspect
import logging
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from azure_functions_runtime import native_invocation
from azure_functions_runtime.handle_event import _functions

from local.functions_host import worker
from local.functions_host.errors import HostError
from local.functions_host.worker import Datum, IndexedFunction

REPO = Path(__file__).resolve().parents[3]
APP = """
import logging
import typing
import azure.functions as func
from local.functions_host.worker import current_invocation

app = func.FunctionApp()

@app.queue_trigger(arg_name="msg", queue_name="work", connection="S")
@app.queue_output(arg_name="out", queue_name="done", connection="S")
async def work(msg: func.QueueMessage, out: func.Out[typing.List[str]], context: func.Context) -> None:
    if msg.get_body() == b"fail":
        raise ValueError("as asked")
    out.set([msg.id, context.function_name, str(context.retry_context.retry_count), current_invocation()])

@app.queue_trigger(arg_name="msg", queue_name="work", connection="S")
def on_a_thread(msg: func.QueueMessage) -> None:
    assert current_invocation() == "inv-2"

@app.timer_trigger(arg_name="timer", schedule="0 * * * * *")
@app.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:01")
def tick(timer: func.TimerRequest) -> None:
    assert timer.past_due and timer.schedule_status == {}
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "worker_guard_app.py").write_text(APP)
    yield {function.name: function for function in worker.index(folder, "worker_guard_app.py")}
    worker.stop()
    sys.path.remove(str(folder))
    sys.modules.pop("worker_guard_app", None)


async def run(
    function: IndexedFunction, value: Datum, invocation_id: str = "", retry_count: int = 0
) -> worker.Outcome:
    metadata = {"Id": Datum("m1", "string"), "DequeueCount": Datum("1", "json")}
    name = (
        function.bindings[0]["name"]
        if function.bindings[0]["direction"] == "IN"
        else function.bindings[1]["name"]
    )
    call = worker.invoke(
        function, [(name, value)], metadata, invocation_id=invocation_id, retry_count=retry_count
    )
    return await asyncio.create_task(call)


def test_the_installed_version_is_the_pinned_one():
    pins = (REPO / "requirements-dev.txt").read_text()
    assert f"azure-functions-runtime=={version('azure-functions-runtime')}" in pins


def test_the_native_entry_takes_what_the_host_passes():
    parameters = list(inspect.signature(native_invocation.invocation_request_native).parameters)
    assert parameters == [
        "invocation_id", "function_id", "inputs", "trigger_metadata", "trace_parent", "trace_state",
        "retry_count", "max_retry_count", "retry_exception",
    ]  # fmt: skip
    assert callable(_functions.add_indexed_function)


def test_raw_bindings_are_what_the_host_acts_on(functions: dict[str, IndexedFunction]):
    trigger = {
        "direction": "IN",
        "type": "queueTrigger",
        "name": "msg",
        "queueName": "work",
        "connection": "S",
    }
    output = {"direction": "OUT", "type": "queue", "name": "out", "queueName": "done", "connection": "S"}
    assert list(functions["work"].bindings) == [output, trigger]
    assert functions["tick"].retry["max_retry_count"] == "2"
    assert functions["work"].retry == {}


async def test_a_function_gets_its_trigger_and_context_and_gives_its_outputs(
    functions: dict[str, IndexedFunction],
):
    outcome = await run(functions["work"], Datum("hello", "string"), "inv-1", retry_count=1)
    assert outcome.ok
    ((name, datum),) = outcome.outputs
    assert (name, datum.type) == ("out", "json")
    assert datum.python_value == ["m1", "work", "1", "inv-1"]
    assert worker.current_invocation() == ""


async def test_an_invocation_is_known_on_the_librarys_threads(functions: dict[str, IndexedFunction]):
    assert await run(functions["on_a_thread"], Datum("x", "string"), "inv-2") == worker.Outcome(
        True, None, []
    )


async def test_a_timer_gets_the_hosts_json(functions: dict[str, IndexedFunction]):
    outcome = await run(functions["tick"], Datum('{"IsPastDue": true, "ScheduleStatus": null}', "json"))
    assert outcome.ok, outcome.traceback


async def test_an_error_is_an_outcome_and_the_library_does_not_log_it(
    functions: dict[str, IndexedFunction], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        outcome = await run(functions["work"], Datum("fail", "string"))
    assert (outcome.ok, outcome.error) == (False, "ValueError('as asked')")
    assert 'raise ValueError("as asked")' in outcome.traceback
    assert caplog.records == []


def test_an_app_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(HostError, match=r"no function_app\.py"):
        worker.index(tmp_path)
