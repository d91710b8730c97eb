"""The adapter over HTTP against services that answer, count and refuse in their own ways."""

from __future__ import annotations

from copy import replace
from typing import Any

import orjson
import pytest

from shared.adapters.openai.teacher import AzureOpenAITeacher
from shared.errors import ConfigurationError, PermanentError, PlansmithError, RefusedFieldError
from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.settings import Settings
from shared.teacher.ask_options import Way
from tests.builders.openai_service import serving, settings_for

MESSAGES = ({"role": "user", "content": "hello, answer with json"},)
REQUEST = TeacherRequest(
    model="teacher", messages=MESSAGES, cache_key="k", seed=7, max_completion_tokens=500, timeout_s=20
)


async def asked(request: TeacherRequest = REQUEST, **switches: Any) -> TeacherReply:
    async with serving(**switches) as server:
        teacher = AzureOpenAITeacher(settings_for(server.url))
        try:
            return await teacher.complete(request)
        finally:
            await teacher.close()


async def refused(request: TeacherRequest = REQUEST, **switches: Any) -> PlansmithError:
    with pytest.raises(PlansmithError) as caught:
        await asked(request, **switches)
    return caught.value


@pytest.mark.parametrize("shape", ["parts", "reasoning_content", "reasoning", "think"])
async def test_an_answer_is_read_wherever_it_stands(shape: str) -> None:
    plain, odd = await asked(), await asked(content_shape=shape)
    assert odd.text == plain.text != ""
    assert odd.fault == ""


@pytest.mark.parametrize(
    ("switches", "fault"),
    [
        ({"answer_shape": "no_choices"}, "no_choice"),
        ({"answer_shape": "null_choices"}, "no_choice"),
        ({"answer_shape": "no_message"}, "no_choice"),
        ({"answer_shape": "array"}, "no_choice"),
        ({"answer_shape": "error"}, "error_answer"),
        ({"answer_shape": "html"}, "bad_response"),
        ({"answer_shape": "empty"}, "bad_response"),
        ({"content_shape": "number"}, "unreadable_content"),
        ({"content_shape": "null"}, "empty_answer"),
    ],
)
async def test_a_paid_answer_without_words_is_a_reply_with_its_fault_and_its_cost(
    switches: dict[str, Any], fault: str
) -> None:
    reply = await asked(**switches)
    assert (reply.fault, reply.text) == (fault, "")
    assert reply.tokens.prompt > 0
    reads_usage = fault != "bad_response" and switches.get("answer_shape") != "array"
    assert reply.tokens.estimated is not reads_usage


async def test_the_words_of_an_error_inside_an_answer_are_kept() -> None:
    assert (await asked(answer_shape="error")).said == "Provider returned error"


@pytest.mark.parametrize("shape", ["missing", "null", "null_counts", "float", "text", "zero"])
async def test_counts_that_are_none_are_estimated_and_marked(shape: str) -> None:
    counted, odd = await asked(), await asked(usage_shape=shape)
    assert not counted.tokens.estimated
    assert odd.tokens.estimated
    assert 0.5 < odd.tokens.prompt / counted.tokens.prompt < 2
    assert 0.5 < odd.tokens.completion / counted.tokens.completion < 2


async def test_characters_for_a_token_are_a_setting() -> None:
    async with serving(usage_shape="missing") as server:
        settings = replace(settings_for(server.url), token_characters=1.0)
        teacher = AzureOpenAITeacher(settings)
        reply = await teacher.complete(REQUEST)
        await teacher.close()
    assert reply.tokens.prompt == len(MESSAGES[0]["content"])


async def test_reasoning_tokens_are_told_apart() -> None:
    reply = await asked(reasoning_tokens=120)
    assert reply.tokens.reasoning == 120
    assert reply.tokens.completion > 120


@pytest.mark.parametrize("status", [400, 404, 422, 500])
@pytest.mark.parametrize(
    "shape", ["object", "list", "text", "plain", "detail", "detail_list", "message_object"]
)
@pytest.mark.parametrize("name", ["seed", "prompt_cache_key", "max_completion_tokens"])
async def test_a_field_that_is_not_taken_is_named_by_every_refusal(
    name: str, shape: str, status: int
) -> None:
    error = await refused(refused_fields=[name], refused_fields_status=status, error_shape=shape)
    assert isinstance(error, RefusedFieldError), error
    assert error.field == name


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize("shape", ["object", "text", "detail_list", "message_object"])
async def test_a_format_that_is_not_taken_asks_for_another_mode(shape: str, status: int) -> None:
    request = replace(REQUEST, response_format=Way().form(SCHEMA_NAME, WIRE_SCHEMA))
    error = await refused(
        request, refused_fields=["response_format"], refused_fields_status=status, error_shape=shape
    )
    assert isinstance(error, PermanentError)
    assert error.code == "unsupported_response_format"


