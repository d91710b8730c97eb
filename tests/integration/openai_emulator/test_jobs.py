"""Fine-tuning jobs through the real client, trained for real."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import openai
import orjson
import pytest

from local.openai_emulator.emulator import Emulator
from local.openai_emulator.server import Server
from local.openai_emulator.switches import Switches
from tests.builders.emulator import chat_rows, client_of, finished, until, upload
from tests.builders.openai_service import serving

TYPE = {"trainingType": "GlobalStandard"}
NANO = "gpt-4.1-nano"


@pytest.fixture(scope="module")
def rows():
    return chat_rows(50)


def method(**numbers):
    return {"type": "supervised", "supervised": {"hyperparameters": numbers}}


async def create(client, file, **kwargs):
    usual = {"model": NANO, "training_file": file, "seed": 1, "extra_body": TYPE}
    return await client.fine_tuning.jobs.create(**(usual | kwargs))


async def test_a_job_goes_its_way_and_leaves_a_model_that_plans(rows):
    async with serving() as server, client_of(server.url) as client:
        training, validation = (
            await upload(client, rows[:40]),
            await upload(client, rows[40:], "validation.jsonl"),
        )
        job = await create(
            client,
            training,
            validation_file=validation,
            suffix="mine",
            method=method(n_epochs=4, batch_size=4),
        )
        assert job.status == "pending"
        assert job.model == "gpt-4.1-nano-2025-04-14"
        assert job.method.supervised.hyperparameters.learning_rate_multiplier == -1
        assert job.trainingType == "GlobalStandard"
        job = await finished(client, job.id)
        assert job.status == "succeeded", job.error
        assert re.fullmatch(r"gpt-4\.1-nano-2025-04-14\.ft-[0-9a-f]{32}-mine", job.fine_tuned_model)
        assert job.hyperparameters.learning_rate_multiplier == 0.1
        assert job.trained_tokens > 0

        events = [event async for event in client.fine_tuning.jobs.list_events(job.id, limit=7)]
        messages = [event.message for event in reversed(events)]
        assert messages[0] == "Job enqueued. Waiting for jobs ahead to complete."
        order = ["Preprocessing completed for file training file.", "Job started.", "Training started.",
                 f"Created results file: {job.result_files[0]}", "Job succeeded."]  # fmt: skip
        assert [message for message in messages if message in order] == order
        assert "emulator" in messages[-1]
        assert len(events) == len({event.id for event in events})

        text = (await client.files.content(job.result_files[0])).text
        table = list(csv.DictReader(io.StringIO(text)))
        assert len(table) == 40
        assert float(table[-1]["train_loss"]) < float(table[0]["train_loss"])
        assert table[0]["full_valid_loss"] == "-1"
        assert float(table[-1]["full_valid_mean_token_accuracy"]) > 0.5
        assert float(table[9]["validation_mean_token_accuracy"]) > 0

        checkpoints = (await client.fine_tuning.jobs.checkpoints.list(job.id)).data
        assert [checkpoint.step_number for checkpoint in checkpoints] == [40, 30, 20]
        assert checkpoints[0].metrics.full_valid_loss == pytest.approx(
            float(table[-1]["full_valid_loss"]), rel=1e-3
        )

        for model in (job.fine_tuned_model, checkpoints[1].fine_tuned_model_checkpoint):
            answer = await client.chat.completions.create(model=model, messages=rows[0]["messages"][:2])
            assert answer.model == f"emulator-{model}"
            taught = orjson.loads(rows[0]["messages"][2]["content"])
            assert (
                orjson.loads(answer.choices[0].message.content)["steps"][0]["api"]
                == taught["steps"][0]["api"]
            )
        assert job.fine_tuned_model in [model.id async for model in client.models.list()]


async def test_a_request_is_checked_as_the_service_does(rows):
    async with serving() as server, client_of(server.url) as client:
        file = await upload(client, rows)
        wrong: list[dict[str, Any]] = [
            {"extra_body": {}},
            {"extra_body": {"trainingType": "Fast"}},
            {"model": "gpt-3"},
            {"model": "teacher"},
            {"training_file": "file-none"},
            {"suffix": "a.b"},
            {"suffix": "x" * 41},
            {"seed": -1},
            {"method": {"type": "magic"}},
            {"method": method(n_epochs=0)},
            {"method": method(batch_size=1.5)},
        ]
        for change in wrong:
            with pytest.raises(openai.BadRequestError):
                await create(client, file, **change)
        assert (await client.fine_tuning.jobs.list()).data == []
        with pytest.raises(openai.BadRequestError, match="does not support fine-tuning"):
            await create(client, file, extra_body={})


async def test_a_file_must_be_processed_first(rows):
    from tests.builders.emulator import jsonl

    async with serving(file_processing_s=5) as server, client_of(server.url) as client:
        file = await client.files.create(file=("a.jsonl", jsonl(rows)), purpose="fine-tune")
        with pytest.raises(openai.BadRequestError, match="processed"):
            await create(client, file.id)


async def test_fewer_than_ten_examples_fail_the_job(rows):
    async with serving() as server, client_of(server.url) as client:
        job = await finished(client, (await create(client, await upload(client, rows[:9]))).id)
    assert job.status == "failed"
    assert "9 example(s)" in job.error.message
    assert job.fine_tuned_model is None


async def test_a_file_of_another_method_fails_the_job(rows):
    async with serving() as server, client_of(server.url) as client:
        job = await create(client, await upload(client, rows), method={"type": "dpo", "dpo": {}})
        job = await finished(client, job.id)
    assert job.status == "failed"
    assert "dpo" in job.error.message


async def test_preferences_are_trained_with_a_margin(rows):
    worse = {"role": "assistant", "content": '{"steps": []}'}
    pairs = [
        {"input": {"messages": row["messages"][:2]}, "preferred_output": row["messages"][2:],
         "non_preferred_output": [worse]}
        for row in rows[:20]
    ]  # fmt: skip
    async with serving() as server, client_of(server.url) as client:
        job = await create(client, await upload(client, pairs), method={"type": "dpo", "dpo": {}})
        job = await finished(client, job.id)
        events = [event.message async for event in client.fine_tuning.jobs.list_events(job.id)]
    assert job.status == "succeeded", job.error
    assert sum("preference margin" in message for message in events) == 3


async def running(client, job_id):
    async def trains():
        events = (await client.fine_tuning.jobs.list_events(job_id)).data
        return any(event.message.startswith("Step") for event in events)

    await until(trains)


async def test_a_job_can_be_paused_resumed_and_cancelled(rows):
    async with serving(job_step_s=0.02) as server, client_of(server.url) as client:
        file = await upload(client, rows)
        job = await create(client, file, method=method(n_epochs=50, batch_size=1))
        with pytest.raises(openai.BadRequestError):
            await client.fine_tuning.jobs.pause(job.id)
        await running(client, job.id)
        assert (await client.fine_tuning.jobs.pause(job.id)).status == "pausing"

        async def status(wanted):
            return (await client.fine_tuning.jobs.retrieve(job.id)).status == wanted

        await until(lambda: status("paused"))
        assert (await client.fine_tuning.jobs.resume(job.id)).status == "resuming"
        await until(lambda: status("running"))
        assert (await client.fine_tuning.jobs.cancel(job.id)).status == "cancelled"
        with pytest.raises(openai.BadRequestError):
            await client.fine_tuning.jobs.cancel(job.id)
        assert (await client.fine_tuning.jobs.retrieve(job.id)).finished_at


async def test_checkpoints_can_be_listed_only_when_the_job_is_over(rows):
    async with serving(job_queue_s=5) as server, client_of(server.url) as client:
        job = await create(client, await upload(client, rows))
        with pytest.raises(openai.BadRequestError):
            await client.fine_tuning.jobs.checkpoints.list(job.id)


async def test_jobs_are_listed_newest_first_in_pages(rows):
    async with serving(job_queue_s=5) as server, client_of(server.url) as client:
        file = await upload(client, rows)
        ids = [(await create(client, file, suffix=f"n{number}")).id for number in range(4)]
        first = await client.fine_tuning.jobs.list(limit=3)
        assert first.has_more
        assert [job.id async for job in client.fine_tuning.jobs.list(limit=3)] == ids[::-1]
        with pytest.raises(openai.NotFoundError):
            await client.fine_tuning.jobs.retrieve("ftjob-none")


async def test_only_so_many_jobs_train_at_once(rows):
    async with serving(running_jobs=1, job_step_s=0.05) as server, client_of(server.url) as client:
        file = await upload(client, rows)
        first = await create(client, file, method=method(batch_size=1))
        await running(client, first.id)
        server.emulator.switches.update({"job_step_s": 0})
        second = await create(client, file, method=method(n_epochs=1, batch_size=25))
        assert (await client.fine_tuning.jobs.retrieve(second.id)).status == "pending"
        await client.fine_tuning.jobs.cancel(first.id)
        assert (await finished(client, second.id)).status == "succeeded"


async def started(folder, **switches):
    quick = {"file_processing_s": 0.0, "job_queue_s": 0.0}
    server = Server(Emulator(data=folder, switches=Switches(**(quick | switches))))
    await server.start()
    return server


async def test_models_and_files_outlive_the_emulator_and_a_job_under_way_starts_over(rows, tmp_path):
    server = await started(tmp_path)
    async with client_of(server.url) as client:
        file = await upload(client, rows)
        done = await finished(
            client, (await create(client, file, method=method(n_epochs=1, batch_size=5))).id
        )
        server.emulator.switches.update({"job_step_s": 0.05})
        under_way = await create(
            client, file, model=done.fine_tuned_model, method=method(n_epochs=1, batch_size=1)
        )
        await running(client, under_way.id)
    await server.stop()

    server = await started(tmp_path)
    async with client_of(server.url) as client:
        answer = await client.chat.completions.create(
            model=done.fine_tuned_model, messages=rows[0]["messages"][:2]
        )
        assert orjson.loads(answer.choices[0].message.content)["steps"]
        assert (await client.files.retrieve(file)).status == "processed"
        assert (await finished(client, under_way.id)).status == "succeeded"
        messages = [event.message async for event in client.fine_tuning.jobs.list_events(under_way.id)]
        assert any("restarted" in message for message in messages)
    await server.stop()


async def test_chat_stays_responsive_while_a_student_is_trained(rows):
    async with serving(job_step_s=0.01) as server, client_of(server.url) as client:
        job = await create(client, await upload(client, rows), method=method(n_epochs=10, batch_size=1))
        await running(client, job.id)
        for _ in range(5):
            await client.chat.completions.create(
                model="teacher", messages=[{"role": "user", "content": "hi"}]
            )
        assert (await client.fine_tuning.jobs.retrieve(job.id)).status == "running"


async def test_a_student_trained_on_tool_calls_answers_with_tool_calls():
    def row(number):
        arguments = orjson.dumps({"room": number % 3}).decode()
        call = {"id": "c", "type": "function", "function": {"name": "book_room", "arguments": arguments}}
        return {
            "messages": [
                {"role": "user", "content": f"Book the room {number % 3} please."},
                {"role": "assistant", "tool_calls": [call]},
            ],
            "tools": [
                {"type": "function", "function": {"name": "book_room", "parameters": {"type": "object"}}}
            ],
        }

    taught = [row(number) for number in range(12)]
    async with serving() as server, client_of(server.url) as client:
        job = await finished(client, (await create(client, await upload(client, taught))).id)
        answer = await client.chat.completions.create(
            model=job.fine_tuned_model, messages=taught[1]["messages"][:1], tools=taught[1]["tools"]
        )
    (call,) = answer.choices[0].message.tool_calls
    assert call.type == "function"
    assert (call.function.name, orjson.loads(call.function.arguments)) == ("book_room", {"room": 1})
    assert answer.choices[0].finish_reason == "tool_calls"
