"""Webhooks: what is signed, now and about a job is heard, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from shared.errors import BadRequestError, ConfigurationError
from shared.finetune.webhook import Event, read_webhook
from tests.builders.finetune import NOW
from tests.builders.webhooks import SECRET, a_call


def test_a_signed_call_names_its_job() -> None:
    headers, body = a_call("ftjob-7", at=NOW)
    assert read_webhook(headers, body, secret=SECRET, now=NOW) == Event("evt_1", "ftjob-7")


def test_the_services_own_sdk_agrees_about_every_signature() -> None:
    client = OpenAI(api_key="fake-key", webhook_secret=SECRET, base_url="http://127.0.0.1:9")
    now = datetime.now(UTC)
    headers, body = a_call("ftjob-7", at=now)
    event: Any = client.webhooks.unwrap(body, headers)
    assert event.type == "fine_tuning.job.succeeded" and event.data.id == "ftjob-7"
    assert read_webhook(headers, body, secret=SECRET, now=now).job_id == "ftjob-7"
    foreign, body = a_call("ftjob-7", at=now, secret="whsec_b3RoZXI=")
    with pytest.raises(InvalidWebhookSignatureError):
        client.webhooks.unwrap(body, foreign)
    with pytest.raises(BadRequestError):
        read_webhook(foreign, body, secret=SECRET, now=now)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "webhook-signature", "body"])
def test_whatever_was_changed_on_the_way_breaks_the_signature(part: str) -> None:
    headers, body = a_call("ftjob-7", at=NOW)
    for changed in ("", "1", "v1,", "v1,AAAA", "\ud800", *([headers[part] + "0"] if part in headers else ())):
        sent = (
            (headers | {part: changed}, body)
            if part in headers
            else (headers, body + changed.encode(errors="replace"))
        )
        if sent == (headers, body):
            continue
        with pytest.raises(BadRequestError) as caught:
            read_webhook(sent[0], sent[1], secret=SECRET, now=NOW)
        assert caught.value.code == "bad_signature"


def test_one_right_signature_among_several_is_enough() -> None:
    headers, body = a_call("ftjob-7", at=NOW)
    both = headers | {"webhook-signature": f"v1,AAAA v1a,BBBB {headers['webhook-signature']}"}
    assert read_webhook(both, body, secret=SECRET, now=NOW).job_id == "ftjob-7"


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_a_call_of_another_time_is_refused(minutes: int) -> None:
    headers, body = a_call("ftjob-7", at=NOW + timedelta(minutes=minutes))
    with pytest.raises(BadRequestError, match="five minutes") as caught:
        read_webhook(headers, body, secret=SECRET, now=NOW)
    assert caught.value.code == "stale_webhook"


def test_a_call_about_something_else_names_no_job() -> None:
    headers, body = a_call("batch-7", at=NOW, kind="batch.completed")
    assert read_webhook(headers, body, secret=SECRET, now=NOW).job_id == ""


def test_a_secret_that_is_none_is_a_setting_to_mend() -> None:
    headers, body = a_call("ftjob-7", at=NOW)
    with pytest.raises(ConfigurationError, match="OPENAI_WEBHOOK_SECRET"):
        read_webhook(headers, body, secret="whsec_%%%", now=NOW)