async def test_what_is_refused_is_left_out_or_renamed() -> None:
    refusing = ["seed", "prompt_cache_key", "max_completion_tokens", "reasoning_effort"]
    request = replace(REQUEST, reasoning_effort="low", without=frozenset(refusing), max_completion_tokens=2)
    reply = await asked(request, refused_fields=refusing)
    assert reply.finish_reason == "length"  # so the bound was sent under its other name
    request = replace(request, without=request.without | {"max_tokens"})
    assert (await asked(request, refused_fields=[*refusing, "max_tokens"])).finish_reason == "stop"


@pytest.mark.parametrize("status", [402, 403, 429])
@pytest.mark.parametrize("shape", ["object", "text", "plain", "detail"])
async def test_credit_that_is_used_up_is_no_throttle(shape: str, status: int) -> None:
    error = await refused(answers_left=0, refusal_status=status, error_shape=shape)
    assert isinstance(error, ConfigurationError)
    assert error.code == "insufficient_quota"


WORDINGS = [
    (404, 'model "qwen3" not found, try pulling it first', "ollama"),
    (404, "The model `qwen3` does not exist.", "vllm"),
    (400, "Invalid model name passed in model=qwen3. Call `/v1/models` to view available models.", "litellm"),
    (500, "litellm.NotFoundError: The model `qwen3` does not exist", "litellm"),
    (404, "No models loaded. Please load a model in the developer page or use the `lms load` command.", "lms"),
    (400, "Invalid model: qwen3", "mistral"),
    (404, "models/qwen3 is not found for API version v1main, or is not supported for generateContent.", "gemini"),
    (400, "qwen3 is not a valid model ID", "openrouter"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "words", "_service"), WORDINGS)
@pytest.mark.parametrize("shape", ["object", "text", "list"])
async def test_a_model_that_is_not_there_is_told_in_many_words(
    status: int, words: str, _service: str, shape: str
) -> None:
    error = await refused(
        answers_left=0, refusal_status=status, refusal_code="", refusal_message=words, error_shape=shape
    )
    assert isinstance(error, ConfigurationError), error
    assert error.code == "deployment_not_found"
    assert "qwen3" in error.message or "load" in error.message


async def test_a_wrong_address_is_named_and_the_right_one_suggested() -> None:
    async with serving(error_shape="html") as server:
        settings = Settings.from_mapping(
            {
                "PLANSMITH_STORAGE": "memory",
                "OPENAI_BASE_URL": f"{server.url}/api",
                "OPENAI_API_KEY": "fake-key",
            }
        )
        teacher = AzureOpenAITeacher(settings)
        with pytest.raises(PlansmithError) as caught:
            await teacher.complete(REQUEST)
        await teacher.close()
    assert (type(caught.value), caught.value.code) == (ConfigurationError, "wrong_address")
    assert f"{server.url}/api/v1" in caught.value.message


@pytest.mark.parametrize(
    "words",
    [
        "404 page not found",  # Ollama
        "Not Found",  # FastAPI: vLLM, LiteLLM
        "File Not Found",  # llama.cpp
        "Unexpected endpoint or method. (POST /chat/completions)",  # LM Studio
        "Resource not found",  # Azure
    ],
)
async def test_a_server_that_knows_no_such_path_has_the_wrong_address(words: str) -> None:
    error = await refused(
        answers_left=0, refusal_status=404, refusal_code="", refusal_message=words, error_shape="detail"
    )
    assert error.code == "wrong_address"


def test_what_is_no_json_of_a_chat_is_never_an_exception() -> None:
    from shared.adapters.openai.answer import read_answer
    from shared.ports.teacher import RateLimits

    for body in (None, 1, "x", [], {}, {"choices": [1]}, {"choices": [{"message": 3}]}, {"usage": []}):
        reply = read_answer(
            orjson.dumps(body), REQUEST, latency_ms=1, limits=RateLimits(), characters_per_token=4.0
        )
        assert reply.fault
        assert reply.tokens.prompt > 0
