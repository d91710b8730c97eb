"""Takes every open fine-tune a step further."""

import azure.functions as func

from shared.bootstrap import app

blueprint = func.Blueprint()


@blueprint.timer_trigger(arg_name="timer", schedule="%FINETUNE_SCHEDULE%", run_on_startup=False)
async def advance_finetunes(timer: func.TimerRequest) -> None:
    await app().advance_finetunes()
