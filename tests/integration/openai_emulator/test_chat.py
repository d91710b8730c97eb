"""Chat completions through the real client."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import orjson
import pytest

from shared.plan.validate import PlanValidator
from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA, decode
from shared.teacher.ask_options import Way
from shared.teacher.judge import JUDGEMENT_SCHEMA, judge_messages, read_verdict
from shared.teacher.prompt import repair_message
from tests.builders.emulator import Prompts, client_of, decoded, hub
from tests.builders.openai_service import serving

FORMAT: Any = Way().form(SCHEMA_NAME, WIRE_SCHEMA)


@pytest.fixture(scope="module")
def prompts():
    return Prompts(hub())


async def ask(client, messages, /, **kwargs):
    return await client.chat.completions.create(
        **({"model": "teacher", "messages": messages, "response_format": FORMAT} | kwargs)
    )


async def test_the_teacher_answers_with_a_valid_plan_and_says_that_it_is_the_emulator(prompts):
    async with serving() as server, client_of(server.url) as client:
        raw = await client.chat.completions.with_raw_response.create(
            model="teacher", messages=prompts.messages(3), response_format=FORMAT
        )
        answer = raw.parse()
    plan, errors = decode(answer.choices[0].message.content)
    assert errors == [] == PlanValidator(prompts.catalog).errors(plan)
    assert answer.model.startswith("emulator-")
    assert answer.system_fingerprint == "fp_emulator"
    assert raw.headers["x-emulator"] == "openai-emulator"
    assert raw.headers["apim-request-id"]


async def test_the_same_request_gets_the_same_answer_and_another_seed_another(prompts):
    async with serving() as server, client_of(server.url) as client:
        texts = [
            (await ask(client, prompts.messages(3), seed=seed)).choices[0].message.content
            for seed in (1, 1, 2)
        ]
    assert texts[0] == texts[1] != texts[2]


async def test_a_shared_beginning_is_billed_as_cached(prompts):
    async with serving() as server, client_of(server.url) as client:
        first = await ask(client, prompts.messages(1))
        second = await ask(client, prompts.messages(2))
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    assert second.usage.prompt_tokens_details.cached_tokens > 0.9 * second.usage.prompt_tokens - 512
    assert second.usage.prompt_tokens_details.cached_tokens % 128 == 0


async def test_plain_and_json_answers_hold_the_plan_too(prompts):
    async with serving() as server, client_of(server.url) as client:
        for asked in ({"type": "json_object"}, openai.omit, {"type": "text"}):
            answer = await ask(client, prompts.messages(5), response_format=asked)
            plan, _ = decode(answer.choices[0].message.content, tolerant=True)
            assert plan is not None


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object", "properties": {"a": {"type": "object"}}, "required": ["a"],
          "additionalProperties": False}, "additionalProperties"),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
          "required": ["a"], "additionalProperties": False}, "minItems"),
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": [],
          "additionalProperties": False}, "Missing 'a'"),
    ],
)  # fmt: skip
async def test_a_schema_that_breaks_the_rules_is_refused_as_the_service_does(prompts, schema, says):
    asked = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": schema}}
    async with serving() as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError, match=says) as caught:
            await ask(client, prompts.messages(0), response_format=asked)
    assert caught.value.param == "response_format"
    assert caught.value.type == "invalid_request_error"
    assert vars(caught.value)["body"]["message"].startswith("Invalid schema for response_format 'x':")


async def test_a_deployment_can_lack_a_format(prompts):
    async with serving(response_formats=["json_object", "text"]) as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError, match="not supported"):
            await ask(client, prompts.messages(0))
        await ask(client, prompts.messages(0), response_format={"type": "json_object"})


async def test_json_mode_wants_the_word_json():
    messages = [{"role": "user", "content": "hello"}]
    async with serving() as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError, match="must contain the word 'json'"):
            await ask(client, messages, response_format={"type": "json_object"})


async def test_an_unknown_deployment_is_not_found(prompts):
    async with serving() as server, client_of(server.url) as client:
        with pytest.raises(openai.NotFoundError) as caught:
            await ask(client, prompts.messages(0), model="nobody")
    assert caught.value.code == "DeploymentNotFound"


async def test_the_dated_path_takes_the_deployment_from_the_path(prompts):
    async with serving() as server:
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=server.url, api_version="2025-04-01-preview", api_key="fake-key", max_retries=0
        )
        answer = await client.chat.completions.create(
            model="teacher", messages=prompts.messages(0), response_format=FORMAT
        )
        await client.close()
    assert answer.choices[0].message.content


async def test_a_wrong_key_is_refused(prompts):
    async with serving() as server, client_of(server.url, key="other") as client:
        with pytest.raises(openai.AuthenticationError):
            await ask(client, prompts.messages(0))


@pytest.mark.parametrize(
    "body",
    [{"messages": []}, {"messages": [{"role": "robot", "content": "x"}]}, {"max_completion_tokens": 0}],
)
async def test_a_bad_request_is_refused(prompts, body):
    async with serving() as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError):
            await ask(client, prompts.messages(0), **body)


async def test_an_answer_is_cut_at_its_token_bound(prompts):
    async with serving() as server, client_of(server.url) as client:
        answer = await ask(client, prompts.messages(0), max_completion_tokens=50)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 50


async def test_a_spoiled_answer_is_put_right_in_the_repair_turn(prompts):
    validator = PlanValidator(prompts.catalog)
    async with (
        serving(malformed_share=1.0, malformed_only_first=True) as server,
        client_of(server.url) as client,
    ):
        for fault in ("wrong_type", "invented_api", "python_repr"):
            server.emulator.switches.update({"malformed_classes": [fault]})
            messages = prompts.messages(6)
            spoiled = (await ask(client, messages)).choices[0].message.content
            plan, errors = decode(spoiled)
            errors = errors or validator.errors(plan)
            assert errors
            messages += [
                {"role": "assistant", "content": spoiled},
                {"role": "user", "content": repair_message(errors)},
            ]
            repaired, errors = decode((await ask(client, messages)).choices[0].message.content)
            assert errors == [] == validator.errors(repaired)


async def test_a_plan_that_was_itself_refused_is_changed(prompts):
    async with serving() as server, client_of(server.url) as client:
        messages = prompts.messages(0)
        first = (await ask(client, messages)).choices[0].message.content
        step = orjson.loads(first)["steps"][0]
        name = next(a["name"] for a in step["arguments"] if a["value_json"].startswith('"'))
        error = {
            "code": "bad_value",
            "step": 1,
            "path": f"plan.steps[0].arguments.{name}",
            "message": "not this",
        }
        messages += [
            {"role": "assistant", "content": first},
            {"role": "user", "content": repair_message([error])},
        ]
        assert (await ask(client, messages)).choices[0].message.content != first


async def test_refusals_and_filters_look_like_the_service_s(prompts):
    async with serving(malformed_share=1.0) as server, client_of(server.url) as client:
        server.emulator.switches.update({"malformed_classes": ["refusal"]})
        refused = (await ask(client, prompts.messages(0))).choices[0]
        server.emulator.switches.update({"malformed_classes": ["content_filter"]})
        filtered = (await ask(client, prompts.messages(0))).choices[0]
        server.emulator.switches.update({"malformed_classes": ["length"]})
        cut = (await ask(client, prompts.messages(0))).choices[0]
        server.emulator.switches.update({"malformed_share": 0, "prompt_filter_share": 1})
        with pytest.raises(openai.BadRequestError) as caught:
            await ask(client, prompts.messages(0))
    assert refused.message.content is None
    assert refused.message.refusal
    assert (filtered.finish_reason, cut.finish_reason) == ("content_filter", "length")
    assert caught.value.code == "content_filter"
    assert vars(caught.value)["body"]["innererror"]["code"] == "ResponsibleAIPolicyViolation"


async def test_the_judge_answers_its_rubric(prompts):
    plan = decoded(prompts.plan(0))
    asked = {"name": "judgement", "strict": True, "schema": JUDGEMENT_SCHEMA}
    async with serving() as server, client_of(server.url) as client:
        answer = await ask(
            client,
            list(judge_messages(plan, prompts.catalog.apis)),
            response_format={"type": "json_schema", "json_schema": asked},
        )
    assert read_verdict(answer.choices[0].message.content).passes


async def test_any_other_chat_gets_an_honest_answer():
    messages = [{"role": "user", "content": "Who are you?"}]
    async with serving() as server, client_of(server.url) as client:
        answer = await ask(client, messages, response_format=openai.omit)
    assert "emulator" in answer.choices[0].message.content


async def test_an_untrained_student_guesses(prompts):
    messages = [{"role": "user", "content": "Plan this.\n\nInput: Please refund the order."}]
    async with serving() as server, client_of(server.url) as client:
        answer = await ask(client, messages, model="student-base", response_format=openai.omit)
    (step,) = orjson.loads(answer.choices[0].message.content)["steps"]
    assert "not trained" in step["reasoning"]


async def test_many_calls_at_once_are_counted(prompts):
    async with serving(latency_s=0.1) as server, client_of(server.url) as client:
        await asyncio.gather(*(ask(client, prompts.messages(index)) for index in range(20)))
        counters = server.emulator.state()["counters"]
    assert counters["chat_calls"] == 20
    assert counters["statuses"] == {"200": 20}
    assert counters["in_flight_max"] == 20
    assert counters["last_call_at"] >= counters["first_call_at"]
    assert counters["prompt_tokens"] > counters["cached_tokens"] > 0
