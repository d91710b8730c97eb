"""The model service by its own API, asked for free: whether it answers, takes the key, has the teacher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx2

from cli.doctor.finding import Finding, error, ok, warning
from shared.addresses import is_here, split_address

_KEY = {True: "OPENAI_API_KEY", False: "AZURE_OPENAI_API_KEY"}


def service_findings(values: Mapping[str, str], token: str = "") -> Iterator[Finding]:
    """What there is to say about the service that the settings name; nothing if they name none.

    A chat completion without messages is asked for: the service refuses the key or the deployment first, the lack of
    messages last, and charges nothing. `token` is an Entra token, "" for none; a key beats it.
    """
    other, azure = values.get("OPENAI_BASE_URL", ""), values.get("AZURE_OPENAI_ENDPOINT", "").rstrip("/")
    teacher = values.get("TEACHER_DEPLOYMENT", "")
    base = other.rstrip("/") if other else f"{azure}/openai/v1" if azure else ""
    if not split_address(base).hostname or not teacher:
        return
    key = values.get(_KEY[bool(other)], "")
    if not key and not token and not other:
        do = "az login, and the role Cognitive Services OpenAI User on the account; or set AZURE_OPENAI_API_KEY"
        yield warning("service_not_asked", f"there is neither a key nor a sign-in for {azure}", do)
        return
    headers = (
        {"api-key": key}
        if key and azure and not other
        else {"authorization": f"Bearer {key or token or 'none'}"}
    )
    try:
        with httpx2.Client(timeout=20, trust_env=not is_here(base)) as client:
            body = {"model": teacher, "messages": []}
            answer = client.post(f"{base}/chat/completions", json=body, headers=headers)
    except httpx2.HTTPError as wrong:
        name = "OPENAI_BASE_URL" if other else "AZURE_OPENAI_ENDPOINT"
        text = f"the model service at {base} does not answer ({type(wrong).__name__})"
        yield error("service_not_reached", text, f"check {name}, the network, and whether the service runs")
        return
    yield _judged(answer, teacher, _KEY[bool(other)], has_key=bool(key))


def _judged(answer: httpx2.Response, teacher: str, key_name: str, *, has_key: bool) -> Finding:
    status, said = answer.status_code, " ".join(answer.text.split())[:200]
    if status in (401, 403):
        do = (
            f"check {key_name}"
            if has_key
            else "assign the role Cognitive Services OpenAI User; it takes some minutes"
        )
        return error("service_key_refused", f"the model service refuses who asks (HTTP {status}): {said}", do)
    if status == 404:
        do = "set TEACHER_DEPLOYMENT to a deployment that is there: az cognitiveservices account deployment list"
        return error("no_deployment", f"the model service has no '{teacher}': {said}", do)
    if status == 429:
        do = "wait, or give the deployment more capacity"
        return warning("throttled", f"the model service throttles '{teacher}': {said}", do)
    if status >= 500:
        return error(
            "service_failing", f"the model service fails (HTTP {status}): {said}", "see the service's status"
        )
    return ok("teacher", f"the model service knows '{teacher}' and takes the key")
