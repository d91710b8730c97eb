"""Queue functions that write down what they get."""

import asyncio
import json
import os
import time
import typing

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def note(**event: object) -> None:
    line = json.dumps({"host": os.getpid(), "at": time.time(), **event}) + "\n"
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(line)


@app.queue_trigger(arg_name="msg", queue_name="%ECHO%", connection="STORAGE")
async def echo(msg: func.QueueMessage) -> None:
    note(
        event="echo",
        body=msg.get_body().decode(),
        id=msg.id,
        dequeue_count=msg.dequeue_count,
        inserted=str(msg.insertion_time),
        expires=str(msg.expiration_time),
        visible=str(msg.time_next_visible),
        receipt=msg.pop_receipt,
    )


@app.queue_trigger(arg_name="msg", queue_name="%FAIL%", connection="STORAGE")
async def fail(msg: func.QueueMessage) -> None:
    note(event="fail", body=msg.get_body().decode(), dequeue_count=msg.dequeue_count)
    raise ValueError("as asked")


@app.queue_trigger(arg_name="msg", queue_name="%SLOW%", connection="STORAGE")
async def slow(msg: func.QueueMessage) -> None:
    body = msg.get_body().decode()
    note(event="start", body=body, dequeue_count=msg.dequeue_count)
    await asyncio.sleep(float(body))
    note(event="end", body=body)


@app.queue_trigger(arg_name="msg", queue_name="%LAST%-poison", connection="STORAGE")
async def last(msg: func.QueueMessage) -> None:
    note(event="last", body=msg.get_body().decode(), dequeue_count=msg.dequeue_count)
    raise ValueError("as asked")


@app.route(route="send", methods=["POST"])
@app.queue_output(arg_name="out", queue_name="%ECHO%", connection="STORAGE")
def send(req: func.HttpRequest, out: func.Out[typing.List[str]]) -> str:  # noqa: UP006 (all the worker knows)
    out.set(req.get_json())
    return "sent"


@app.route(route="send-lazily", methods=["POST"])
@app.queue_output(arg_name="out", queue_name="%OUT%", connection="STORAGE")
def send_lazily(req: func.HttpRequest, out: func.Out[str]) -> str:
    out.set(req.get_body().decode())
    return "sent"
