"""Timer functions that write down when they run."""

import asyncio
import json
import os
import time

import azure.functions as func

app = func.FunctionApp()


def note(**event: object) -> None:
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(json.dumps({"host": os.getpid(), "at": time.time(), **event}) + "\n")


@app.timer_trigger(arg_name="timer", schedule="%EVERY%")
async def tick(timer: func.TimerRequest) -> None:
    note(event="tick", past_due=timer.past_due)
    await asyncio.sleep(float(os.environ.get("TICK_S", "0")))
    note(event="tock")


@app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
async def hourly(timer: func.TimerRequest) -> None:
    note(event="hourly", past_due=timer.past_due, status=timer.schedule_status)


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
@app.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:00")
async def stubborn(timer: func.TimerRequest, context: func.Context) -> None:
    note(event="stubborn", retry=context.retry_context.retry_count)
    raise ValueError("as asked")


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
async def endless(timer: func.TimerRequest) -> None:
    note(event="endless")
    await asyncio.sleep(60)
    note(event="ended")
