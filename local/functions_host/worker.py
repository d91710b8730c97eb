"""The only place that touches azure_functions_runtime: indexing a function app and invoking its functions.

It uses the library's protobuf-free path (`native_invocation`), which is internal API: the package is pinned, and
`tests/unit/functions_host/test_worker.py` fails when a new version moves what is used here.
"""

from __future__ import annotations

import json
import logging
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from azure_functions_runtime.bindings.datumdef import Datum
from azure_functions_runtime.bindings.meta import load_binding_registry
from azure_functions_runtime.handle_event import _functions
from azure_functions_runtime.loader import get_retry_settings, index_function_app
from azure_functions_runtime.native_invocation import invocation_request_native
from azure_functions_runtime.utils.executor import invocation_id_cv
from azure_functions_runtime.utils.threadpool import start_threadpool_executor, stop_threadpool_executor

from local.functions_host.errors import HostError

__all__ = ["Datum", "IndexedFunction", "Outcome", "current_invocation", "index", "invoke", "stop"]

# Indexing needs nothing of the protobuf module but these three enum values.
_PROTOS = SimpleNamespace(BindingInfo=SimpleNamespace(inout=2, out=1, undefined=0))
_RUNTIME_REPORT = "Native invocation failed"


@dataclass(frozen=True, slots=True)
class IndexedFunction:
    """A function as the worker library knows it.

    Attributes:
        name: function name.
        id: what `invoke` takes.
        bindings: raw bindings as the host gets them (`type`, `direction`, `name`, …).
        retry: settings of a retry policy, empty without one.
    """

    name: str
    id: str
    bindings: tuple[dict[str, Any], ...]
    retry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an invocation came to.

    Attributes:
        ok: whether the function returned.
        returned: the `$return` value, or None.
        outputs: values of output bindings, by name.
        error: the exception's repr, "" if ok.
        traceback: its traceback, "" if ok.
    """

    ok: bool
    returned: Datum | None
    outputs: list[tuple[str, Datum]]
    error: str = ""
    traceback: str = ""


def index(app_dir: Path, script: str = "function_app.py") -> list[IndexedFunction]:
    """Import the app and register its functions; once a process, since modules stay imported.

    Raises:
        HostError: no such script, it does not import, or a function's signature does not fit its bindings; with the
            library's words.
    """
    if not (app_dir / script).is_file():
        raise HostError(f"there is no {script} in {app_dir}")
    if sys.path[0] != str(app_dir):
        sys.path.insert(0, str(app_dir))
    logging.getLogger("azure.functions").addFilter(_is_not_runtime_report)
    load_binding_registry()
    start_threadpool_executor()
    try:
        return [_register(function) for function in index_function_app(str(app_dir / script))]
    except Exception as exc:
        # Whatever the app's code raises while it is imported means the same: this app cannot be run.
        raise HostError(f"{script} cannot be indexed: {type(exc).__name__}: {exc}") from exc


def _register(function: Any) -> IndexedFunction:
    info = _functions.add_indexed_function(function=function, protos=_PROTOS)
    bindings = tuple(json.loads(binding) for binding in function.get_raw_bindings())
    return IndexedFunction(info.name, info.function_id, bindings, get_retry_settings(function) or {})


async def invoke(
    function: IndexedFunction,
    inputs: Sequence[tuple[str, Datum]],
    metadata: Mapping[str, Datum],
    *,
    invocation_id: str = "",
    retry_count: int = 0,
    max_retry_count: int = 0,
) -> Outcome:
    """Run a function once, in a task of its own; what it raises is in the outcome."""
    ok, returned, outputs, error, trace = await invocation_request_native(
        invocation_id or str(uuid.uuid4()),
        function.id,
        inputs,
        metadata,
        retry_count=retry_count,
        max_retry_count=max_retry_count,
    )
    return Outcome(ok, returned, outputs, error or "", trace or "")


def current_invocation() -> str:
    """Id of the invocation this code runs in, also on the library's threads; "" outside of one."""
    return invocation_id_cv.get() or ""


def stop() -> None:
    """Wait for functions on threads and end the threads."""
    stop_threadpool_executor()


def _is_not_runtime_report(record: logging.LogRecord) -> bool:
    # The library logs each failure with its traceback; the host does, too, and knows the function's name.
    return record.msg != _RUNTIME_REPORT
