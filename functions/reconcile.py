"""Looks for work that a crash lost."""

import azure.functions as func

from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.timer_trigger(arg_name="timer", schedule="%RECONCILE_SCHEDULE%", run_on_startup=False)
async def reconcile(timer: func.TimerRequest) -> None:
    await app().reconcile()
