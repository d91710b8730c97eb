"""What the real client sends to the emulator is what the service's own specification allows."""

from __future__ import annotations

import orjson
import pytest

from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA
from shared.teacher.ask_options import Way
from tests.builders.beside import MODEL_SERVICE
from tests.builders.emulator import Prompts, client_of, hub, upload
from tests.builders.openai_service import serving
from tests.builders.recording import body_findings, recording

ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


@pytest.fixture(scope="module", params=MODEL_SERVICE, ids=lambda path: path.stem)
def spec(request):
    return orjson.loads(request.param.read_bytes())


async def test_chat_and_job_requests_keep_the_specification(spec):
    prompts = Prompts(hub())

    async def run(client):
        await client.chat.completions.create(
            model="teacher",
            messages=prompts.messages(0),
            response_format=Way().form(SCHEMA_NAME, WIRE_SCHEMA),
            seed=1,
        )
        file = await upload(client, [ROW] * 12)
        method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}}
        await client.fine_tuning.jobs.create(
            model="gpt-4.1-nano", training_file=file, method=method, suffix="x",
            extra_body={"trainingType": "Standard"},
        )  # fmt: skip

    async with serving() as server, recording(server.url) as relay, client_of(relay.url) as client:
        await run(client)
    bodies = {path: body for _, path, body in relay.requests if body is not None}
    assert set(bodies) == {"/chat/completions", "/fine_tuning/jobs"}
    for path, body in bodies.items():
        assert body_findings(spec, path, body) == []


def test_the_specification_refuses_what_the_emulator_refuses(spec):
    assert body_findings(spec, "/fine_tuning/jobs", {"training_file": "f"})
    assert body_findings(
        spec, "/fine_tuning/jobs", {"model": "m", "training_file": "f", "method": {"type": "magic"}}
    )
