"""Timer triggers: binding to listener."""

from __future__ import annotations

from local.functions_host.bindings import Function
from local.functions_host.execution import Executor
from local.functions_host.host_json import SingletonOptions
from local.functions_host.lease import Singleton
from local.functions_host.retry import parse_retry
from local.functions_host.settings import AppSettings
from local.functions_host.stores import Stores
from local.functions_host.timer_listener import TimerListener, TimerPolicy, utc_now
from local.functions_host.timer_schedule import is_often, parse_schedule


def timer_listener(
    function: Function,
    host_id: str,
    options: SingletonOptions,
    settings: AppSettings,
    stores: Stores,
    executor: Executor,
) -> TimerListener:
    """The listener of a timer-triggered function. HostError if its schedule cannot be read."""
    account = settings.account("")
    schedule = parse_schedule(function.name, settings.resolve(function.trigger["schedule"]))
    monitored = function.trigger.get("useMonitor", True) is not False and not is_often(schedule, utc_now())
    policy = TimerPolicy(
        schedule=schedule,
        monitored=monitored,
        run_on_startup=function.trigger.get("runOnStartup") is True,
        status_blob=f"timers/{host_id}/Host.Functions.{function.name}/status",
        recovery_s=options.recovery_interval_s,
        retry=parse_retry(function.indexed.retry),
    )
    outage = stores.outage(account)
    lock = f"locks/{host_id}/Host.Functions.{function.name}.Listener"
    singleton = Singleton(stores.get(account), lock, options.lock_period_s, outage)
    return TimerListener(function, policy, singleton, stores.get(account), executor, outage)
