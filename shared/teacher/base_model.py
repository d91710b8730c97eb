"""The base model's own answers to tasks that are taught: how it is asked, and what an answer is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.catalog.model import Catalog
from shared.dataset.formats import chat_messages
from shared.dataset.outcome import BaseAnswer
from shared.finetune.measure.answer import read_plan
from shared.plan.task_text import private_findings
from shared.plan.validate import PlanValidator
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.teacher.reasoning import answer_tokens
from shared.teacher.worth import unusable

MOST_KEPT = 20_000
"""Characters of a wrong answer that are kept; a longer one is no plan and no pair."""


def base_request(deployment: str, task: str, catalog: Catalog, options: Mapping[str, Any]) -> TeacherRequest:
    """The call that asks for a plan as a training row does: no catalog, no form."""
    messages = chat_messages(
        catalog.name, task, options.get("system_prompt"), options.get("sft_plan") or "full"
    )
    return TeacherRequest(
        model=deployment, messages=messages, max_completion_tokens=answer_tokens(None, deployment)
    )


def base_answer(reply: TeacherReply, validator: PlanValidator) -> BaseAnswer:
    """What an answer is worth: `wrong` with its text if something is found in it, `right` if nothing is.

    A plan that stands the checks may be as good as the accepted one, and is no pair. Neither is what nobody may see:
    an answer with a credential or somebody's data in it, and one that cannot be read.
    """
    unread = reply.fault or unusable(reply)
    codes: tuple[str, ...] = ()
    if not unread:
        _, _, findings = read_plan(reply.text, validator)
        codes = tuple(dict.fromkeys(finding["code"] for finding in findings))
        if len(reply.text) > MOST_KEPT:
            unread = "too_long"
        elif any(private_findings({"answer": reply.text})):
            unread = "private"
    return BaseAnswer(
        result="unanswered" if unread else "wrong" if codes else "right",
        reason=unread or (codes[0] if codes else ""),
        codes=codes,
        text=reply.text if codes and not unread else "",
        tokens=reply.tokens,
        latency_ms=reply.latency_ms,
        model=reply.model,
    )
