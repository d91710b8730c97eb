"""Files through the real client."""

from __future__ import annotations

import openai
import pytest

from tests.builders.emulator import client_of, jsonl, until, upload
from tests.builders.openai_service import serving

ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


async def test_a_file_is_pending_then_processed_and_keeps_its_bytes():
    data = jsonl([ROW] * 3)
    async with serving(file_processing_s=0.1) as server, client_of(server.url) as client:
        file = await client.files.create(file=("rows.jsonl", data), purpose="fine-tune")
        assert (file.status, file.bytes, file.filename) == ("pending", len(data), "rows.jsonl")

        async def processed():
            return (await client.files.retrieve(file.id)).status == "processed"

        await until(processed)
        assert (await client.files.content(file.id)).content == data


@pytest.mark.parametrize("data", [b"{not json}\n", b'{"messages": []}\n', b"\x89PNG\r\n\x1a\n"])
async def test_a_file_that_breaks_the_rules_ends_in_error_with_the_reason(data):
    async with serving() as server, client_of(server.url) as client:
        file = await client.files.create(file=("rows.jsonl", data), purpose="fine-tune")

        async def refused():
            found = await client.files.retrieve(file.id)
            return found if found.status == "error" else None

        found = await until(refused)
    assert "Line 1" in found.status_details


async def test_files_are_listed_newest_first_in_pages_and_deleted():
    async with serving() as server, client_of(server.url) as client:
        ids = [await upload(client, [ROW], f"{number}.jsonl") for number in range(3)]
        listed = [file.id async for file in client.files.list(limit=2)]
        assert set(listed) == set(ids)
        assert (await client.files.delete(ids[0])).deleted
        with pytest.raises(openai.NotFoundError):
            await client.files.retrieve(ids[0])
        assert ids[0] not in [file.id async for file in client.files.list(purpose="fine-tune")]


async def test_a_resource_holds_100_fine_tuning_files():
    async with serving() as server, client_of(server.url) as client:
        for number in range(100):
            await client.files.create(file=(f"{number}.jsonl", jsonl([ROW])), purpose="fine-tune")
        with pytest.raises(openai.BadRequestError, match="maximum number"):
            await client.files.create(file=("more.jsonl", jsonl([ROW])), purpose="fine-tune")
        await client.files.create(file=("other.jsonl", jsonl([ROW])), purpose="batch")


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "vision"},
        {"expires_after": {"anchor": "created_at", "seconds": 3600}},
        {"file": ("a", b"")},
    ],
)
async def test_a_bad_upload_is_refused(wrong):
    good = {"file": ("rows.jsonl", jsonl([ROW])), "purpose": "fine-tune"}
    async with serving() as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError):
            await client.files.create(**(good | wrong))


async def test_an_expiry_within_the_limits_is_kept():
    async with serving() as server, client_of(server.url) as client:
        file = await client.files.create(
            file=("rows.jsonl", jsonl([ROW])),
            purpose="fine-tune",
            expires_after={"anchor": "created_at", "seconds": 1_209_600},
        )
    assert file.expires_at == file.created_at + 1_209_600


async def test_the_dated_path_answers_201_and_204():
    async with serving() as server:
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=server.url, api_version="2025-04-01-preview", api_key="fake-key", max_retries=0
        )
        raw = await client.files.with_raw_response.create(
            file=("rows.jsonl", jsonl([ROW])), purpose="fine-tune"
        )
        assert raw.http_response.status_code == 201
        assert raw.headers["location"].endswith(f"/openai/files/{raw.parse().id}")
        gone = await client.files.with_raw_response.delete(raw.parse().id)
        assert gone.http_response.status_code == 204
        await client.close()
