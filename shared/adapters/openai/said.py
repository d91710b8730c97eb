"""What a refusal of any compatible server says: its message, code and field, whatever shape it comes in; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SENT_FIELDS = (
    "response_format",
    "max_completion_tokens",
    "max_tokens",
    "reasoning_effort",
    "prompt_cache_key",
    "seed",
)
"""Fields of a chat request that not every service takes."""

_REFUSING = re.compile(
    r"unsupported|not supported|n[o']t support|does not take|unknown|unrecogni[sz]ed|unexpected|not permitted|"
    r"not allowed|extra inputs|extra_forbidden|additional propert|cannot find field|no such|not available|"
    r"unavailable|not implemented|not accepted|not recogni[sz]ed",
    re.IGNORECASE,
)
_OTHER_FORMAT = re.compile(r"must be|expected|grammar|unable to generate parser|one of", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"\bmodels?\b[^.]{0,200}?(?:not found|does ?n[o']t exist|does not exist|is not a valid|is unknown|not available)"
    r"|(?:invalid|unknown|no such) model|not a valid model|no models? (?:is |are )?loaded|failed to load model"
    r"|multiple models are loaded",
    re.IGNORECASE,
)
_NO_CREDIT_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "insufficient_balance",
        "insufficient_credits",
        "insufficient_funds",
        "budget_exceeded",
        "payment_required",
    }
)
_NO_CREDIT = re.compile(
    r"insufficient (?:credit|balance|fund|quota)|credit balance is too low|out of credits?|payment required"
    r"|requires? more credits|budget has been exceeded|over budget|exceeded budget"
    r"|exceeded your current quota, please check your plan"
    r"|credits? (?:is |are |has been |have been )?(?:used up|exhausted|depleted)",
    re.IGNORECASE,
)
_ASKS_TO_WAIT = re.compile(r"(?:retry|try again) (?:in|after)|per (?:minute|day|hour)", re.IGNORECASE)
_NO_PATH = re.compile(
    r"^\s*<|^(?:404 )?(?:page )?not found\.?$|^file not found$|^resource not found$|^invalid url"
    r"|unexpected endpoint|^method not allowed$|^cannot post",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in one shape.

    Attributes:
        message: the service's words, "" if it has none.
        code: its code or type, lower case; "" if it has none.
        param: the field it speaks of, as far as it says so by itself.
    """

    message: str = ""
    code: str = ""
    param: str = ""

    @property
    def names_no_model(self) -> bool:
        """Whether the model or deployment is not there (Ollama, vLLM, LiteLLM, LM Studio, Mistral, Groq, Gemini)."""
        return bool(_NO_MODEL.search(self.message))

    @property
    def is_out_of_credit(self) -> bool:
        """Whether nothing is left to pay with; a quota that opens again by itself does not count."""
        if self.code in _NO_CREDIT_CODES:
            return True
        return bool(_NO_CREDIT.search(self.message)) and not _ASKS_TO_WAIT.search(self.message)

    @property
    def is_no_path(self) -> bool:
        """Whether a web server speaks, not a model service: nothing answers at this address."""
        return bool(_NO_PATH.search(self.message))

    def refused_field(self, sent: Iterable[str]) -> str:
        """The one of the `sent` fields that is not taken, "" if it is about something else."""
        words = f"{self.code} {self.message}"
        root = self.param.replace("/", ".").removeprefix("body.").split(".")[0]
        for name in sent:
            named = root == name or (not root and re.search(rf"(?<!\w){name}(?!\w)", self.message))
            if named and (_REFUSING.search(words) or (name == "response_format" and _other_form(self))):
                return name
        return ""


def _other_form(said: Said) -> bool:
    return bool(_OTHER_FORMAT.search(said.message))


def read_refusal(body: object, text: str) -> Said:
    """What a body says; `text` is the answer as it came, for what is no JSON.

    An error as object, list or text, FastAPI's `detail`, an object where the message belongs: the first one counts.
    """
    found = _first(body)
    if isinstance(found, Mapping):
        return _from_object(found)
    if isinstance(found, str):
        return Said(found)
    return Said(text.strip())


def _first(body: object) -> object:
    while isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, Mapping) and body.get("error"):
        inner = body["error"]
        return _first(inner) if isinstance(inner, list) else inner
    return body


def _from_object(found: Mapping[str, Any]) -> Said:
    code = str(found.get("code") or found.get("type") or found.get("status") or "").lower()
    kind = str(found.get("type") or "").lower()
    message = found.get("message")
    if isinstance(message, Mapping):  # Mistral
        return _from_object(message)
    if isinstance(message, list):
        message = " ".join(map(str, message))
    detail = found.get("detail")
    if not message and detail:
        return _from_detail(detail)
    if kind in _NO_CREDIT_CODES:
        code = kind
    return Said(str(message or ""), code, str(found.get("param") or ""))


def _from_detail(detail: object) -> Said:
    """FastAPI: a string, or a list of `{"type", "loc", "msg"}`."""
    if isinstance(detail, str):
        return Said(detail)
    entry = detail[0] if isinstance(detail, list) and detail else detail
    if not isinstance(entry, Mapping):
        return Said(str(entry))
    if "msg" not in entry:
        return _from_object(entry)
    where = entry.get("loc")
    place = ".".join(map(str, where)) if isinstance(where, list) else ""
    return Said(f"{place}: {entry['msg']}", str(entry.get("type") or "").lower(), place)
